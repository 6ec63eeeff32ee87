import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { dispatchOutbox } from '../../domain/outbox/index.ts';
import { beginRecording, recordingKey, reportRecording } from '../../domain/recordings/index.ts';
import { keepRendered } from '../../domain/speech/index.ts';
import { linearWav } from '../../sandbox/twilio/call-recorder.ts';
import { receivingBusiness, receivingWebhook } from '../../scripts/soak/product.ts';
import { aCall } from '../domain/fixtures.ts';
import { callOf, type QueueWorld } from './finished-call.ts';
import { type Place, PLACES, type StopPoint } from './stop-points.ts';

// What a worker does besides delivering, with the places it may die at: analyses, recordings, a purge.

/** One thing a worker is killed at. All of them stand at the same moment, so that one death serves them all. */
export interface Step {
  /** Makes the place to stand at; before anything stands anywhere. */
  hold(): Promise<void>;
  /** A worker runs: gives it the work. */
  begin(): Promise<void>;
  /** Resolves when a worker stands at the place. */
  reached(): Promise<void>;
  /** Lets everything pass from now on. */
  release(): Promise<void>;
  /** Resolves when all of it is there; fails when anything of it is there twice. */
  whole(): Promise<void>;
}

/** Of both channels, half a second of silence. */
const SOUND = linearWav([new Uint8Array(4_000).fill(0xff), new Uint8Array(4_000).fill(0xff)]);
const WITHIN = { timeout: 60_000, interval: 100 };
const WHILE_MODEL_HANGS = 'תודה, אחכה';

/** All that stand when the first worker is killed. */
export async function stepsBesides(world: QueueWorld): Promise<Step[]> {
  return [
    await analysis(world, 'no model is asked', { at: PLACES.analyze }),
    await analysisInFlight(world),
    await analysis(world, 'the analysis is not written', { at: PLACES.insight }),
    await download(world),
    await recording(world, PLACES.stored),
    await recording(world, PLACES.sourceDeleted),
    await purge(world),
  ];
}

/** The analysis is written, the deliveries that tell of it are with nobody. */
export async function handedOver(world: QueueWorld): Promise<Step & { written(): Promise<void> }> {
  const step = await analysis(world, 'nobody is told', { at: PLACES.insight });
  const written = async () => expect((await step.call.detail())?.insight?.status).toBe('done');
  return { ...step, written: () => vi.waitFor(written, WITHIN) };
}

/** A finished call of a business that wants to hear of its analysis. */
async function analysis(world: QueueWorld, name: string, { at, words }: { at?: Place; words?: string }) {
  const { db, points, product } = world;
  const call = await callOf(world, name, words);
  const { path } = await receivingWebhook(db, product.receiver.url, call.businessId);
  const told = () =>
    product.receiver.deliveries.filter(
      (post) => post.path === path && (post.body as { type: string }).type === 'call.analyzed',
    );
  let point: StopPoint | undefined;
  return {
    call,
    told,
    hold: async () => {
      if (at !== undefined) point = await points.hold(call.businessId, at);
    },
    begin: () => call.end(),
    reached: async () => {
      await point?.reached();
      // Past row-level security, where nothing stands.
      const [row] = await points.query<{ status: string }>('SELECT status FROM call_insights WHERE call_id = $1', [
        call.callId,
      ]);
      expect([name, row?.status]).toEqual([name, 'pending']);
      expect(told()).toEqual([]);
    },
    release: async () => point?.release(),
    whole: async () => {
      await vi.waitFor(async () => {
        const detail = await call.detail();
        const deliveries = detail?.deliveries.map((one) => [one.export, one.status].join(' ')) ?? [];
        expect([name, detail?.insight?.status, ...deliveries.sort()]).toEqual([
          name,
          'done',
          'call.analyzed delivered',
          'call.completed delivered',
          'transcript delivered',
        ]);
      }, WITHIN);
      const detail = await call.detail();
      expect(detail?.insight?.summary).toEqual(expect.stringContaining(' '));
      expect([name, detail?.usage.filter(({ kind }) => kind === 'analysis').length]).toEqual([name, 1]);
      const sent = told();
      expect([name, sent.length]).toEqual([name, 1]);
      const analyzed = detail?.deliveries.find((one) => one.export === 'call.analyzed');
      expect(sent[0]?.headers['webhook-id']).toBe(analyzed?.deliveryId);
      expect(sent[0]?.body).toMatchObject({ data: { call_sid: call.callSid, summary: detail?.insight?.summary } });
    },
  };
}

async function analysisInFlight(world: QueueWorld): Promise<Step> {
  const { analyst } = world.product;
  const step = await analysis(world, 'the model does not answer', { words: WHILE_MODEL_HANGS });
  const asked = () => analyst.requests.filter(({ input }) => input.includes(WHILE_MODEL_HANGS));
  return {
    ...step,
    hold: async () => analyst.setFault({ kind: 'hang', about: WHILE_MODEL_HANGS }),
    reached: async () => {
      await vi.waitFor(() => expect(asked()).toHaveLength(1), WITHIN);
      await step.reached();
    },
    release: async () => analyst.setFault(null),
    whole: async () => {
      await step.whole();
      const answers = asked().map(({ status }) => status);
      expect([answers.pop(), [...new Set(answers)]]).toEqual([200, [null]]);
    },
  };
}

/** A call of which Twilio has a recording. */
async function recorded(world: QueueWorld) {
  const { db, queue, product } = world;
  const business = await receivingBusiness(db, product.receiver.url);
  const { businessId } = business;
  const { callId, callSid } = await aCall(db, business);
  const recordingId = (await beginRecording(db, businessId, callId)) ?? '';
  const recordingSid = `RE${randomUUID().replaceAll('-', '')}`;
  product.twilio.keep({ sid: recordingSid, callSid, audio: SOUND, readyAt: 0, durationMs: 500 });
  const key = recordingKey({ businessId, recordingId });
  return {
    businessId,
    recordingId,
    recordingSid,
    file: join(world.folder, 'recordings', key),
    asked: (method: string) =>
      product.twilio.restRequests.filter((one) => one.method === method && one.path.includes(recordingSid)),
    row: async () => {
      const [row] = await world.points.query<{ status: string; source_deleted_at: Date | null }>(
        'SELECT status, source_deleted_at FROM recordings WHERE id = $1',
        [recordingId],
      );
      return row;
    },
    /** As the web process takes Twilio's word that it is ready. */
    async ready() {
      const taken = await reportRecording(db, { callSid, recordingSid, status: 'completed' });
      await dispatchOutbox(db, queue, businessId, taken?.outboxId ?? '');
    },
  };
}

type Recorded = Awaited<ReturnType<typeof recorded>>;

/** It is kept once and whole, nothing is beside it, and Twilio's copy is gone. */
async function keptOnce({ businessId, recordingId, file, row }: Recorded, folder: string): Promise<void> {
  await vi.waitFor(
    async () => expect(await row()).toEqual({ status: 'stored', source_deleted_at: expect.any(Date) as Date }),
    WITHIN,
  );
  expect((await readFile(file)).equals(SOUND)).toBe(true);
  expect(await readdir(join(folder, 'recordings', businessId))).toEqual([`${recordingId}.wav`]);
}

async function recording(world: QueueWorld, place: Place): Promise<Step> {
  const of = await recorded(world);
  let point: StopPoint | undefined;
  return {
    hold: async () => void (point = await world.points.hold(of.businessId, place)),
    begin: of.ready,
    reached: async () => {
      await point?.reached();
      expect(await of.row()).toMatchObject({ source_deleted_at: null });
    },
    release: async () => point?.release(),
    whole: async () => {
      await keptOnce(of, world.folder);
      // What is stored is not fetched again; what is deleted may be asked to be so again.
      if (place === PLACES.sourceDeleted) expect(of.asked('GET')).toHaveLength(1);
      const [deleted, ...again] = of.asked('DELETE').map(({ status }) => status);
      expect([deleted, [...new Set(again)]]).toEqual([204, place === PLACES.stored ? [] : [404]]);
    },
  };
}

async function download(world: QueueWorld): Promise<Step> {
  const { twilio } = world.product;
  const of = await recorded(world);
  return {
    hold: async () => twilio.setFault({ kind: 'stall', path: of.recordingSid }),
    begin: of.ready,
    reached: async () => {
      await vi.waitFor(async () => {
        const [folder] = await readdir(join(world.folder, 'tmp'));
        expect(folder).toBeDefined();
        expect(of.asked('GET')).toHaveLength(1);
      }, WITHIN);
      expect(await of.row()).toMatchObject({ status: 'fetching' });
    },
    release: async () => twilio.setFault(null),
    whole: async () => {
      await keptOnce(of, world.folder);
      expect(of.asked('GET').length).toBeGreaterThanOrEqual(2);
    },
  };
}

/** A business that has kept a recording and a sentence for too long. */
async function purge(world: QueueWorld): Promise<Step> {
  const { db, points } = world;
  const of = await recorded(world);
  const { businessId, recordingId, file } = of;
  await mkdir(join(world.folder, 'recordings', businessId), { recursive: true });
  await writeFile(file, SOUND);
  await points.query(
    "UPDATE recordings SET status = 'stored', stored_at = now() - interval '30 days', source_deleted_at = now() WHERE id = $1",
    [recordingId],
  );
  await keepRendered(db, businessId, 'marin', { text: 'של פעם', audio: new Uint8Array(160), durationMs: 20 });
  const counted = () =>
    points.query<{ kind: string; sum: number }>(
      `SELECT kind, sum(number::int)::int AS sum FROM purge_runs, jsonb_each_text(counts) AS c(kind, number)
       WHERE business_id = $1 GROUP BY kind ORDER BY kind`,
      [businessId],
    );
  let point: StopPoint | undefined;
  return {
    hold: async () => void (point = await points.hold(businessId, PLACES.purge)),
    // Every worker purges as it starts.
    begin: async () => undefined,
    reached: async () => {
      await point?.reached();
      expect(await counted()).toEqual([{ kind: 'recordings', sum: 1 }]);
    },
    release: async () => point?.release(),
    whole: async () => {
      await vi.waitFor(async () => {
        expect(await counted()).toEqual([
          { kind: 'recordings', sum: 1 },
          { kind: 'rendered_speech', sum: 1 },
        ]);
        expect(await readdir(join(world.folder, 'recordings', businessId))).toEqual([]);
      }, WITHIN);
      expect(await of.row()).toMatchObject({ status: 'removed' });
    },
  };
}
