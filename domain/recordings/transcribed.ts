import { withoutGhosts } from '../../hebrew/ghosts.ts';
import type { Database } from '../../platform/db/index.ts';
import { insertFinalizeJob } from '../calls/end-call.ts';
import type { TurnRecord } from '../calls/types.ts';
import { upsertTurns } from '../calls/turns.ts';
import { addUsage, type UsageEntry } from '../calls/usage.ts';
import type { RecordingOf } from './begin.ts';
import type { SpeechStretch } from './scan.ts';
import { CALLER_CHANNEL } from './store.ts';

/** What was said in a stretch of a recording. */
export interface WrittenStretch extends SpeechStretch {
  readonly text: string;
}

/** A call whose transcript is to be made from its recording, or why not. */
export type Writing =
  | {
      readonly kind: 'awaited';
      readonly callId: string;
      readonly offsetMs: number;
      readonly turns: readonly TurnRecord[];
    }
  /** Its transcript has the caller's words, or they were written before, or the file is gone. */
  | { readonly kind: 'done' }
  /** Its live transcript is not final yet. */
  | { readonly kind: 'early' };

/** Reads what the call itself has. */
export async function writingOf(db: Database, { businessId, recordingId }: RecordingOf): Promise<Writing> {
  const row = await db.withBusiness(businessId, (tx) =>
    tx.recording.findFirst({
      where: { id: recordingId, businessId, status: 'stored', transcribedAt: null },
      include: { call: { select: { status: true, turns: { where: { text: { not: '' } } } } } },
    }),
  );
  if (row === null) return { kind: 'done' };
  const { call, callId, offsetMs } = row;
  if (call.status !== 'completed') return { kind: 'early' };
  if (call.turns.some(({ speaker }) => speaker === 'caller')) return { kind: 'done' };
  return { kind: 'awaited', callId, offsetMs, turns: call.turns };
}

/**
 * The turns of a conversation, joined by time: what the call has of the agent, and what the recording says. Words that
 * recognition makes up out of noise are left out.
 */
export function turnsOfRecording(
  { turns, offsetMs }: Pick<Extract<Writing, { kind: 'awaited' }>, 'turns' | 'offsetMs'>,
  written: readonly WrittenStretch[],
): TurnRecord[] {
  const heard = written.flatMap((stretch): TurnRecord[] => {
    const text = withoutGhosts(stretch.text, stretch.speechMs);
    if (text === '') return [];
    const speaker = stretch.channel === CALLER_CHANNEL ? 'caller' : 'agent';
    const startedMs = Math.max(0, stretch.fromMs + offsetMs);
    return [
      {
        itemId: `recording_${stretch.channel}_${stretch.fromMs}`,
        position: 0,
        speaker,
        text,
        interrupted: false,
        startedMs,
        endedMs: stretch.toMs + offsetMs,
      },
    ];
  });
  return [...turns, ...heard]
    .sort((a, b) => a.startedMs - b.startedMs || a.position - b.position)
    .map((turn, position) => ({ ...turn, position }));
}

/**
 * Writes the turns and, where there are new ones, lets the call be made final again: transcript, deliveries and analysis
 * follow as after a call. Returns the outbox row to dispatch, or null when nothing was said.
 */
export async function saveRecordedTurns(
  db: Database,
  { businessId, recordingId }: RecordingOf,
  {
    callId,
    turns,
    usage,
  }: { readonly callId: string; readonly turns: readonly TurnRecord[]; readonly usage: UsageEntry },
  now: Date,
): Promise<string | null> {
  const isNew = turns.some(({ speaker }) => speaker === 'caller');
  return db.withBusiness(businessId, async (tx) => {
    const { count } = await tx.recording.updateMany({
      where: { id: recordingId, businessId, status: 'stored', transcribedAt: null },
      data: { transcribedAt: now },
    });
    if (count === 0) return null;
    if (usage.seconds > 0) await addUsage(tx, businessId, callId, [usage]);
    if (!isNew) return null;
    await upsertTurns(tx, businessId, [{ callId, turns }]);
    await tx.call.updateMany({
      where: { id: callId, businessId },
      data: { status: 'ended', transcriptsSettledAt: now, finalizedAt: null, transcript: null },
    });
    await insertFinalizeJob(tx, businessId, callId);
    return callId;
  });
}
