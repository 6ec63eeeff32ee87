/**
 * The conversation as a list of turns in the order of the model's items. Pure.
 * A caller's turn exists from its commit; an agent's turn from its item, but it only counts once some of it was heard.
 */

export interface Turn {
  readonly itemId: string;
  readonly speaker: 'agent' | 'caller';
  /** Caller: the transcription. Agent: the words generated so far, after its playout only those heard. */
  readonly text: string;
  readonly interrupted: boolean;
  /** Ms on the call's clock. Agent: first audio sent; null while none was. */
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  /** Caller: the transcription came, or is known never to come. Agent: the playout ended. */
  readonly settled: boolean;
  /** Caller only: speech that our own audio proves, ms. */
  readonly provenSpeechMs: number;
  /** Caller only: the agent turn the caller had heard last when they began to speak. */
  readonly answers: string | null;
  /** How the model of the line that is open now knows it: as audio it can trim, as text we gave it, as text that took its place, or not at all. */
  readonly memory: 'audio' | 'text' | 'trimmed_text' | 'none';
}

/** A turn nobody has said a word of yet. */
export function emptyTurn(itemId: string, speaker: Turn['speaker'], memory: Turn['memory']): Turn {
  return {
    itemId,
    speaker,
    text: '',
    interrupted: false,
    startedMs: null,
    endedMs: null,
    settled: false,
    provenSpeechMs: 0,
    answers: null,
    memory,
  };
}

/** A turn as it is stored. */
export interface TurnRecord {
  readonly itemId: string;
  readonly position: number;
  readonly speaker: 'agent' | 'caller';
  readonly text: string;
  readonly interrupted: boolean;
  readonly startedMs: number;
  readonly endedMs: number | null;
}

/** Inserts a turn behind `previousItemId`; at the end when that is null or unknown. A known item is left alone. */
export function insertTurn(turns: readonly Turn[], turn: Turn, previousItemId: string | null): readonly Turn[] {
  if (turns.some((known) => known.itemId === turn.itemId)) return turns;
  const previous = previousItemId === null ? -1 : turns.findIndex((known) => known.itemId === previousItemId);
  if (previous < 0) return [...turns, turn];
  return [...turns.slice(0, previous + 1), turn, ...turns.slice(previous + 1)];
}

export function updateTurn(turns: readonly Turn[], itemId: string, change: Partial<Turn>): readonly Turn[] {
  return turns.map((turn) => (turn.itemId === itemId ? { ...turn, ...change } : turn));
}

export function removeTurn(turns: readonly Turn[], itemId: string): readonly Turn[] {
  return turns.filter((turn) => turn.itemId !== itemId);
}

export function findTurn(turns: readonly Turn[], itemId: string): Turn | undefined {
  return turns.find((turn) => turn.itemId === itemId);
}

/** The last agent turn of which something was heard to an end, or null. */
export function lastHeardAgentTurn(turns: readonly Turn[]): Turn | null {
  return turns.findLast((turn) => turn.speaker === 'agent' && turn.settled && turn.text !== '') ?? null;
}

/**
 * The words of `text` that fit into the first `heardMs` of `totalMs`: by share of its letters, whole words only,
 * because speech runs at a nearly even pace within one reply.
 */
export function heardWords(text: string, heardMs: number, totalMs: number): string {
  if (totalMs <= 0 || heardMs <= 0) return '';
  if (heardMs >= totalMs) return text;
  const limit = (heardMs / totalMs) * text.length;
  let end = 0;
  for (const word of text.matchAll(/\S+/gu)) {
    const wordEnd = word.index + word[0].length;
    if (wordEnd > limit) break;
    end = wordEnd;
  }
  return text.slice(0, end);
}

/** The turns worth storing: committed caller turns, and agent turns whose playout ended with something heard. */
export function recordsOf(turns: readonly Turn[]): readonly TurnRecord[] {
  return turns.map(recordOf).filter((record) => record !== null);
}

function recordOf(turn: Turn, position: number): TurnRecord | null {
  if (turn.startedMs === null || (turn.speaker === 'agent' && !turn.settled)) return null;
  const { itemId, speaker, text, interrupted, startedMs, endedMs } = turn;
  return {
    itemId,
    position,
    speaker,
    text,
    interrupted,
    startedMs: Math.round(startedMs),
    endedMs: endedMs === null ? null : Math.round(endedMs),
  };
}

/** The records that differ between two lists, as they stand in the second. */
export function changedRecords(before: readonly Turn[], after: readonly Turn[]): readonly TurnRecord[] {
  if (before === after) return [];
  const changed: TurnRecord[] = [];
  after.forEach((turn, position) => {
    // Most are the very turns they were: only what was replaced or moved is looked into.
    if (before[position] === turn) return;
    const record = recordOf(turn, position);
    if (record === null) return;
    const place = before.findIndex((known) => known.itemId === turn.itemId);
    const old = place < 0 ? null : recordOf(before[place] as Turn, place);
    if (JSON.stringify(old) !== JSON.stringify(record)) changed.push(record);
  });
  return changed;
}
