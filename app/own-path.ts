/** Stands in for our own origin while a path is resolved; nothing real lives there. */
const HERE = 'http://own.invalid';

/** Where nobody goes on to after signing in. */
const NO_PLACE: ReadonlySet<string> = new Set(['/sign-in', '/sign-out', '/sign-in/second-factor']);

/** A path of ours to go on to after signing in; anything that could lead elsewhere becomes `otherwise`. */
export function ownPath(next: string | null): string;
export function ownPath<Otherwise extends string | null>(next: string | null, otherwise: Otherwise): string | Otherwise;
export function ownPath(next: string | null, otherwise: string | null = '/calls'): string | null {
  if (next === null || !next.startsWith('/') || !URL.canParse(next, HERE)) return otherwise;
  const url = new URL(next, HERE);
  // A resolved path may itself begin with `//` (from `/.//evil`): that would be another host.
  if (url.origin !== HERE || url.pathname.startsWith('//')) return otherwise;
  if (NO_PLACE.has(url.pathname)) return otherwise;
  return `${url.pathname}${url.search}`;
}
