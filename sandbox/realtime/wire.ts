import type { ConversationItem, RealtimeServerEvent } from 'openai/resources/realtime/realtime';

export type { ConversationItem, RealtimeServerEvent };

type WithoutEventId<T> = T extends unknown ? Omit<T, 'event_id'> : never;

/** A server event before it gets its `event_id`. */
export type Unsent = WithoutEventId<RealtimeServerEvent>;

/** What the core wants done with the socket, in order. */
export type Output =
  | { readonly kind: 'event'; readonly event: RealtimeServerEvent }
  /** A text frame as the script has it, whatever it says. */
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** The connection dies without a close frame. */
  | { readonly kind: 'drop' };

/** Ids in the vendor's style (`item_…`, `resp_…`), deterministic per connection. */
export function createIds(connection: string): (prefix: string) => string {
  let count = 0;
  return (prefix) => `${prefix}_${connection}${(++count).toString(36).padStart(6, '0')}`;
}
