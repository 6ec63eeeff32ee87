/** What stands in the place of a secret. */
export const MASK = '•••';

const SECRET_NAME = /authorization|cookie|secret|token|password|signature|api-?key|credential/i;
/** Characters of a header's value that are kept. */
const MAX_VALUE = 300;
/** A part of an address that is shorter than this is no secret, and would mask half of an answer. */
const SHORTEST_SECRET = 8;

/** Headers with the values of those that carry secrets replaced. */
export function maskHeaders(
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET_NAME.test(name) ? MASK : maskText(value, secrets).slice(0, MAX_VALUE),
    ]),
  );
}

/** A text with every one of these secrets replaced, wherever it stands. */
export function maskText(text: string, secrets: readonly string[]): string {
  let masked = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= SHORTEST_SECRET) masked = masked.replaceAll(secret, MASK);
  }
  return masked;
}

/** An address as pages show it: where it leads, without the path and the query that let anybody post there. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return MASK;
  const { protocol, host, pathname, search } = new URL(text);
  return `${protocol}//${host}${pathname === '/' && search === '' ? '/' : `/${MASK}`}`;
}

/** What of an address could be a secret: its parts, as they may be echoed in an answer. */
export function secretsOfUrl(text: string): string[] {
  if (!URL.canParse(text)) return [text];
  const { pathname, search, password, username, searchParams } = new URL(text);
  return [
    text,
    `${pathname}${search}`,
    pathname,
    search,
    password,
    username,
    ...pathname.split('/'),
    ...searchParams.values(),
  ].filter((part) => part.length >= SHORTEST_SECRET);
}
