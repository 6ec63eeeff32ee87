import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endCall, getCallBySid, saveTurns, settleTranscripts } from '../../domain/calls/index.ts';
import {
  beginRecording,
  forgetRecordings,
  recordingKey,
  recordingStarted,
  reportRecording,
} from '../../domain/recordings/index.ts';
import { DATA_KINDS } from '../../domain/retention/index.ts';
import { diskBlobs } from '../../platform/blobs/index.ts';
import { speechFrames } from '../../sandbox/audio/speech.ts';
import { listenTo } from '../../sandbox/openai/listen.ts';
import { startSandboxOpenAi, type SandboxOpenAi } from '../../sandbox/openai/server.ts';
import { parseScript } from '../../sandbox/script/parse.ts';
import { CallRecorder, linearWav } from '../../sandbox/twilio/call-recorder.ts';
import { TwilioRestError } from '../../voice/twilio/rest.ts';
import { finalize } from '../../worker/call-finalize.ts';
import { openAiTranscription } from '../../worker/models/transcription.ts';
import { fetchRecording } from '../../worker/recording-fetch.ts';
import { removeRecordingFile } from '../../worker/recording-remove.ts';
import { transcribeRecording } from '../../worker/recording-transcribe.ts';
import { aBusiness, aCall, aTurn, seconds } from '../domain/fixtures.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aContext } from './fixtures.ts';

const SCRIPT = parseScript(`
title: הקלטה
conversation:
  - agent: שלום, במה אפשר לעזור?
  - caller: אני צריכה תיקון למזגן בבקשה.
  - agent: מה השם שלך?
  - caller: קוראים לי דנה כהן.
`);

/** The sound of the script, one line each two seconds and a half or as long as it takes. */
function soundOfScript(): Buffer {
  const recorder = new CallRecorder(0);
  let at = 500;
  SCRIPT.conversation.forEach((entry, line) => {
    const voice = entry.kind === 'agent' ? 'agent' : 'caller';
    const text = entry.kind === 'agent' ? entry.agent : entry.kind === 'caller' ? entry.caller : '';
    for (const frame of speechFrames(text, { voice, line })) {
      if (voice === 'agent') recorder.agent(at, frame);
      else recorder.caller(at, frame);
      at += 20;
    }
    at += 1000;
  });
  return linearWav(recorder.channels(at));
}

const SOUND = soundOfScript();
const RUN = { attempt: 1, signal: new AbortController().signal };

let test: TestDatabase;
let vendor: SandboxOpenAi;
let folder: string;
beforeAll(async () => {
  test = await testDatabase();
  vendor = await startSandboxOpenAi({ listen: listenTo(() => [SCRIPT]) });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosaas-test-'));
  return () => rm(folder, { recursive: true });
});
afterAll(async () => {
  await vendor.close();
  await test.close();
});

/** A call that was recorded; Twilio has just said so. */
async function aRecordedCall(
  options: {
    download?: () => Promise<Readable>;
    words?: string;
    live?: ('agent' | 'caller')[];
    /** False: Twilio knows of the recording and has told nobody yet, neither its name nor that it is ready. */
    isReported?: boolean;
  } = {},
) {
  const removed: string[] = [];
  const blobs = diskBlobs(folder);
  const world = aContext(test.db, {
    blobs,
    transcribe: openAiTranscription({ baseUrl: vendor.url, apiKey: 'key', models: ['gpt-transcribe'] }),
    recordings: {
      download: options.download ?? (async () => Readable.from([SOUND.subarray(0, 1000), SOUND.subarray(1000)])),
      remove: async ({ recordingSid }) => void removed.push(recordingSid),
    },
  });
  const { context, clock } = world;
  const business = await aBusiness(test.db);
  const { businessId } = business;
  const { callId, callSid } = await aCall(test.db, business, seconds(clock.now(), -60));
  const recordingId = await beginRecording(test.db, businessId, callId);
  if (recordingId === null) throw new Error('recorded already');
  const of = { businessId, recordingId };
  const recordingSid = `RE${randomUUID().replaceAll('-', '')}`;
  const { isReported = true } = options;
  if (isReported) await recordingStarted(test.db, of, { recordingSid, offsetMs: 120.4 });
  const live = options.live ?? ['agent', 'caller'];
  await saveTurns(
    test.db,
    businessId,
    callId,
    live.map((speaker, index) => aTurn(index, speaker, options.words ?? 'שלום')),
  );
  await endCall(test.db, businessId, callId, {
    endReason: 'user_goodbye',
    endedAt: clock.now(),
    heldMs: 0,
    timings: {},
  });
  await settleTranscripts(test.db, businessId, callId, clock.now());
  await finalize(context, { businessId, callId });
  const report = { callSid, recordingSid, status: 'completed' } as const;
  const taken = isReported ? await reportRecording(test.db, report) : null;
  const read = async () => {
    const call = await getCallBySid(test.db, businessId, callSid);
    if (call === null || call.recording === null) throw new Error('no recording');
    return { call, recording: call.recording };
  };
  return { ...world, blobs, removed, of, callId, callSid, recordingSid, report, taken, read };
}

const unready = () => Promise.reject(new TwilioRestError('not found', 404, 20404));
const fileOf = ({ businessId, recordingId }: { businessId: string; recordingId: string }) =>
  join(folder, businessId, `${recordingId}.wav`);

describe('what Twilio says of a recording', () => {
  it('is taken once, and asks for the file in the same transaction', async () => {
    const { taken, report, of } = await aRecordedCall();
    expect(taken).toMatchObject({ businessId: of.businessId, outboxId: of.recordingId });
    expect(await reportRecording(test.db, report)).toBeNull();
    const jobs = await test.db.withBusiness(of.businessId, (tx) =>
      tx.outbox.findMany({ where: { job: 'recording-fetch' } }),
    );
    expect(jobs).toMatchObject([{ payload: of }]);
  });

  it('is not taken of a call that is not recorded, nor of another recording, nor of no Sid', async () => {
    const { report } = await aRecordedCall();
    const business = await aBusiness(test.db);
    const { callSid } = await aCall(test.db, business);
    expect(await reportRecording(test.db, { ...report, callSid })).toBeNull();
    expect(await reportRecording(test.db, { ...report, callSid: 'CA0' })).toBeNull();
    expect(await reportRecording(test.db, { ...report, recordingSid: '../x' })).toBeNull();
  });
});

describe('recording-fetch', () => {
  it('brings the file, looks through it, and has the copy at Twilio deleted', async () => {
    const { context, of, blobs, removed, recordingSid, read, enqueued, published } = await aRecordedCall();
    await fetchRecording(context, of, RUN);
    const { recording } = await read();
    expect(recording).toMatchObject({ status: 'stored', offsetMs: 120 });
    expect(recording.durationMs).toBe(Math.round((SOUND.length - 44) / 32));
    expect(recording.peaks).toHaveLength(2);
    expect((await buffer(await blobs.read(recordingKey(of)))).equals(SOUND)).toBe(true);
    expect(removed).toEqual([recordingSid]);
    expect(published.at(-1)).toMatchObject({ kind: 'call' });
    // The caller was transcribed while the call went on.
    expect(enqueued.map(({ job }) => job)).not.toContain('recording-transcribe');
    await fetchRecording(context, of, RUN);
    expect(removed).toHaveLength(1);
  });

  it('waits for a file that is not ready, and says so in the end', async () => {
    const { context, of, read } = await aRecordedCall({ download: unready });
    await expect(fetchRecording(context, of, RUN)).rejects.toMatchObject({
      code: 'recording_not_ready',
      permanent: false,
    });
    expect((await read()).recording.status).toBe('fetching');
    await fetchRecording(context, of, { ...RUN, attempt: 10 });
    expect((await read()).recording).toMatchObject({ status: 'failed', reason: 'recording_not_ready' });
  });

  it.each([
    ['no sound', async () => Readable.from([Buffer.from('<html>'.repeat(2000))]), 'recording_unreadable'],
    [
      'too much',
      async () => Readable.from(Array.from({ length: 140 }, () => Buffer.alloc(1024 * 1024))),
      'file_too_large',
    ],
  ])('keeps nothing of a file that is %s', async (_name, download, reason) => {
    const { context, of, read } = await aRecordedCall({ download });
    await fetchRecording(context, of, RUN);
    expect((await read()).recording).toMatchObject({ status: 'failed', reason });
    expect(await readdir(folder)).toEqual([]);
  });

  it('that was told to forget the recording meanwhile keeps no file', async () => {
    const call = await aRecordedCall({
      download: async () => {
        await forget(call);
        return Readable.from([SOUND]);
      },
    });
    await fetchRecording(call.context, call.of, RUN);
    expect((await call.read()).recording.status).toBe('removed');
    await expect(readdir(join(folder, call.of.businessId))).resolves.toEqual([]);
  });
});

const forget = ({ of, clock }: Pick<Awaited<ReturnType<typeof aRecordedCall>>, 'of' | 'clock'>) =>
  test.db.withBusiness(of.businessId, (tx) => forgetRecordings(tx, of.businessId, { id: of.recordingId }, clock.now()));

describe('a recording whose time is over', () => {
  it('is nobody’s any more at once, and its file goes by a job', async () => {
    const call = await aRecordedCall();
    await fetchRecording(call.context, call.of, RUN);
    await removeRecordingFile(call.context, call.of);
    expect(await call.blobs.size(recordingKey(call.of)), fileOf(call.of)).not.toBeNull();
    expect(await forget(call)).toBe(1);
    expect((await call.read()).recording).toMatchObject({ status: 'removed', peaks: [] });
    await removeRecordingFile(call.context, call.of);
    await removeRecordingFile(call.context, call.of);
    expect(await call.blobs.size(recordingKey(call.of))).toBeNull();
  });
});

describe('a recording that is forgotten before it was fetched', () => {
  it('is taken from Twilio as well, once', async () => {
    const call = await aRecordedCall();
    await forget(call);
    await fetchRecording(call.context, call.of, RUN);
    expect(call.removed).toEqual([]);
    await removeRecordingFile(call.context, call.of);
    await removeRecordingFile(call.context, call.of);
    expect(call.removed).toEqual([call.recordingSid]);
  });

  it('stays at Twilio where the installation says so', async () => {
    const call = await aRecordedCall();
    await forget(call);
    await removeRecordingFile({ ...call.context, keepsSourceRecordings: true }, call.of);
    expect(call.removed).toEqual([]);
  });

  it('is taken from Twilio also where Twilio tells of it only afterwards', async () => {
    const call = await aRecordedCall({ isReported: false });
    await forget(call);
    await removeRecordingFile(call.context, call.of);
    const late = await reportRecording(test.db, call.report);
    expect(late).toMatchObject({ callId: call.callId, outboxId: expect.any(String) as string });
    const { job } = await test.db.withBusiness(call.of.businessId, (tx) =>
      tx.outbox.findUniqueOrThrow({ where: { id: late?.outboxId ?? '' } }),
    );
    expect(job).toBe('recording-remove');
    await removeRecordingFile(call.context, call.of);
    expect(call.removed).toEqual([call.recordingSid]);
    expect(await reportRecording(test.db, call.report)).toBeNull();
    expect((await call.read()).recording.status).toBe('removed');
  });

  it('is kept at Twilio no longer than ours where it could not be fetched', async () => {
    const call = await aRecordedCall({ download: () => Promise.reject(new TwilioRestError('no', 403, null)) });
    await fetchRecording(call.context, call.of, RUN);
    expect((await call.read()).recording.status).toBe('failed');
    const kind = DATA_KINDS.find(({ name }) => name === 'recordings');
    const purge = (before: Date) =>
      test.db.withBusiness(
        call.of.businessId,
        (tx) => kind?.retention?.purge(tx, call.of.businessId, before, 10, call.clock.now()) ?? Promise.resolve(-1),
      );
    expect(await purge(new Date(0))).toBe(0);
    expect(await purge(seconds(new Date(), 60))).toBe(1);
    expect(await purge(seconds(new Date(), 60))).toBe(0);
    await removeRecordingFile(call.context, call.of);
    expect(call.removed).toEqual([call.recordingSid]);
  });
});

describe('recording-transcribe', () => {
  it('writes down both sides of a call nobody transcribed, in the order they spoke, and lets it be made final again', async () => {
    const { context, of, callId, enqueued, read } = await aRecordedCall({ words: '' });
    expect((await read()).call.insight).toMatchObject({ reason: 'transcript_unavailable' });
    await fetchRecording(context, of, RUN);
    expect(enqueued.at(-1)).toMatchObject({ job: 'recording-transcribe', payload: of });
    await transcribeRecording(context, of, RUN.signal);
    expect(enqueued.at(-1)).toMatchObject({ job: 'call-finalize', payload: { callId } });
    await finalize(context, { businessId: of.businessId, callId });
    const { call } = await read();
    expect(call.transcript?.split('\n')).toEqual([
      'סוכן: שלום, במה אפשר לעזור?',
      'לקוח: אני צריכה תיקון למזגן בבקשה.',
      'סוכן: מה השם שלך?',
      'לקוח: קוראים לי דנה כהן.',
    ]);
    expect(call.insight).toMatchObject({ status: 'pending' });
    expect(call.usage).toMatchObject([{ kind: 'transcription', model: 'gpt-transcribe' }]);
    const asked = vendor.requests.length;
    await transcribeRecording(context, of, RUN.signal);
    expect(vendor.requests).toHaveLength(asked);
  });

  it('leaves the agent’s own words as the call has them', async () => {
    const { context, of, callId, read } = await aRecordedCall({ live: ['agent'], words: 'שלום ממני' });
    await fetchRecording(context, of, RUN);
    await transcribeRecording(context, of, RUN.signal);
    await finalize(context, { businessId: of.businessId, callId });
    expect((await read()).call.transcript?.split('\n')).toEqual([
      'סוכן: שלום ממני',
      'לקוח: אני צריכה תיקון למזגן בבקשה.',
      'לקוח: קוראים לי דנה כהן.',
    ]);
  });

  it('tries again while the model is away', async () => {
    const { context, of } = await aRecordedCall({ words: '' });
    await fetchRecording(context, of, RUN);
    vendor.setFault({ kind: 'error', status: 503 });
    await expect(transcribeRecording(context, of, RUN.signal)).rejects.toMatchObject({
      code: 'transcription_failed',
      permanent: false,
    });
    vendor.setFault(null);
  });
});
