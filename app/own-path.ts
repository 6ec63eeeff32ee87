/** Stands in for our own origin while a path is resolved; nothing real lives there. */
const HERE = 'http://own.invalid';

/** A path of ours to go on to after signing in; anything that could lead elsewhere becomes `/calls`. */
export function ownPath(next: string | null): string {
  if (next === null || !next.startsWith('/') || !URL.canParse(next, HERE)) return '/calls';
  const url = new URL(next, HERE);
  // A resolved path may itself begin with `//` (from `/.//evil`): that would be another host.
  if (url.origin !== HERE || url.pathname.startsWith('//')) return '/calls';
  if (url.pathname === '/sign-in' || url.pathname === '/sign-out') return '/calls';
  return `${url.pathname}${url.search}`;
}
