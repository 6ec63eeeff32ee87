import { createCookie, redirect, type AppLoadContext, type Cookie } from '@remix-run/node';
import { can, sessionOf, type Action, type Role } from '../domain/users/index.ts';
import type { Actor } from '../domain/audit/index.ts';
import { AppError, isAppError } from '../platform/errors.ts';
import { ownPath } from './own-path.ts';

/** Seconds the browser keeps the cookie; the session in the database has its own end. */
const COOKIE_SECONDS = 30 * 24 * 3600;

/** The cookie that carries a session's random token. `__Host-` binds it to this host and to https. */
export function sessionCookie(secure: boolean): Cookie {
  return createCookie(secure ? '__Host-prosaas_session' : 'prosaas_session', {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    maxAge: COOKIE_SECONDS,
  });
}

/** The token in a request's session cookie, or null. */
export async function sessionToken(request: Request, context: AppLoadContext): Promise<string | null> {
  const value: unknown = await sessionCookie(context.config.secureCookies).parse(request.headers.get('Cookie'));
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Who is signed in, and the business they work in. */
export interface SignedIn {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  readonly businessId: string;
  readonly businessName: string;
  readonly role: Role;
  /** The same person, as the audit log writes them down. */
  readonly actor: Actor;
  /** The other businesses the person may work in. */
  readonly otherBusinesses: readonly { readonly id: string; readonly name: string }[];
}

/**
 * Who is signed in, or null.
 * @throws AppError `no_business` when the person belongs to none.
 */
export async function signedIn(request: Request, context: AppLoadContext): Promise<SignedIn | null> {
  const token = await sessionToken(request, context);
  const session = token === null ? null : await sessionOf(context.db, token);
  if (session === null) return null;
  if (session.business === null) throw new AppError('no_business', { permanent: true });
  const { user, business } = session;
  return {
    user: { id: user.id, email: user.email, name: user.name },
    businessId: business.id,
    businessName: business.name,
    role: business.role,
    actor: {
      kind: 'person',
      id: user.id,
      label: user.email,
      address: context.address,
      userAgent: request.headers.get('User-Agent'),
    },
    otherBusinesses: session.businesses.filter(({ id }) => id !== business.id).map(({ id, name }) => ({ id, name })),
  };
}

/**
 * Who is signed in, for a page: sends everybody else to the sign-in page and back here afterwards.
 * With `action`, a role that may not do it gets a page with status 403.
 */
export async function requirePerson(request: Request, context: AppLoadContext, action?: Action): Promise<SignedIn> {
  const person = await signedIn(request, context).catch((error: unknown) => {
    throw error instanceof Response ? error : asPageError(error);
  });
  if (person === null) {
    const url = new URL(request.url);
    const next = request.method === 'GET' ? ownPath(`${url.pathname}${url.search}`) : '/calls';
    throw redirect(next === '/calls' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`);
  }
  if (action !== undefined && !can(person.role, action)) throw pageError('forbidden', 403);
  return person;
}

const asPageError = (error: unknown) =>
  isAppError(error) && error.code === 'no_business' ? pageError('no_business', 403) : error;

/** An error page with a code that its boundary can put into words. */
export function pageError(code: string, status: number): Response {
  return new Response(code, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
}
