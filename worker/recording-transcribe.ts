import { buffer } from 'node:stream/consumers';
import { dispatchOutbox } from '../domain/outbox/index.ts';
import {
  CALLER_CHANNEL,
  recordingKey,
  saveRecordedTurns,
  scanWav,
  turnsOfRecording,
  writingOf,
  type SpeechStretch,
  type WrittenStretch,
} from '../domain/recordings/index.ts';
import { AppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import { monoWav, sampleAt, type WavFormat } from '../platform/wav.ts';
import type { WorkerContext } from './context.ts';

/** Requests at a time. */
const AT_ONCE = 4;
/** More stretches than an hour of talk has. */
const MOST_STRETCHES = 1_500;

/**
 * Writes down a call that has no word of its caller in its transcript, from its recording: each stretch of speech of
 * either channel by itself, so that its time is known whatever the model gives; then the call is made final and analysed
 * again. What the call has of the agent's words stays.
 *
 * @throws AppError `call_not_final` (worth another run), `transcription_failed`
 */
export async function transcribeRecording(
  context: WorkerContext,
  { businessId, recordingId }: { readonly businessId: string; readonly recordingId: string },
  signal: AbortSignal,
): Promise<void> {
  const { db, queue, log, blobs, clock } = context;
  const of = { businessId, recordingId };
  const writing = await writingOf(db, of);
  if (writing.kind === 'done') return;
  if (writing.kind === 'early') throw new AppError('call_not_final');
  const key = recordingKey(of);
  const scan = await scanWav(await blobs.read(key));
  if (scan === null) throw new AppError('recording_unreadable', { permanent: true });
  const hasAgent = writing.turns.length > 0;
  const stretches = scan.speech
    .filter(({ channel }) => channel === CALLER_CHANNEL || (!hasAgent && channel === CALLER_CHANNEL + 1))
    .slice(0, MOST_STRETCHES);

  const written: WrittenStretch[] = [];
  const used = { model: '', seconds: 0 };
  for (let from = 0; from < stretches.length; from += AT_ONCE) {
    const some = stretches.slice(from, from + AT_ONCE).map(async (stretch) => {
      const sound = await soundOf(context, key, scan.format, stretch);
      const { text, model } = await context.transcribe(sound, signal);
      used.model = model;
      used.seconds += (stretch.toMs - stretch.fromMs) / 1000;
      return { ...stretch, text };
    });
    written.push(...(await Promise.all(some)));
  }
  const turns = turnsOfRecording(writing, written);
  const usage = {
    model: used.model,
    kind: 'transcription',
    seconds: Math.round(used.seconds),
    textIn: 0,
    textInCached: 0,
    audioIn: 0,
    audioInCached: 0,
    textOut: 0,
    audioOut: 0,
  } as const;
  const outboxId = await saveRecordedTurns(db, of, { callId: writing.callId, turns, usage }, clock.now());
  logEvent(log, 'recording_transcribed', {
    ...of,
    callId: writing.callId,
    stretches: stretches.length,
    turns: turns.length,
  });
  if (outboxId !== null) await dispatchOutbox(db, queue, businessId, outboxId, clock.now());
  void context.publish({ kind: 'call', businessId, callId: writing.callId });
}

/** One channel of a stretch, as a file of its own. */
async function soundOf(
  { blobs }: WorkerContext,
  key: string,
  { encoding, rate, dataOffset, blockBytes }: WavFormat,
  { channel, fromMs, toMs }: SpeechStretch,
): Promise<Buffer> {
  const first = Math.floor((fromMs * rate) / 1000);
  const count = Math.max(1, Math.floor((toMs * rate) / 1000) - first);
  const from = dataOffset + first * blockBytes;
  const data = await buffer(await blobs.read(key, { from, to: from + count * blockBytes - 1 }));
  const samples = Int16Array.from({ length: Math.floor(data.length / blockBytes) }, (_, index) =>
    sampleAt(data, index * blockBytes, channel, encoding),
  );
  return monoWav(samples, rate);
}
