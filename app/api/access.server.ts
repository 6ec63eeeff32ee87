import type { AppLoadContext } from '@remix-run/node';
import type { Actor } from '../../domain/audit/index.ts';
import { apiTokenBusiness, can, scopesAllow, type Action, type Role } from '../../domain/users/index.ts';
import { AppError } from '../../platform/errors.ts';
import { requireOwnOrigin } from '../origin.server.ts';
import { signedIn } from '../session.server.ts';

/** On whose behalf an API call acts. */
export interface Access {
  readonly businessId: string;
  /** A business's token acts as its owner, as far as its scopes reach. */
  readonly role: Role;
  /** What the token was given leave for; null for a person, whom the role alone bounds. */
  readonly scopes: readonly string[] | null;
  /** Who it is, as the audit log writes them down. */
  readonly actor: Actor;
}

/**
 * Admits a call by `Authorization: Bearer <business token>` or else by session cookie; with a cookie, a mutation
 * must come from our own pages. A header that is present and wrong is refused even beside a good cookie.
 * @throws AppError `signed_out`, `token_invalid`, `no_business`, `business_suspended`, `second_factor_required`,
 * `origin_refused`
 */
export async function admit(request: Request, context: AppLoadContext): Promise<Access> {
  const authorization = request.headers.get('Authorization');
  if (authorization !== null) {
    const token = bearerToken(authorization);
    const found = token === null ? null : await apiTokenBusiness(context.db, token);
    if (found === null) throw new AppError('token_invalid', { permanent: true });
    if (found.suspended) throw new AppError('business_suspended', { permanent: true });
    const actor: Actor = {
      kind: 'token',
      id: found.tokenId,
      label: found.name,
      address: context.address,
      userAgent: request.headers.get('User-Agent'),
    };
    return { businessId: found.businessId, role: 'owner', scopes: found.scopes, actor };
  }
  const person = await signedIn(request, context);
  if (person === null) throw new AppError('signed_out', { permanent: true });
  if (request.method !== 'GET' && request.method !== 'HEAD') requireOwnOrigin(request, context.config.publicUrl);
  return { businessId: person.businessId, role: person.role, scopes: null, actor: person.actor };
}

/** The token in an `Authorization` header, or null. */
export function bearerToken(authorization: string): string | null {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(authorization.trim())?.[1] ?? null;
}

/** Whether both the role and the token, where there is one, may do this. */
export function hasLeave({ role, scopes }: Access, action: Action): boolean {
  return can(role, action) && (scopes === null || scopesAllow(scopes, action));
}

/** @throws AppError `forbidden` when the role may not do this, `insufficient_scope` when the token may not. */
export function requireLeave({ role, scopes }: Access, action: Action): void {
  if (!can(role, action)) throw new AppError('forbidden', { permanent: true });
  if (scopes !== null && !scopesAllow(scopes, action)) throw new AppError('insufficient_scope', { permanent: true });
}
