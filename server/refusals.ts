import type { IncomingMessage } from 'node:http';
import { ipKeyGenerator } from 'express-rate-limit';

/** Refused requests an address may have within a window; then it is told 429. */
const LIMIT = 60;
const WINDOW_MS = 60_000;
/** Addresses counted at a time; beyond them new ones go uncounted until the window is over. */
const MAX_ADDRESSES = 50_000;

/** Counts refused requests, of webhooks and handshakes together, by address. */
export interface Refusals {
  /** Counts one more; true when its address has had too many in this window. */
  readonly refusedTooOften: (request: IncomingMessage) => boolean;
}

/**
 * In the memory of this process: each web process counts for itself. Only what was refused is counted, and only what
 * is refused anyway hears of it: Twilio's addresses are shared, so a signed request never is held up. Not the
 * middleware of express-rate-limit, because a handshake has no Express response and both doors share one count.
 * `now`: milliseconds of a monotonic clock.
 */
export function countRefusals(now: () => number): Refusals {
  const counts = new Map<string, number>();
  let windowEnds = 0;
  return {
    refusedTooOften(request) {
      const at = now();
      if (at >= windowEnds) {
        counts.clear();
        windowEnds = at + WINDOW_MS;
      }
      const address = countedAddress(request);
      const count = (counts.get(address) ?? 0) + 1;
      if (count > 1 || counts.size < MAX_ADDRESSES) counts.set(address, count);
      return count > LIMIT;
    },
  };
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
