import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, vi } from 'vitest';
import { endCall, settleTranscripts } from '../../domain/calls/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { createJobQueue } from '../../platform/queue/index.ts';
import { redisMissing, startRedis } from '../helpers/redis.ts';
import { callOf, type QueueWorld } from './finished-call.ts';
import { sideBySide } from './side-by-side.ts';
import { smallSoak } from './small-soak.ts';
import { PLACES } from './stop-points.ts';
import { handedOver, stepsBesides } from './steps-besides.ts';
import { openWorld } from './world.ts';

// The worker killed at each step between the end of a call and all that becomes of it, on both queue backends.

const log = createLog({ level: 'silent' });

interface Backend {
  readonly redisUrl?: string;
  /** Nothing is added to the queue until the returned function is called. */
  holdQueue(databaseUrl: string): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

async function onPostgres(): Promise<Backend> {
  return {
    async holdQueue(databaseUrl) {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      await client.query('BEGIN; LOCK TABLE bullmq.job IN EXCLUSIVE MODE');
      return () => client.end();
    },
    stop: async () => undefined,
  };
}

async function onRedis(): Promise<Backend> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  return {
    redisUrl: server.url,
    async holdQueue() {
      await redis.call('CLIENT', 'PAUSE', '60000', 'WRITE');
      return async () => void (await redis.call('CLIENT', 'UNPAUSE'));
    },
    async stop() {
      redis.disconnect();
      await server.stop();
    },
  };
}

const BACKENDS = [
  { name: 'Postgres', missing: null, open: onPostgres },
  { name: 'Redis', missing: redisMissing, open: onRedis },
];

interface World extends QueueWorld {
  readonly backend: Backend;
}

/** Ends a call as a web process does that dies before it hands the job to the queue. */
async function endWithoutDispatch(db: Database, { businessId, callId }: { businessId: string; callId: string }) {
  await endCall(db, businessId, callId, { endReason: 'user_goodbye', endedAt: new Date(), heldMs: 0, timings: {} });
  await settleTranscripts(db, businessId, callId);
}

async function killAtEveryStep(world: World): Promise<void> {
  const { db, backend, product, points } = world;
  const finalize = await callOf(world, 'finalize');
  const claim = await callOf(world, 'claim');
  const inFlight = await callOf(world, 'in flight');
  const record = await callOf(world, 'record');
  const enqueue = await callOf(world, 'enqueue');
  const unattended = await callOf(world, 'no worker');
  const undispatched = await callOf(world, 'never dispatched');
  const calls = [finalize, claim, inFlight, record, enqueue, unattended, undispatched];
  let hanging = true;
  product.receiver.behave(({ path }) => ({ kind: hanging && path === inFlight.path ? 'hang' : 'answer' }));
  const besides = await stepsBesides(world);
  const handing = await handedOver(world);
  // All before anything stands still: a trigger cannot be made on a table a standing transaction has written to.
  const atFinalize = await points.hold(finalize.businessId, PLACES.finalize);
  const atClaim = await points.hold(claim.businessId, PLACES.claim);
  const atRecord = await points.hold(record.businessId, PLACES.record);
  const atEnqueue = await points.hold(enqueue.businessId, PLACES.finalize);
  for (const step of [...besides, handing]) await step.hold();

  const first = await product.start('worker');
  for (const call of [finalize, claim, inFlight, record]) await call.end();
  for (const step of besides) await step.begin();
  await Promise.all([atFinalize.reached(), atClaim.reached(), atRecord.reached()]);
  for (const step of besides) await step.reached();
  await vi.waitFor(() => expect(inFlight.posts()).toHaveLength(1), { timeout: 10_000, interval: 20 });
  expect(record.posts().map((post) => post.answered)).toEqual([200]);
  await first.kill();

  // Killed again, between planning a delivery and handing it to the queue. All else still stands: what the second took
  // up of it would die with it at a moment of chance.
  const second = await product.start('worker');
  await Promise.all([enqueue.end(), handing.begin()]);
  await Promise.all([atEnqueue.reached(), handing.reached()]);
  const releaseQueue = await backend.holdQueue(world.databaseUrl);
  await Promise.all([atEnqueue.release(), handing.release()]);
  await vi.waitFor(async () => expect((await enqueue.detail())?.status).toBe('completed'), { timeout: 10_000 });
  await handing.written();
  await second.kill();
  hanging = false;
  await Promise.all([atFinalize.release(), atClaim.release(), atRecord.release()]);
  for (const step of besides) await step.release();
  await releaseQueue();
  expect((await finalize.detail())?.status).toBe('ended');
  expect((await record.detail())?.deliveries).toMatchObject([{ status: 'pending' }]);
  for (const { name, posts } of [claim, enqueue]) expect([name, ...posts()]).toEqual([name]);
  await unattended.end();
  await endWithoutDispatch(db, undispatched);

  await product.start('worker');
  await vi.waitFor(
    async () => {
      for (const { name, detail } of calls) {
        const deliveries = (await detail())?.deliveries ?? [];
        expect([name, ...deliveries.map(({ status }) => status)]).toEqual([name, 'delivered']);
      }
    },
    { timeout: 90_000, interval: 200 },
  );

  for (const call of calls) {
    const posts = call.posts();
    const twice = call === inFlight || call === record;
    expect([call.name, posts.length]).toEqual([call.name, twice ? 2 : 1]);
    expect(new Set(posts.map((post) => post.rawBody.toString())).size).toBe(1);
    expect(posts[0]?.body).toMatchObject({ call_sid: call.callSid, transcript: 'סוכן: שלום\nלקוח: תודה, ביי' });
    const [delivery] = (await call.detail())?.deliveries ?? [];
    expect(posts.map((post) => post.headers['idempotency-key'])).toEqual(posts.map(() => delivery?.deliveryId));
  }
  for (const step of [...besides, handing]) await step.whole();
  expect(await readdir(join(world.folder, 'tmp'))).toEqual([]);
  // The owner sees the attempt that died.
  expect((await inFlight.detail())?.deliveries[0]?.attempts).toMatchObject([
    { number: 1, error: 'interrupted' },
    { number: 2, statusCode: 200, error: null },
  ]);
}

describe('a worker killed at any step after the end of a call loses nothing, and sends again only with the same key', () => {
  sideBySide([
    ...BACKENDS.map(({ name, missing, open }) => ({
      name: `queue on ${name}`,
      missing,
      prove: async () => {
        const backend = await open();
        const world = await openWorld(backend);
        const queue = await createJobQueue({ ...backend, databaseUrl: world.databaseUrl, log });
        try {
          await killAtEveryStep({ ...world, queue, backend });
        } finally {
          await queue.close();
          await world.close();
          await backend.stop();
        }
      },
    })),
    ...BACKENDS.map(({ name, missing, open }) => ({
      name: `at random moments, while the receiver fails every third request (queue on ${name})`,
      missing,
      prove: async () => {
        const backend = await open();
        try {
          await smallSoak(backend.redisUrl);
        } finally {
          await backend.stop();
        }
      },
    })),
  ]);
});
