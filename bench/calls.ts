import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandActor } from '../domain/audit/index.ts';
import { createBusiness } from '../domain/businesses/index.ts';
import { settingsRegistry, updateSettings } from '../domain/settings/index.ts';
import { openDatabase } from '../platform/db/index.ts';
import { plugins } from '../plugins/index.ts';
import { startReceiver } from '../sandbox/receiver/index.ts';
import { Histogram } from './load/histogram.ts';
import { LinePeer } from './load/line-peer.ts';
import { startModelPeer } from './load/model-peer.ts';
import { benchPostgres } from './load/postgres.ts';
import { type MeasuredProcess, pinned, startMeasured } from './load/process.ts';
import { type Stages, readStages } from './load/stages.ts';
import { type HotFunction, hottestFunctions, startProfile } from './load/profile.ts';

/**
 * What N calls at once cost the production build's web process, beside a bare relay under the same load in the same
 * run: `npm run bench -- [--calls 100,200] [--seconds 20] [--json] [--profile [--profile-dir DIR]]`. Needs
 * `npm run build` first, and Linux.
 */

const AUTH_TOKEN = 'bench-token';
const NUMBER = '+97230000001';
const PORT = 4310;
const MODEL_PORT = 4311;
/** Calls that ring each second while the load is built up, and how long it settles before it is measured. */
const RING_PER_SECOND = 25;
const SETTLE_MS = 4000;
const DELIVERY_LIMIT_MS = 30_000;
/** Functions named by --profile. */
const HOTTEST = 10;

interface Figures {
  readonly target: 'relay' | 'product';
  readonly calls: number;
  /** CPU of the process for one second of one call, ms. */
  readonly cpuMsPerCallSecond: number;
  readonly rssMbPerCall: number;
  readonly ingressMs: ReturnType<Histogram['summary']>;
  readonly egressMs: ReturnType<Histogram['summary']>;
  readonly clearMs: ReturnType<Histogram['summary']>;
  readonly twimlMs: ReturnType<Histogram['summary']>;
  readonly deliveryMs: ReturnType<Histogram['summary']>;
  /** Where the time from hang-up to delivery goes. */
  readonly stages?: Stages;
  readonly eventLoopDelayP99Ms: number | null;
  /** The product's hottest functions while it was measured, with --profile. A profile costs CPU: its figures run higher. */
  readonly hottest?: readonly HotFunction[];
}

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100,200' },
    seconds: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    'profile-dir': { type: 'string' },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const postgres = await benchPostgres();
const receiver = await startReceiver();
const env: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_ENV: 'production',
  DATABASE_URL: postgres.url,
  PUBLIC_URL: `http://127.0.0.1:${PORT}`,
  PORT: String(PORT),
  APP_SECRET: 'a-secret-for-benchmarks-of-no-other-use',
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  OPENAI_API_KEY: 'bench',
  OPENAI_REALTIME_URL: `ws://127.0.0.1:${MODEL_PORT}/v1/realtime`,
  OPENAI_ANALYSIS_MODELS: 'none',
  WEBHOOK_ALLOW_HOSTS: new URL(receiver.url).host,
  // Nothing is hung up by us; were it tried, it must not leave the machine.
  TWILIO_API_URL: 'http://127.0.0.1:9',
};

/** A business that takes any number of calls, with every plugin on. */
async function setUpBusiness(): Promise<void> {
  const db = await openDatabase({ url: postgres.url, maxConnections: 1 });
  const owner = { ownerEmail: 'owner@bench.test', ownerPassword: 'a-long-enough-password' };
  const { businessId } = await createBusiness(db, { name: 'מדידה', number: NUMBER, ...owner });
  const settings = {
    bot_speaks_first: true,
    call_notice_enabled: false,
    greeting_message: 'שלום, איך אפשר לעזור?',
    auto_end_on_goodbye: true,
    auto_end_after_lead_capture: true,
    monday_webhook_url: `${receiver.url}/monday`,
    send_call_transcripts_to_monday: true,
    max_total_calls: 10_000,
  };
  await updateSettings(db, businessId, settings, settingsRegistry(plugins), {
    role: 'system_admin',
    actor: commandActor('bench'),
  });
  await db.close();
}

async function eventLoopDelayP99(): Promise<number | null> {
  const text = await (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text();
  const seconds = /^nodejs_eventloop_lag_p99_seconds ([\d.e-]+)/mu.exec(text)?.[1];
  return seconds === undefined ? null : Math.round(Number(seconds) * 100_000) / 100;
}

async function measure(target: 'relay' | 'product', calls: number, seconds: number): Promise<Figures> {
  say(`${target}: ${calls} calls for ${seconds} s…`);
  const isRelay = target === 'relay';
  let line: LinePeer | null = null;
  const model = startModelPeer(MODEL_PORT, (call, sequence) => line?.sentAt(call, sequence));
  const process_: MeasuredProcess = isRelay
    ? await startMeasured(['--import', 'tsx', 'bench/load/relay.ts', String(PORT), model.url], {
        env,
        started: 'listening',
      })
    : await startMeasured(['build/web.js'], { env, started: 'listening', inspect: values.profile });
  const worker = isRelay
    ? null
    : await startMeasured(['build/worker.js'], { env, started: 'worker_started', core: 'any' });
  try {
    line = new LinePeer({
      url: `http://127.0.0.1:${PORT}`,
      authToken: AUTH_TOKEN,
      to: NUMBER,
      replySentAt: (call) => model.replySentAt.get(call),
    });
    // The first call warms the code up; memory is counted from there.
    await line.call(isRelay);
    line.start();
    await sleep(2000);
    const rssBefore = process_.rssMb();
    for (let call = 1; call < calls; call++) {
      await line.call(isRelay);
      await sleep(1000 / RING_PER_SECOND);
    }
    await sleep(SETTLE_MS);
    const profiling = process_.inspectorUrl === null ? null : await startProfile(process_.inspectorUrl);
    const cpuBefore = process_.cpuMs();
    const startedAt = performance.now();
    await sleep(seconds * 1000);
    const elapsedSec = (performance.now() - startedAt) / 1000;
    const cpuMs = process_.cpuMs() - cpuBefore;
    const profile = await profiling?.stop();
    if (profile !== undefined) keepProfile(profile, calls);
    const rssMb = process_.rssMb() - rssBefore;
    const delay = isRelay ? null : await eventLoopDelayP99();
    const deliveryMs = new Histogram();
    const already = receiver.deliveries.length;
    const endedAt = Date.now();
    await line.hangUpAll(isRelay);
    if (!isRelay) {
      const limit = performance.now() + DELIVERY_LIMIT_MS;
      while (receiver.deliveries.length - already < calls && performance.now() < limit) await sleep(50);
      for (const { at } of receiver.deliveries.slice(already)) deliveryMs.add(at - endedAt);
    }
    return {
      target,
      calls,
      cpuMsPerCallSecond: rounded(cpuMs / elapsedSec / calls),
      rssMbPerCall: rounded(rssMb / Math.max(1, calls - 1)),
      ingressMs: model.ingress.summary(),
      egressMs: line.egress.summary(),
      clearMs: line.clear.summary(),
      twimlMs: line.twiml.summary(),
      deliveryMs: deliveryMs.summary(),
      ...(isRelay ? {} : { stages: await readStages(postgres.url, endedAt) }),
      eventLoopDelayP99Ms: delay,
      ...(profile === undefined ? {} : { hottest: hottestFunctions(profile, HOTTEST) }),
    };
  } finally {
    line?.stop();
    await worker?.stop();
    await process_.stop();
    model.close();
  }
}

/** The whole profile, for a viewer, where one was asked for. */
function keepProfile(profile: object, calls: number): void {
  const dir = values['profile-dir'];
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `web-${calls}-calls.cpuprofile`), JSON.stringify(profile));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

try {
  await setUpBusiness();
  const seconds = Number(values.seconds);
  const results: Figures[] = [];
  for (const calls of values.calls.split(',').map(Number)) {
    const relay = await measure('relay', calls, seconds);
    const product = await measure('product', calls, seconds);
    results.push(relay, product);
    say(`  CPU ms per call-second: relay ${relay.cpuMsPerCallSecond}, product ${product.cpuMsPerCallSecond}`);
    say(`  product / relay: ${rounded(product.cpuMsPerCallSecond / relay.cpuMsPerCallSecond)}`);
    for (const { target, hottest, ...figures } of [relay, product]) {
      say(`  ${target}: ${JSON.stringify(figures)}`);
      for (const { name, place, share } of hottest ?? []) say(`    ${(share * 100).toFixed(1)} %  ${name}  ${place}`);
    }
  }
  if (!pinned) say('the processes were not kept to a core each: ratios are less certain');
  process.stdout.write(`${values.json ? JSON.stringify(results) : ''}\n`);
} finally {
  await receiver.close();
  await postgres.close();
}
