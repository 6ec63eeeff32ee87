import { redirect, type AppLoadContext, type Cookie } from '@remix-run/node';
import { ipKeyGenerator } from 'express-rate-limit';
import {
  can,
  sessionOf,
  type Action,
  type BusinessOfUser,
  type Role,
  type SignedInUser,
} from '../domain/users/index.ts';
import type { Actor } from '../domain/audit/index.ts';
import { AppError, isAppError } from '../platform/errors.ts';
import { formText } from './body.server.ts';
import { ownCookie } from './cookies.server.ts';
import { BUSINESS } from './own-business.ts';
import { ownPath } from './own-path.ts';

/** Seconds the browser keeps the cookie; the session in the database has its own end. */
const COOKIE_SECONDS = 30 * 24 * 3600;

/** The cookie that carries a session's random token. */
export function sessionCookie(secure: boolean): Cookie {
  return ownCookie({ name: 'prosaas_session', secure, maxAge: COOKIE_SECONDS });
}

/** The token in a request's session cookie, or null. */
export async function sessionToken(request: Request, context: AppLoadContext): Promise<string | null> {
  const value: unknown = await sessionCookie(context.config.secureCookies).parse(request.headers.get('Cookie'));
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Where a request comes from, as sessions and the audit log keep it. */
export function sourceOf(request: Request, context: AppLoadContext): { userAgent: string; address: string } {
  return { userAgent: request.headers.get('User-Agent') ?? '', address: context.address };
}

/** The address a request is counted under: of IPv6 a whole /56, which is what one customer is given. */
export function countedAddress(context: AppLoadContext): string {
  return ipKeyGenerator(context.address);
}

/** Somebody who is signed in, whether or not they work in a business at the moment. */
export interface Account {
  readonly sessionId: string;
  readonly user: SignedInUser;
  /** The widest role: of a system administrator that one, of others the one in the business they work in. */
  readonly role: Role | null;
  /** Null when they belong to none and act as none. */
  readonly business: BusinessOfUser | null;
  /** True while a system administrator acts as the business. */
  readonly actsAs: boolean;
  readonly actor: Actor;
  /** The other businesses the person may work in. */
  readonly otherBusinesses: readonly { readonly id: string; readonly name: string }[];
}

/** Who is signed in, and the business they work in. */
export interface SignedIn extends Pick<Account, 'user' | 'actsAs' | 'actor' | 'otherBusinesses' | 'sessionId'> {
  readonly businessId: string;
  readonly businessName: string;
  readonly role: Role;
}

/** Who is signed in, or null. */
export async function signedInAccount(request: Request, context: AppLoadContext): Promise<Account | null> {
  const token = await sessionToken(request, context);
  const session = token === null ? null : await sessionOf(context.db, token, new Date(), context.address);
  if (session === null) return null;
  const { user, business, actsAs, sessionId } = session;
  return {
    sessionId,
    user,
    role: user.isSystemAdmin ? 'system_admin' : (business?.role ?? null),
    business,
    actsAs,
    actor: {
      kind: 'person',
      id: user.id,
      label: user.email,
      actsAs,
      address: context.address,
      userAgent: request.headers.get('User-Agent'),
    },
    otherBusinesses: session.businesses.filter(({ id }) => id !== business?.id).map(({ id, name }) => ({ id, name })),
  };
}

/**
 * Who is signed in and works in a business, or null when nobody is signed in.
 * @throws AppError `no_business` when the person belongs to none, `business_suspended` (system administrators may look
 * at one), `second_factor_required` when the business asks for a second factor and the person has none; permanent
 */
export async function signedIn(request: Request, context: AppLoadContext): Promise<SignedIn | null> {
  const account = await signedInAccount(request, context);
  return account === null ? null : atWork(account);
}

/** The business that somebody works in, and what they are there. Throws as {@link signedIn} does. */
function atWork({ business, role, user, actsAs, actor, otherBusinesses, sessionId }: Account): SignedIn {
  if (business === null || role === null) throw new AppError('no_business', { permanent: true });
  if (business.suspended && !user.isSystemAdmin) throw new AppError('business_suspended', { permanent: true });
  if (business.requiresSecondFactor && !user.hasSecondFactor) {
    throw new AppError('second_factor_required', { permanent: true });
  }
  return {
    sessionId,
    user,
    businessId: business.id,
    businessName: business.name,
    role,
    actsAs,
    actor,
    otherBusinesses,
  };
}

/**
 * Who is signed in and works in a business, for a page: sends everybody else to the sign-in page and back here
 * afterwards, a system administrator without a business to all of them, and who lacks the second factor that the
 * business asks for to its set-up. With `action`, a role that may not do it gets a page with status 403.
 */
export async function requirePerson(request: Request, context: AppLoadContext, action?: Action): Promise<SignedIn> {
  const account = await requireAccount(request, context);
  const person = personOf(account);
  if (action !== undefined && !can(person.role, action)) throw pageError('forbidden', 403);
  workedIn.set(request, person.businessId);
  return person;
}

/** The business that a request was let into. */
const workedIn = new WeakMap<Request, string>();

/**
 * Refuses a form about another business than the request was let into: its sender moved on in another window.
 * @throws AppError `business_changed`
 */
export function requireSameBusiness(request: Request, form: FormData): void {
  const [shown, here] = [formText(form, BUSINESS), workedIn.get(request)];
  if (shown !== '' && here !== undefined && shown !== here) throw new AppError('business_changed', { permanent: true });
}

function personOf(account: Account): SignedIn {
  try {
    return atWork(account);
  } catch (error) {
    throw asPageError(error, account);
  }
}

/** Who is signed in, for a page that is about themselves: works in whatever business, or in none. */
export async function requireAccount(request: Request, context: AppLoadContext): Promise<Account> {
  const account = await askedOnce(request, context);
  if (account === null) throw toSignIn(request);
  return account;
}

/** Who the loaders of one page were told is signed in. Remix makes a context for each request, and it ends with it. */
const askedFor = new WeakMap<AppLoadContext, Promise<Account | null>>();

/**
 * Who is signed in, read once for all loaders of a page. An action reads for itself: it may change the answer. Nothing
 * that outlives its request may ask here; a stream of events reads again each time it wants to know.
 */
function askedOnce(request: Request, context: AppLoadContext): Promise<Account | null> {
  if (request.method !== 'GET') return signedInAccount(request, context);
  let account = askedFor.get(context);
  if (account === undefined) {
    account = signedInAccount(request, context);
    askedFor.set(context, account);
  }
  return account;
}

/** A system administrator, for a page about all businesses. Everybody else gets a page with status 403. */
export async function requireSystemAdmin(request: Request, context: AppLoadContext, action: Action): Promise<Account> {
  const account = await requireAccount(request, context);
  if (!account.user.isSystemAdmin || !can('system_admin', action, 'any')) throw pageError('forbidden', 403);
  return account;
}

function toSignIn(request: Request): Response {
  // A form is sent from the page one goes back to; what was typed there is kept.
  const page = request.method === 'GET' ? request.url : (request.headers.get('Referer') ?? '');
  const url = URL.canParse(page) ? new URL(page) : null;
  const next = url === null ? null : ownPath(`${url.pathname}${url.search}`, null);
  return redirect(next === null ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`);
}

function asPageError(error: unknown, { user }: Account): unknown {
  if (!isAppError(error)) return error;
  switch (error.code) {
    case 'no_business':
      return user.isSystemAdmin ? redirect('/businesses') : pageError('no_business', 403);
    case 'business_suspended':
      return pageError('business_suspended', 403);
    case 'second_factor_required':
      return redirect('/account/second-factor');
    default:
      return error;
  }
}

/** An error page with a code that its boundary can put into words. */
export function pageError(code: string, status: number): Response {
  return new Response(code, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
}
