import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { endCall, getCallBySid, saveTurns, settleTranscripts } from '../../domain/calls/index.ts';
import { dispatchOutbox } from '../../domain/outbox/index.ts';
import { updateSettings, settingsRegistry } from '../../domain/settings/index.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../platform/db/embedded.ts';
import { migrate, openDatabase, type Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { createJobQueue, type JobQueue } from '../../platform/queue/index.ts';
import { plugins } from '../../plugins/index.ts';
import { aBusiness, aCall, APP_SECRET, aTurn } from '../domain/fixtures.ts';
import { aReceiver, type Receiver } from './fixtures.ts';

// The worker as the process it is, on a server of its own that can be stopped under it.

const log = createLog({ level: 'silent' });
const registry = settingsRegistry(plugins);
let dataDir: string;
let server: EmbeddedPostgres;
let port: number;
let db: Database;
let queue: JobQueue;
let receiver: Receiver;
let worker: ChildProcess;
let lines: Record<string, unknown>[];

const startServer = () =>
  startEmbeddedPostgres({ dataDir, log, ...(port === undefined ? {} : { port }), settings: { fsync: 'off' } });

async function connect(): Promise<void> {
  db = await openDatabase({ url: server.url, maxConnections: 3, onConnectionError: () => undefined });
  queue = await createJobQueue({ databaseUrl: server.url, log });
}

async function disconnect(): Promise<void> {
  await queue.close();
  await db.close();
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'prosaas-worker-test-'));
  server = await startServer();
  port = Number(new URL(server.url).port);
  await migrate(server.url);
  await connect();
});

afterAll(async () => {
  await disconnect();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  receiver = await aReceiver();
  lines = [];
  worker = spawn(process.execPath, ['--import', 'tsx', 'worker/index.ts'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DATABASE_URL: server.url,
      APP_SECRET,
      PUBLIC_URL: 'https://prosaas.example',
      TWILIO_AUTH_TOKEN: 'x',
      OPENAI_API_KEY: 'x',
      // Nobody listens there: renderings fail, and keep nothing else from being done.
      OPENAI_REALTIME_URL: 'ws://127.0.0.1:9/v1/realtime',
      OPENAI_ANALYSIS_MODELS: 'none',
      WEBHOOK_ALLOW_HOSTS: receiver.host,
      LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (worker.stdout === null) throw new Error('no output');
  createInterface({ input: worker.stdout }).on('line', (line) => void lines.push(JSON.parse(line)));
  await said('worker_started');
});

afterEach(async () => {
  if (worker.exitCode === null && worker.signalCode === null) worker.kill('SIGKILL');
  await receiver.close();
});

const said = (event: string, timeout = 30_000) =>
  vi.waitFor(() => expect(lines.map((line) => line['event'])).toContain(event), { timeout, interval: 50 });

/** A call that ended just now, its export on its way to the receiver. */
async function aFinishedCall(): Promise<{ businessId: string; callSid: string }> {
  const business = await aBusiness(db);
  const { businessId } = business;
  const settings = { monday_webhook_url: receiver.url, send_call_transcripts_to_monday: true };
  await updateSettings(db, businessId, settings, registry, { actor: TEST_ACTOR });
  const { callId, callSid } = await aCall(db, business);
  await saveTurns(db, businessId, callId, [aTurn(0, 'agent', 'שלום'), aTurn(1, 'caller', 'תודה, ביי')]);
  const end = { endReason: 'user_goodbye', endedAt: new Date(), heldMs: 0, timings: {} } as const;
  const outboxId = await endCall(db, businessId, callId, end);
  await settleTranscripts(db, businessId, callId);
  await dispatchOutbox(db, queue, businessId, outboxId);
  return { businessId, callSid };
}

const received = (count: number) =>
  vi.waitFor(() => expect(receiver.received).toHaveLength(count), { timeout: 30_000, interval: 50 });

describe('the worker process', () => {
  it('delivers a finished call once, and stops when it is told to', { timeout: 60_000 }, async () => {
    const { businessId, callSid } = await aFinishedCall();
    await received(1);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({
      source: 'prosaas_call_center',
      call_sid: callSid,
      transcript: 'סוכן: שלום\nלקוח: תודה, ביי',
    });
    await said('delivery_attempted');
    expect(await getCallBySid(db, businessId, callSid)).toMatchObject({
      status: 'completed',
      deliveries: [{ status: 'delivered', attemptCount: 1 }],
    });
    const ended = new Promise((resolve) => worker.once('exit', (code) => resolve(code)));
    worker.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(lines.at(-1)).toMatchObject({ event: 'worker_stopped' });
    expect(receiver.received).toHaveLength(1);
  });

  it('lets a delivery under way end before it stops, so that it is not sent twice', { timeout: 60_000 }, async () => {
    let answer: () => void = () => undefined;
    receiver.replyWith((response) => (answer = () => void response.writeHead(200).end()));
    const { businessId, callSid } = await aFinishedCall();
    await received(1);
    const ended = new Promise((resolve) => worker.once('exit', (code) => resolve(code)));
    worker.kill('SIGTERM');
    await said('worker_stopping');
    answer();
    expect(await ended).toBe(0);
    expect(await getCallBySid(db, businessId, callSid)).toMatchObject({ deliveries: [{ status: 'delivered' }] });
  });

  it('lives on while the database restarts, and goes on afterwards', { timeout: 120_000 }, async () => {
    await disconnect();
    await server.stop();
    await vi.waitFor(() => expect(lines.some((line) => line['level'] === 'warn')).toBe(true), { timeout: 15_000 });
    server = await startServer();
    expect(Number(new URL(server.url).port)).toBe(port);
    await connect();
    await aFinishedCall();
    await received(1);
    expect(worker.exitCode).toBeNull();
  });
});
