import type { ClientEventOf } from './client-events.ts';
import { ERRORS } from './errors.ts';
import type { ApiError } from './errors.ts';
import type { ConversationItem } from './wire.ts';
import type { World } from './world.ts';

/** `conversation.item.create`. Returns the error it earns, or null, as all of these do. */
export function createItem(world: World, event: ClientEventOf<'conversation.item.create'>): ApiError | null {
  const { previous_item_id: after } = event;
  const id = event.item.id ?? world.id('item');
  if (world.items.get(id) !== undefined) return ERRORS.itemExists(id);
  if (typeof after === 'string' && after !== 'root' && world.items.get(after) === undefined)
    return ERRORS.noPreviousItem(after);
  const item = { ...event.item, id, object: 'realtime.item', status: 'completed' } as ConversationItem;
  const previous = world.items.add({ id, item, audioBytes: 0, entry: null }, after);
  world.emit({ type: 'conversation.item.added', previous_item_id: previous, item });
  world.emit({ type: 'conversation.item.done', previous_item_id: previous, item });
  if (event.item.type === 'message' && event.item.role !== 'system') {
    const text = event.item.content.map((part) => ('text' in part ? part.text : (part.transcript ?? ''))).join(' ');
    world.progress.recall(event.item.role === 'assistant' ? 'agent' : 'caller', text);
  }
  return null;
}

/** `conversation.item.truncate`: what was not heard to its end may be said again. */
export function truncateItem(world: World, event: ClientEventOf<'conversation.item.truncate'>): ApiError | null {
  const { item_id, content_index, audio_end_ms } = event;
  const entry = world.items.get(item_id)?.entry ?? null;
  const result = world.items.truncate(item_id, content_index, audio_end_ms);
  if (!('cut' in result)) return result;
  if (result.cut && entry !== null) world.progress.giveBack(entry);
  world.emit({ type: 'conversation.item.truncated', item_id, content_index, audio_end_ms });
  return null;
}

/** `conversation.item.delete`. */
export function deleteItem(world: World, id: string): ApiError | null {
  const stored = world.items.get(id);
  if (stored === undefined) return ERRORS.noSuchItem('delet', id);
  world.items.remove(id);
  if (stored.item.type === 'message' && stored.entry !== null) world.progress.giveBack(stored.entry);
  world.emit({ type: 'conversation.item.deleted', item_id: id });
  return null;
}

/** `conversation.item.retrieve`. */
export function retrieveItem(world: World, id: string): ApiError | null {
  const stored = world.items.get(id);
  if (stored === undefined) return ERRORS.noSuchItem('retriev', id);
  world.emit({ type: 'conversation.item.retrieved', item: stored.item });
  return null;
}
