import type { House } from '../helpers/house.ts';
import type { Ask, Ids } from './entry.ts';

/** Who asks: a signed-in person, a business's token, Twilio, or nobody. */
export type Credentials =
  { readonly cookie: string } | { readonly token: string } | { readonly signature: string } | null;

/** An answer, as far as answers are compared. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Headers that could tell something, and the body. */
  readonly text: string;
}

/** Sends a request of a door's method. A form comes from one of our own pages; redirects are not followed. */
export async function send(house: House, method: string, ask: Ask, who: Credentials): Promise<Answer> {
  const headers: Record<string, string> = { ...(method === 'GET' ? {} : { Origin: house.publicUrl }), ...ask.headers };
  if (who !== null && 'cookie' in who) headers['Cookie'] = who.cookie;
  if (who !== null && 'token' in who) headers['Authorization'] = `Bearer ${who.token}`;
  if (who !== null && 'signature' in who) headers['X-Twilio-Signature'] = who.signature;
  const response = await fetch(`${house.url}${ask.path}`, {
    method,
    headers: { ...headers, ...(ask.json === undefined ? {} : { 'Content-Type': 'application/json' }) },
    redirect: 'manual',
    ...(method === 'GET' ? {} : { body: bodyOf(ask) }),
  });
  const type = response.headers.get('Content-Type') ?? '';
  const told = ['Location', 'Set-Cookie', 'Content-Disposition', 'ETag', 'Link'].map(
    (name) => `${name}: ${response.headers.get(name) ?? ''}`,
  );
  return { status: response.status, type, text: `${told.join('\n')}\n\n${await response.text()}` };
}

/** The same of a page as a browser's own navigation asks for it. */
export const asData = (ask: Ask): Ask => ({ ...ask, path: ask.path.replace(/(\?|$)/u, '.data$1') });

export function bodyOf({ form, json }: Ask): URLSearchParams | string {
  if (json !== undefined) return JSON.stringify(json);
  return new URLSearchParams(
    Object.entries(form ?? {}).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  );
}

/** Ids of the same shape that belong to nothing. */
export function madeUp(ids: Ids): Ids {
  return Object.fromEntries(Object.entries(ids).map(([name, value]) => [name, sameShape(value)]));
}

function sameShape(value: string): string {
  // A uuid keeps its version and variant: they are part of its shape.
  if (/^[0-9a-f]{8}-/u.test(value))
    return `${other(value.slice(0, 14), 'hex')}${value[14]}${other(value.slice(15, 19), 'hex')}${value[19] ?? ''}${other(value.slice(20), 'hex')}`;
  if (/^[A-Z]{2}[0-9a-f]{32}$/u.test(value)) return `${value.slice(0, 2)}${other(value.slice(2), 'hex')}`;
  if (/^\+\d+$/u.test(value)) return `${value.slice(0, 6)}${other(value.slice(6), 'digits')}`;
  if (value.includes('@')) return `nobody-${other('0000000000', 'hex')}@example.test`;
  return value.replaceAll(/[A-Za-z0-9]/gu, (one) => other(one, /\d/u.test(one) ? 'digits' : 'letters'));
}

const ALPHABETS = { hex: '0123456789abcdef', digits: '0123456789', letters: 'abcdefghijklmnopqrstuvwxyz' } as const;

function other(text: string, kind: keyof typeof ALPHABETS): string {
  const alphabet = ALPHABETS[kind];
  return text.replaceAll(/[A-Za-z0-9]/gu, () => alphabet[Math.floor(Math.random() * alphabet.length)] ?? '');
}

/** An answer without what differs between any two: the ids that were asked for, nonces, moments. */
export function comparable({ status, type, text }: Answer, ids: Ids): string {
  let rest = text;
  for (const value of Object.values(ids)) {
    rest = rest.replaceAll(value, '«id»').replaceAll(encodeURIComponent(value), '«id»');
  }
  rest = rest
    .replaceAll(/nonce="[^"]*"/gu, 'nonce')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, '«moment»')
    .replaceAll(/\b1[6-9]\d{11}\b/gu, '«ms»');
  return `${status} ${type}\n${rest}`;
}

/** The marks of a business that an answer names, apart from what the request itself named. */
export function marksIn({ text }: Answer, marks: readonly string[], ids: Ids = {}): string[] {
  const asked = new Set(Object.values(ids));
  return marks.filter((mark) => !asked.has(mark) && text.includes(mark));
}
