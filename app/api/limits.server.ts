import type { AppLoadContext } from '@remix-run/node';
import type { Limit, SharedCounts, Taken } from '../../domain/rate-limits/index.ts';
import { sha256Hex } from '../../platform/crypto.ts';
import { AppError, isAppError } from '../../platform/errors.ts';
import { countedAddress, sessionToken } from '../session.server.ts';
import { admit, type Access } from './access.server.ts';
import { statusOf } from './reply.server.ts';

/** How often the API may be asked, counted by all web processes together. */
export interface ApiLimits {
  /** By token or session, of those that hold. */
  readonly callers: Pick<SharedCounts, 'count' | 'look'>;
  /** By network address: what brings neither, or one that does not hold. */
  readonly strangers: Pick<SharedCounts, 'count'>;
}

/** Ms of a window of either. */
const WINDOW_MS = 60_000;
/** For who is let in, the environment says how many a minute. */
export const callersLimit = (perMinute: number): Limit => ({ limit: perMinute, windowMs: WINDOW_MS });
/** A house behind one address may have several programs with a token that has run out. */
export const STRANGERS_LIMIT: Limit = { limit: 120, windowMs: WINDOW_MS };

/**
 * Admits a call unless its token or session has asked too often. Who has is told so before the database is asked; only
 * what was admitted is counted, so that tokens made up by a stranger fill no memory: they count for their address.
 * @throws AppError `rate_limited` (details.retryAfterMs), and what `admit` throws
 */
export async function admitWithinLimits(request: Request, context: AppLoadContext): Promise<Access> {
  const { callers } = context.apiLimits;
  const credential = request.headers.get('Authorization') ?? (await sessionToken(request, context)) ?? '';
  const caller = sha256Hex(credential);
  if (credential !== '') requireAllowed(callers.look(caller));
  try {
    const access = await admit(request, context);
    requireAllowed(callers.count(caller));
    return access;
  } catch (error) {
    if (isAppError(error) && statusOf(error.code) === 401) countStranger(context);
    throw error;
  }
}

/** Counts a call that nobody need be known for. @throws AppError `rate_limited` (details.retryAfterMs) */
export function countStranger(context: AppLoadContext): void {
  requireAllowed(context.apiLimits.strangers.count(countedAddress(context)));
}

function requireAllowed({ allowed, retryAfterMs }: Taken): void {
  if (!allowed) throw new AppError('rate_limited', { details: { retryAfterMs } });
}
