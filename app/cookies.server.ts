import { createCookie, type Cookie } from '@remix-run/node';

/** What tells two cookies of ours apart. */
export interface OwnCookie {
  /** Without a prefix. */
  readonly name: string;
  /** Whether the product is reached over https. */
  readonly secure: boolean;
  /** Seconds the browser keeps it. */
  readonly maxAge: number;
  /** Signed under the first, taken under any. Default: not signed. */
  readonly secrets?: readonly string[];
}

/**
 * A cookie of ours: closed to scripts, not sent along by other sites' forms. Over https it goes over https alone, and
 * `__Host-` has the browser refuse one that a neighbouring host or a page over http tries to plant.
 */
export function ownCookie({ name, secure, maxAge, secrets }: OwnCookie): Cookie {
  return createCookie(secure ? `__Host-${name}` : name, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    maxAge,
    ...(secrets === undefined ? {} : { secrets: [...secrets] }),
  });
}
