import type { AppLoadContext } from '@remix-run/node';
import type { Actor } from '../../domain/audit/index.ts';
import { apiTokenBusiness, can, type Action, type Role } from '../../domain/users/index.ts';
import { AppError } from '../../platform/errors.ts';
import { requireOwnOrigin } from '../origin.server.ts';
import { signedIn } from '../session.server.ts';

/** On whose behalf an API call acts. */
export interface Access {
  readonly businessId: string;
  /** A business's token acts as its owner. */
  readonly role: Role;
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
    const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization.trim())?.[1];
    const found = token === undefined ? null : await apiTokenBusiness(context.db, token);
    if (found === null) throw new AppError('token_invalid', { permanent: true });
    if (found.suspended) throw new AppError('business_suspended', { permanent: true });
    const actor: Actor = {
      kind: 'token',
      id: found.tokenId,
      label: found.name,
      address: context.address,
      userAgent: request.headers.get('User-Agent'),
    };
    return { businessId: found.businessId, role: 'owner', actor };
  }
  const person = await signedIn(request, context);
  if (person === null) throw new AppError('signed_out', { permanent: true });
  if (request.method !== 'GET' && request.method !== 'HEAD') requireOwnOrigin(request, context.config.publicUrl);
  return { businessId: person.businessId, role: person.role, actor: person.actor };
}

/** @throws AppError `forbidden` when the role may not do this. */
export function requireLeave(access: Access, action: Action): void {
  if (!can(access.role, action)) throw new AppError('forbidden', { permanent: true });
}
