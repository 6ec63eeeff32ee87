/** Names of what an answer's headers lack, or have too much of. */

const HALF_A_YEAR_SECONDS = 180 * 24 * 3600;

/** What every answer must carry, whoever gives it. `https`: the product is reached over it. */
export function headersMissing(headers: Headers): string[] {
  const wrong: string[] = [];
  const want = (name: string, right: (value: string) => boolean): void => {
    const value = headers.get(name) ?? '';
    if (!right(value)) wrong.push(`${name}: ${value}`);
  };
  want('X-Frame-Options', (value) => value === 'DENY');
  want('X-Content-Type-Options', (value) => value === 'nosniff');
  want('Referrer-Policy', (value) => value === 'same-origin');
  want('Cross-Origin-Opener-Policy', (value) => value === 'same-origin');
  want('Cross-Origin-Resource-Policy', (value) => value === 'same-origin');
  want('Permissions-Policy', (value) => ['camera', 'microphone', 'geolocation'].every((one) => value.includes(one)));
  want('Strict-Transport-Security', (value) => Number(/^max-age=(\d+)/u.exec(value)?.[1]) >= HALF_A_YEAR_SECONDS);
  want('X-Powered-By', (value) => value === '');
  want('Content-Security-Policy', (value) => policyProblems(value).length === 0);
  return wrong;
}

/** What a policy allows that ours must not. */
export function policyProblems(policy: string): string[] {
  const directives = new Map(
    policy.split(';').map((one): [string, string[]] => {
      const [name = '', ...sources] = one.trim().split(/\s+/u);
      return [name, sources];
    }),
  );
  const problems: string[] = [];
  const sources = (name: string) => directives.get(name) ?? directives.get('default-src') ?? ['*'];
  for (const name of ['default-src', 'script-src', 'style-src', 'connect-src', 'img-src', 'frame-src', 'media-src']) {
    for (const source of sources(name)) {
      const known = ["'self'", "'none'", 'data:'].includes(source) || source.startsWith("'nonce-");
      if (!known || (source === 'data:' && name !== 'img-src')) problems.push(`${name} ${source}`);
    }
  }
  // These do not fall back to default-src.
  for (const name of ['frame-ancestors', 'base-uri', 'object-src']) {
    if (directives.get(name)?.join() !== "'none'") problems.push(name);
  }
  if (directives.get('form-action')?.join() !== "'self'") problems.push('form-action');
  if (directives.get('script-src')?.some((source) => source.startsWith("'nonce-")) !== true) problems.push('nonce');
  return problems;
}

export const nonceIn = (headers: Headers): string | null =>
  /'nonce-([^']+)'/u.exec(headers.get('Content-Security-Policy') ?? '')?.[1] ?? null;

/** What lets a script in that is not ours: one without this answer's nonce, an attribute, an address that is one. */
export function scriptsLetIn(html: string, nonce: string): string[] {
  const scripts = html.match(/<script\b[^>]*>/giu) ?? [];
  return [
    ...scripts.filter((script) => !script.includes(`nonce="${nonce}"`)),
    ...(html.match(/<[^>]+\son\w+\s*=[^>]*>/giu) ?? []),
    ...(html.match(/(?:href|src|action)="\s*javascript:[^"]*"/giu) ?? []),
  ];
}

/** What a cookie of ours lacks, over https. */
export function cookieProblems(cookie: string): string[] {
  const [pair = '', ...rest] = cookie.split(';').map((part) => part.trim());
  const flags = rest.map((flag) => flag.toLowerCase());
  const problems: string[] = [];
  if (!pair.startsWith('__Host-')) problems.push('name');
  for (const flag of ['httponly', 'secure', 'path=/']) if (!flags.includes(flag)) problems.push(flag);
  if (!flags.includes('samesite=lax') && !flags.includes('samesite=strict')) problems.push('samesite');
  if (flags.some((flag) => flag.startsWith('domain='))) problems.push('domain');
  return problems.map((problem) => `${pair.split('=', 1)[0]}: ${problem}`);
}
