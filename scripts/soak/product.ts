import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { commandActor } from '../../domain/audit/index.ts';
import { createBusiness } from '../../domain/businesses/index.ts';
import { addWebhook } from '../../domain/destinations/index.ts';
import { settingsRegistry, updateSettings } from '../../domain/settings/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { createVault } from '../../platform/vault.ts';
import { plugins } from '../../plugins/index.ts';
import { type SandboxOpenAi, startSandboxOpenAi } from '../../sandbox/openai/server.ts';
import { type SandboxRealtime, startSandboxRealtime } from '../../sandbox/realtime/server.ts';
import { type Receiver, startReceiver } from '../../sandbox/receiver/index.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import { type SandboxCall, type SandboxTwilio, startSandboxTwilio } from '../../sandbox/twilio/index.ts';
import { WEBHOOK_EVENTS } from './figures.ts';
import { type BuiltProcess, type ProcessName, startBuilt } from './process.ts';

/** The product as real processes that may be killed and started again, with the sandbox around it. */
export interface Product {
  /** Of the web process, wherever it runs at the moment. */
  readonly url: string;
  readonly twilio: SandboxTwilio;
  readonly realtime: SandboxRealtime;
  readonly receiver: Receiver;
  /** The language model that is asked about finished calls. */
  readonly analyst: SandboxOpenAi;
  /** Starts another process; several workers may run side by side. `own`: what differs in its environment. */
  start(name: ProcessName, own?: Readonly<Record<string, string>>): Promise<BuiltProcess>;
  /** A caller rings the number; resolves once the call has a line to the model, or is over. */
  ring(number: string, script: Script): Promise<SandboxCall>;
  /** Kills every process and closes the sandbox. */
  close(): Promise<void>;
}

export interface ProductOptions {
  readonly root: string;
  /** A migrated database, or one that may be migrated. */
  readonly databaseUrl: string;
  /** The job queue lives in the database without it. */
  readonly redisUrl?: string | undefined;
  /** Milliseconds the language model takes to analyse a call. Default 0. */
  readonly analysisMs?: number | undefined;
  /** Where its processes keep recordings (`recordings`) and pass files on (`tmp`). Default: where they do of themselves. */
  readonly folder?: string | undefined;
}

const APP_SECRET = 'a-secret-for-recovery-of-thirty-two-characters';
const AUTH_TOKEN = 'recovery-auth-token';
const ACCOUNT_SID = 'ACrecovery00000000000000000000000';

/** Puts the sandbox up; no process runs yet. */
export async function openProduct(options: ProductOptions): Promise<Product> {
  const twilio = await startSandboxTwilio({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN });
  const receiver = await startReceiver();
  const analyst = await startSandboxOpenAi({ delayMs: options.analysisMs ?? 0 });
  // A model connection is opened when a call's stream connects; calls connect one after the other.
  const scripts: Script[] = [];
  const realtime = await startSandboxRealtime({ scriptFor: () => scripts.shift() as Script });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATABASE_URL: options.databaseUrl,
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    PUBLIC_URL: url,
    PORT: String(port),
    APP_SECRET,
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    TWILIO_ACCOUNT_SID: ACCOUNT_SID,
    TWILIO_API_URL: twilio.url,
    OPENAI_API_KEY: 'sandbox',
    OPENAI_REALTIME_URL: realtime.url,
    OPENAI_BASE_URL: analyst.url,
    // One model: a second attempt after a refusal would take the next call's script.
    OPENAI_REALTIME_MODEL: 'gpt-realtime-2.1',
    WEBHOOK_ALLOW_HOSTS: new URL(receiver.url).host,
    ...(options.folder === undefined
      ? {}
      : { RECORDINGS_DIR: join(options.folder, 'recordings'), TMPDIR: join(options.folder, 'tmp') }),
  };
  const processes: BuiltProcess[] = [];
  let connecting: Promise<unknown> = Promise.resolve();

  async function place(number: string, script: Script): Promise<SandboxCall> {
    scripts.push(script);
    const call = twilio.call({
      from: script.from ?? '+972501234567',
      to: number,
      webhookUrl: `${url}/webhook/incoming_call`,
      statusCallbackUrl: `${url}/webhook/call_status`,
    });
    let over = false;
    void call.ended.then(() => (over = true));
    while (scripts.length > 0 && !over) await new Promise((resolve) => setTimeout(resolve, 5));
    // A call that was turned away leaves its script to nobody.
    scripts.length = 0;
    return call;
  }

  return {
    url,
    twilio,
    realtime,
    receiver,
    analyst,
    async start(name, own = {}) {
      const started = await startBuilt(name, options.root, { ...env, ...own });
      processes.push(started);
      return started;
    },
    ring(number, script) {
      const placed = connecting.then(() => place(number, script));
      connecting = placed.catch(() => undefined);
      return placed;
    },
    async close() {
      await twilio.close();
      await Promise.all(processes.map((running) => running.kill()));
      await Promise.all([realtime.close(), analyst.close(), receiver.close()]);
    },
  };
}

/** A business whose transcripts go to a path of its own at the receiver. */
export interface ReceivingBusiness {
  readonly businessId: string;
  readonly number: string;
  readonly path: string;
}

/** Makes a business whose ended calls are exported to the product's receiver. */
export async function receivingBusiness(
  db: Database,
  receiverUrl: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<ReceivingBusiness> {
  const key = randomUUID();
  const number = `+9725${String(parseInt(key.slice(0, 8), 16) % 100_000_000).padStart(8, '0')}`;
  const path = `/monday/${key}`;
  const { businessId } = await createBusiness(db, {
    name: 'המוסך של אבי',
    number,
    ownerEmail: `owner-${key}@example.test`,
    ownerPassword: 'a-long-enough-password',
  });
  const all = {
    monday_webhook_url: `${receiverUrl}${path}`,
    send_call_transcripts_to_monday: true,
    silence_reprompt_sec: 120,
    call_notice_enabled: false,
    ...settings,
  };
  await updateSettings(db, businessId, all, settingsRegistry(plugins), {
    role: 'system_admin',
    actor: commandActor('soak'),
  });
  return { businessId, number, path };
}

/** A signed webhook of the business at the product's receiver, which hears all of its calls. */
export async function receivingWebhook(
  db: Database,
  receiverUrl: string,
  businessId: string,
): Promise<{ readonly path: string; readonly secret: string }> {
  const path = `/hook/${businessId}`;
  const { secret } = await addWebhook(
    db,
    { businessId, actor: commandActor('soak'), vault: createVault({ current: APP_SECRET, previous: [] }) },
    { name: 'n8n', url: `${receiverUrl}${path}`, events: [...WEBHOOK_EVENTS] },
  );
  return { path, secret };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
