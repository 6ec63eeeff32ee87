import { BYTES_PER_MS, FRAME_BYTES, FRAME_MS, SILENCE, bytesToMs } from '../audio/mulaw.ts';

/**
 * The playout ledger: what the agent has to say, what was sent to the line, what the caller has heard.
 * Pure: time comes in as an argument. Marks are the truth about what was heard; between two marks the position
 * is interpolated from when the line must have begun to play what it was sent.
 */

/** First message of a run, so that the caller hears the agent at once. */
export const FIRST_MESSAGE_MS = 40;
/** Every further message. Ten a second instead of fifty keep the line's load low. */
export const MESSAGE_MS = 100;
/** Below this lead the next message goes out, so the line holds 120–240 ms: enough for jitter, little to clear. */
export const LEAD_LOW_MS = 140;
/** An unfinished piece shorter than a message waits for more audio until the lead is this small. */
const LEAD_URGENT_MS = 60;
/** A mark this late is taken as heard: the line lost it, and the call must not wait for ever. */
export const MARK_GRACE_MS = 2000;

/** Audio of one conversation item on its way to the caller's ear. */
export interface PlayoutItem {
  readonly itemId: string;
  /** Null for audio that is not the model's (an apology from a file). */
  readonly responseId: string | null;
  readonly contentIndex: number;
  readonly receivedBytes: number;
  /** Bytes whose mark came back. */
  readonly heardBytes: number;
  /** No more audio will come. */
  readonly complete: boolean;
  /** When its first audio went out; null before. */
  readonly startedAt: number | null;
}

interface Chunk {
  readonly itemId: string;
  readonly audio: Uint8Array;
}

/** One message at the line whose mark has not come back. */
interface InFlight {
  readonly mark: string;
  readonly itemId: string;
  /** Bytes of the item, without padding. */
  readonly bytes: number;
  /** Playing time with padding, ms. */
  readonly durationMs: number;
  readonly sentAt: number;
  /** As it was sent, padding included. */
  readonly audio: Uint8Array;
}

/** Since when the line is held, and how much of the frame it was cleared in was heard already. */
interface Held {
  readonly since: number;
  readonly itemId: string | null;
  readonly bytes: number;
}

/** A stretch of audio the line has played, on the call's clock. */
interface Played {
  readonly fromMs: number;
  readonly toMs: number;
  readonly audio: Uint8Array;
}

export interface Playout {
  /** Bumped by each cut; marks of an earlier generation were cleared, not heard. */
  readonly generation: number;
  readonly paused: boolean;
  /** The line is cleared and nothing is sent, because the caller may be taking the floor; null else. */
  readonly held: Held | null;
  readonly items: readonly PlayoutItem[];
  readonly chunks: readonly Chunk[];
  readonly inFlight: readonly InFlight[];
  /** The line cannot have begun the first message in flight before this: what the last mark told, on the sender's clock. */
  readonly playingSince: number;
  readonly sentMessages: number;
  /**
   * The least time, ms, that a mark came back later than its audio would have ended on a line without delay: the way to
   * the line and back. A `clear` sent now arrives as much later as the audio before it did, so positions are kept on the
   * sender's clock, and a mark tells of a moment this long ago. Null before it was measured.
   */
  readonly roundTripMs: number | null;
  /** What was played last: a frame of the caller may still carry its echo. */
  readonly lastPlayed: Played | null;
}

/** A message for the line: media, then its mark. */
export interface LineMessage {
  /** Whole 160-byte frames. */
  readonly audio: Uint8Array;
  readonly mark: string;
}

/** What was cut short, for trimming the model's memory and our transcript. */
export interface Cut {
  readonly itemId: string;
  readonly responseId: string | null;
  readonly contentIndex: number;
  /** Whole milliseconds heard, 0 when none of it was. */
  readonly heardMs: number;
  /** Milliseconds received so far. */
  readonly receivedMs: number;
}

export const EMPTY_PLAYOUT: Playout = {
  generation: 0,
  paused: false,
  held: null,
  items: [],
  chunks: [],
  inFlight: [],
  playingSince: 0,
  sentMessages: 0,
  roundTripMs: null,
  lastPlayed: null,
};

/** Nothing waits to be sent and everything sent was heard. */
export function isIdle(playout: Playout): boolean {
  return playout.chunks.length === 0 && playout.inFlight.length === 0;
}

/** The caller hears the agent, or is about to: something is left to play and the line is not held. */
export function isAudible(playout: Playout): boolean {
  return playout.held === null && !isIdle(playout);
}

/** When the line will have played all it was sent; in the past when it has run dry. */
export function lineEndsAt(playout: Playout): number {
  let end = playout.playingSince;
  for (const message of playout.inFlight) end = Math.max(end, message.sentAt) + message.durationMs;
  return end;
}

/** Milliseconds until all queued and sent audio will have been heard, were nothing more to come. */
export function remainingMs(playout: Playout, at: number): number {
  let queued = 0;
  for (const chunk of playout.chunks) queued += chunk.audio.length;
  return Math.max(0, lineEndsAt(playout) - at) + bytesToMs(queued);
}

/** Adds audio of an item; the item is opened with its first audio. */
export function enqueue(
  playout: Playout,
  item: { readonly itemId: string; readonly responseId: string | null; readonly contentIndex: number },
  audio: Uint8Array,
): Playout {
  if (audio.length === 0) return playout;
  const known = playout.items.some((candidate) => candidate.itemId === item.itemId);
  const items = known
    ? playout.items.map((candidate) =>
        candidate.itemId === item.itemId
          ? { ...candidate, receivedBytes: candidate.receivedBytes + audio.length }
          : candidate,
      )
    : [...playout.items, { ...item, receivedBytes: audio.length, heardBytes: 0, complete: false, startedAt: null }];
  return { ...playout, items, chunks: [...playout.chunks, { itemId: item.itemId, audio }] };
}

/** Says that no more audio of an item will come. Returns the items that are thereby heard to their end. */
export function complete(playout: Playout, itemId: string): { playout: Playout; finished: readonly PlayoutItem[] } {
  const items = playout.items.map((item) => (item.itemId === itemId ? { ...item, complete: true } : item));
  return takeFinished({ ...playout, items });
}

export function setPaused(playout: Playout, paused: boolean): Playout {
  return playout.paused === paused ? playout : { ...playout, paused };
}

/**
 * Sends what is due at `at`. `nextAt` is when to call again (null: only after more audio, a mark or a resume);
 * `started` are items whose first audio is among the messages; `finished` are items whose marks were given up for lost.
 */
export function pump(
  playout: Playout,
  at: number,
): {
  playout: Playout;
  messages: readonly LineMessage[];
  started: readonly string[];
  finished: readonly PlayoutItem[];
  nextAt: number | null;
} {
  const messages: LineMessage[] = [];
  const started: string[] = [];
  let current = playout;
  let end = lineEndsAt(current);
  while (!current.paused && current.held === null && current.chunks.length > 0 && end - at <= LEAD_LOW_MS) {
    const lead = end - at;
    const wanted = lead <= 0 ? FIRST_MESSAGE_MS : MESSAGE_MS;
    const piece = takePiece(current, wanted * BYTES_PER_MS, lead > LEAD_URGENT_MS);
    if (piece === null) break;
    const mark = `g${current.generation}-${current.sentMessages + 1}`;
    messages.push({ audio: piece.audio, mark });
    if (current.items.some((item) => item.itemId === piece.itemId && item.startedAt === null))
      started.push(piece.itemId);
    const message: InFlight = {
      mark,
      itemId: piece.itemId,
      bytes: piece.bytes,
      durationMs: bytesToMs(piece.audio.length),
      sentAt: at,
      audio: piece.audio,
    };
    current = {
      ...current,
      chunks: piece.rest,
      inFlight: [...current.inFlight, message],
      sentMessages: current.sentMessages + 1,
      items: current.items.map((item) =>
        item.itemId === piece.itemId && item.startedAt === null ? { ...item, startedAt: at } : item,
      ),
    };
    end = Math.max(end, at) + message.durationMs;
  }
  if (current.inFlight.length > 0 && end + MARK_GRACE_MS <= at) {
    const last = current.inFlight[current.inFlight.length - 1] as InFlight;
    const heard = markHeard(current, last.mark, at);
    return { ...heard, messages, started, nextAt: null };
  }
  return { playout: current, messages, started, finished: [], nextAt: nextPumpAt(current, at, end) };
}

function nextPumpAt(playout: Playout, at: number, end: number): number | null {
  if (playout.chunks.length > 0 && !playout.paused && playout.held === null) {
    const due = end - LEAD_LOW_MS;
    if (due > at) return due;
    // A piece waits for more audio of its item; when none comes it goes out as it is.
    const urgent = end - LEAD_URGENT_MS;
    return urgent > at ? urgent : null;
  }
  return playout.inFlight.length > 0 ? end + MARK_GRACE_MS : null;
}

/** Takes up to `wanted` bytes of the first item in the queue, in whole frames; null when it is better to wait. */
function takePiece(
  playout: Playout,
  wanted: number,
  mayWait: boolean,
): { itemId: string; audio: Uint8Array; bytes: number; rest: readonly Chunk[] } | null {
  const first = playout.chunks[0] as Chunk;
  let available = 0;
  let isLastPiece = playout.items.some((item) => item.itemId === first.itemId && item.complete);
  for (const chunk of playout.chunks) {
    if (chunk.itemId !== first.itemId) {
      isLastPiece = true;
      break;
    }
    available += chunk.audio.length;
  }
  if (available < wanted && !isLastPiece && mayWait) return null;
  let bytes = Math.min(wanted, available);
  if (!(isLastPiece && bytes === available)) bytes -= bytes % FRAME_BYTES;
  if (bytes === 0) return null;
  const audio = new Uint8Array(Math.ceil(bytes / FRAME_BYTES) * FRAME_BYTES);
  let filled = 0;
  let index = 0;
  while (filled < bytes) {
    const chunk = playout.chunks[index] as Chunk;
    const part = chunk.audio.subarray(0, bytes - filled);
    audio.set(part, filled);
    filled += part.length;
    if (part.length < chunk.audio.length) {
      const rest = [
        { itemId: chunk.itemId, audio: chunk.audio.subarray(part.length) },
        ...playout.chunks.slice(index + 1),
      ];
      return { itemId: first.itemId, audio: audio.fill(SILENCE, filled), bytes, rest };
    }
    index++;
  }
  return { itemId: first.itemId, audio: audio.fill(SILENCE, filled), bytes, rest: playout.chunks.slice(index) };
}

/** A mark came back: everything up to it was heard. Marks of an earlier generation and unknown ones change nothing. */
export function markHeard(
  playout: Playout,
  mark: string,
  at: number,
): { playout: Playout; finished: readonly PlayoutItem[] } {
  const index = playout.inFlight.findIndex((message) => message.mark === mark);
  if (index < 0) return { playout, finished: [] };
  const heard = playout.inFlight.slice(0, index + 1);
  const items = playout.items.map((item) => {
    let bytes = 0;
    for (const message of heard) if (message.itemId === item.itemId) bytes += message.bytes;
    return bytes === 0 ? item : { ...item, heardBytes: item.heardBytes + bytes };
  });
  const { durationMs, audio } = playout.inFlight[index] as InFlight;
  const roundTripMs = measureRoundTrip(playout, index, at);
  const playingSince = at - (roundTripMs ?? 0);
  const lastPlayed = { fromMs: playingSince - durationMs, toMs: playingSince, audio };
  const inFlight = playout.inFlight.slice(index + 1);
  return takeFinished({ ...playout, items, inFlight, playingSince, roundTripMs, lastPlayed });
}

/** Only a message that found the line empty tells: when it began to play does not hang on marks before it. */
function measureRoundTrip(playout: Playout, index: number, at: number): number | null {
  const { sentAt, durationMs } = playout.inFlight[index] as InFlight;
  if (index > 0 || sentAt < playout.playingSince) return playout.roundTripMs;
  const delayMs = Math.max(0, at - sentAt - durationMs);
  return playout.roundTripMs === null ? delayMs : Math.min(playout.roundTripMs, delayMs);
}

function takeFinished(playout: Playout): { playout: Playout; finished: readonly PlayoutItem[] } {
  const finished = playout.items.filter((item) => item.complete && item.heardBytes >= item.receivedBytes);
  if (finished.length === 0) return { playout, finished };
  return { playout: { ...playout, items: playout.items.filter((item) => !finished.includes(item)) }, finished };
}

/** Milliseconds of an item that were heard by `at`, interpolated between marks; 0 for an unknown item. */
export function heardMs(playout: Playout, itemId: string, at: number): number {
  const item = playout.items.find((candidate) => candidate.itemId === itemId);
  if (item === undefined) return 0;
  let heard = bytesToMs(item.heardBytes);
  let end = playout.playingSince;
  for (const message of playout.inFlight) {
    const start = Math.max(end, message.sentAt);
    end = start + message.durationMs;
    if (message.itemId === itemId) heard += Math.min(Math.max(0, at - start), bytesToMs(message.bytes));
  }
  return Math.min(heard, bytesToMs(item.receivedBytes));
}

/** The caller's 20 ms that came in at `at` may carry the echo of these 160 bytes of the agent; null when nothing was played. */
export function playedFrame(playout: Playout, at: number): Uint8Array | null {
  const toMs = at - (playout.roundTripMs ?? 0);
  const fromMs = toMs - FRAME_MS;
  let frame: Uint8Array | null = null;
  const add = (startMs: number, endMs: number, audio: Uint8Array) => {
    const overlapMs = Math.min(endMs, toMs) - Math.max(startMs, fromMs);
    if (overlapMs <= 0) return;
    frame ??= new Uint8Array(FRAME_BYTES).fill(SILENCE);
    const target = Math.max(0, Math.round((startMs - fromMs) * BYTES_PER_MS));
    const source = Math.max(0, Math.round((fromMs - startMs) * BYTES_PER_MS));
    frame.set(audio.subarray(source, source + FRAME_BYTES - target), target);
  };
  const { lastPlayed } = playout;
  if (lastPlayed !== null) add(lastPlayed.fromMs, lastPlayed.toMs, lastPlayed.audio);
  let end = playout.playingSince;
  for (const message of playout.inFlight) {
    const start = Math.max(end, message.sentAt);
    if (start >= toMs) break;
    end = start + message.durationMs;
    add(start, end, message.audio);
  }
  return frame;
}

/**
 * The line is cleared at `at` and held: what was being played and was not heard goes back in front of the queue, to be
 * sent again by {@link resume} or dropped by {@link cut}. Marks of what was cleared count no more. Whole frames go back:
 * the one it was cleared in is heard again from its beginning, so that every frame stays the one it was.
 */
export function hold(playout: Playout, at: number): { playout: Playout; finished: readonly PlayoutItem[] } {
  if (playout.held !== null) return { playout, finished: [] };
  const unheard: Chunk[] = [];
  const heardOf = new Map<string, number>();
  let again = { itemId: null as string | null, bytes: 0 };
  let { lastPlayed } = playout;
  let end = playout.playingSince;
  for (const message of playout.inFlight) {
    const { itemId, bytes, audio } = message;
    const start = Math.max(end, message.sentAt);
    end = start + message.durationMs;
    const heard = Math.min(bytes, Math.max(0, Math.floor((at - start) * BYTES_PER_MS)));
    if (heard > 0) lastPlayed = { fromMs: start, toMs: Math.min(end, at), audio };
    heardOf.set(itemId, (heardOf.get(itemId) ?? 0) + heard);
    if (heard === bytes) continue;
    const from = heard - (heard % FRAME_BYTES);
    if (from < heard) again = { itemId, bytes: heard - from };
    unheard.push({ itemId, audio: audio.subarray(from, bytes) });
  }
  return takeFinished({
    ...playout,
    generation: playout.generation + 1,
    paused: false,
    held: { since: at, ...again },
    items: addHeard(playout.items, heardOf),
    chunks: [...unheard, ...playout.chunks],
    inFlight: [],
    playingSince: at,
    lastPlayed,
  });
}

function addHeard(items: readonly PlayoutItem[], heardOf: ReadonlyMap<string, number>): readonly PlayoutItem[] {
  return items.map((item) => ({ ...item, heardBytes: item.heardBytes + (heardOf.get(item.itemId) ?? 0) }));
}

/** The caller did not take the floor: what was not heard is sent again. */
export function resume(playout: Playout): Playout {
  const { held } = playout;
  if (held === null) return playout;
  const items = held.itemId === null ? playout.items : addHeard(playout.items, new Map([[held.itemId, -held.bytes]]));
  return { ...playout, held: null, items };
}

/**
 * What was neither heard nor is being heard is dropped, a new generation begins. Returns the items cut short, in
 * order; an item complete and heard to its end counts as finished, not cut.
 */
export function cut(
  playout: Playout,
  at: number,
): { playout: Playout; cuts: readonly Cut[]; finished: readonly PlayoutItem[] } {
  const cuts: Cut[] = [];
  const finished: PlayoutItem[] = [];
  for (const item of playout.items) {
    const heard = Math.floor(heardMs(playout, item.itemId, at));
    const receivedMs = bytesToMs(item.receivedBytes);
    if (item.complete && heard >= Math.floor(receivedMs)) finished.push(item);
    else {
      const { itemId, responseId, contentIndex } = item;
      cuts.push({ itemId, responseId, contentIndex, heardMs: heard, receivedMs });
    }
  }
  return {
    playout: {
      ...EMPTY_PLAYOUT,
      generation: playout.generation + 1,
      sentMessages: playout.sentMessages,
      playingSince: at,
      roundTripMs: playout.roundTripMs,
      lastPlayed: playout.lastPlayed,
    },
    cuts,
    finished,
  };
}
