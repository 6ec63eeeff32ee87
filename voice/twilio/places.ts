import { MEDIA_SOCKETS, WAITING_STREAMS, WAITING_STREAMS_OF_ADDRESS } from './limits.ts';

/** How many media sockets there may be at a time. */
export interface PlaceLimits {
  /** In all: calls, sockets that wait for their `start`, and those that are only being closed. */
  readonly sockets: number;
  /** Without a `start`. */
  readonly waiting: number;
  /** Without a `start`, of one address. */
  readonly waitingOfAddress: number;
}

export const PLACES: PlaceLimits = {
  sockets: MEDIA_SOCKETS,
  waiting: WAITING_STREAMS,
  waitingOfAddress: WAITING_STREAMS_OF_ADDRESS,
};

/** Sockets at the moment, counted as {@link PlaceLimits} limits them. */
export type TakenPlaces = PlaceLimits;

/** Why there is no place for one more socket, and the status that says so; null when there is one. */
export function noPlace(
  taken: TakenPlaces,
  limits: PlaceLimits,
): {
  readonly status: '429 Too Many Requests' | '503 Service Unavailable';
  readonly reason: 'too_many_of_address' | 'too_many_waiting' | 'too_many_sockets';
} | null {
  // The sender's own doing first: it is what they can mend.
  if (taken.waitingOfAddress >= limits.waitingOfAddress) {
    return { status: '429 Too Many Requests', reason: 'too_many_of_address' };
  }
  const status = '503 Service Unavailable';
  if (taken.waiting >= limits.waiting) return { status, reason: 'too_many_waiting' };
  return taken.sockets >= limits.sockets ? { status, reason: 'too_many_sockets' } : null;
}

/** How many of these streams wait for their `start`, in all and of this address (null: of none). */
export function waitingOf(
  streams: ReadonlyMap<{ readonly waitsForStart: boolean }, string | null>,
  address: string | null,
): Pick<TakenPlaces, 'waiting' | 'waitingOfAddress'> {
  let [waiting, waitingOfAddress] = [0, 0];
  for (const [stream, its] of streams) {
    if (!stream.waitsForStart) continue;
    waiting++;
    if (address !== null && its === address) waitingOfAddress++;
  }
  return { waiting, waitingOfAddress };
}
