import { FRAME_MS } from '../audio/timing.ts';
import { FRAME_BYTES } from '../audio/watermark.ts';
import { ERRORS } from './errors.ts';
import type { ApiError } from './errors.ts';
import type { ConversationItem } from './wire.ts';

/** An item of the conversation and what the server knows beside it. */
export interface StoredItem {
  readonly id: string;
  item: ConversationItem;
  /** μ-law bytes of model audio sent so far. */
  audioBytes: number;
  /** The script entry it says or calls, or null. */
  readonly entry: number | null;
}

/** The items of one conversation, in order. */
export class Items {
  private readonly list: StoredItem[] = [];

  get(id: string): StoredItem | undefined {
    return this.list.find((stored) => stored.id === id);
  }

  get lastId(): string | null {
    return this.list.at(-1)?.id ?? null;
  }

  /** True once the model has spoken: its voice is then fixed. */
  get hasSpoken(): boolean {
    return this.list.some((stored) => stored.audioBytes > 0);
  }

  /** Puts an item after `previousId` (`root` for the beginning, undefined for the end); returns the id before it. */
  add(stored: StoredItem, previousId?: string | null): string | null {
    if (previousId === undefined || previousId === null) {
      const before = this.lastId;
      this.list.push(stored);
      return before;
    }
    const index = previousId === 'root' ? 0 : this.list.findIndex(({ id }) => id === previousId) + 1;
    this.list.splice(index, 0, stored);
    return this.list[index - 1]?.id ?? null;
  }

  /** The id of the item before this one, or null. */
  before(id: string): string | null {
    const index = this.list.findIndex((stored) => stored.id === id);
    return this.list[index - 1]?.id ?? null;
  }

  /** Removes an item; false when there is none of that id. */
  remove(id: string): boolean {
    const index = this.list.findIndex((stored) => stored.id === id);
    if (index < 0) return false;
    this.list.splice(index, 1);
    return true;
  }

  /**
   * Trims a model message to `audioEndMs` of its audio and deletes its transcript, as the server does.
   * Returns the vendor's error when it cannot be trimmed so, else whether anything of it was cut.
   */
  truncate(id: string, contentIndex: number, audioEndMs: number): ApiError | { readonly cut: boolean } {
    const stored = this.get(id);
    if (stored === undefined) return ERRORS.noSuchItem('truncat', id);
    const { item } = stored;
    if (item.type !== 'message' || item.role !== 'assistant' || stored.audioBytes === 0) return ERRORS.notAudio();
    if (contentIndex >= Math.max(1, item.content.length)) return ERRORS.noContent(contentIndex);
    const produced = audioMs(stored.audioBytes);
    if (audioEndMs > produced) return ERRORS.tooShort(produced, audioEndMs);
    stored.item = { ...item, content: [{ type: 'output_audio' }] };
    stored.audioBytes = (audioEndMs / FRAME_MS) * FRAME_BYTES;
    return { cut: audioEndMs < produced };
  }
}

/** Whole milliseconds of μ-law audio. */
export function audioMs(bytes: number): number {
  return Math.floor((bytes / FRAME_BYTES) * FRAME_MS);
}
