import type { IncomingMessage } from 'node:http';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Limit, SharedCounts } from '../domain/rate-limits/index.ts';

/** Refused requests an address may have within a window; then it is told 429. */
export const REFUSALS_LIMIT: Limit = { limit: 60, windowMs: 60_000 };

/** Counts refused requests, of webhooks and handshakes together, by address. */
export interface Refusals {
  /** Counts one more; true when its address has had too many in this window. Never waits. */
  readonly refusedTooOften: (request: IncomingMessage) => boolean;
}

/**
 * Of all web processes together, see {@link SharedCounts}. Only what was refused is counted, and only what is refused
 * anyway hears of it: Twilio's addresses are shared, so a signed request never is held up. Not the middleware of
 * express-rate-limit, because a handshake has no Express response and both doors share one count.
 */
export function countRefusals(counts: Pick<SharedCounts, 'count'>): Refusals {
  return { refusedTooOften: (request) => !counts.count(countedAddress(request)).allowed };
}

/** The address under which a sender is counted: of IPv6 a whole /56, which is what one customer is given. */
export function countedAddress(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
  return ipKeyGenerator(addressOf(request));
}

/** Who sent a request: the peer, or what a proxy on this machine says (as Express with `trust proxy: loopback`). */
export function addressOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
  const header = request.headers['x-forwarded-for'];
  const forwarded = (typeof header === 'string' ? header : '').split(',').map((address) => address.trim());
  let address = request.socket.remoteAddress ?? '';
  for (let hop = forwarded.pop(); hop !== undefined && hop !== '' && isLoopback(address); hop = forwarded.pop()) {
    address = hop;
  }
  return address;
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./u.test(address);
}
