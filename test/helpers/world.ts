import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_ACTOR } from './actor.ts';
import { createBusiness } from '../../domain/businesses/index.ts';
import { type CallDetail, getCallBySid } from '../../domain/calls/index.ts';
import { settingsRegistry, updateSettings } from '../../domain/settings/index.ts';
import { textsOfSources } from '../../domain/speech/index.ts';
import { systemClock } from '../../platform/clock.ts';
import { diskBlobs } from '../../platform/blobs/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { readEnv } from '../../platform/env.ts';
import { openEvents } from '../../platform/events.ts';
import { createLog } from '../../platform/log.ts';
import { createOutgoing } from '../../platform/outgoing.ts';
import { createJobQueue } from '../../platform/queue/index.ts';
import { createVault } from '../../platform/vault.ts';
import { plugins } from '../../plugins/index.ts';
import { type ConversationResult, runConversation } from '../../sandbox/conversation.ts';
import { listenTo } from '../../sandbox/openai/listen.ts';
import { startSandboxOpenAi, type SandboxOpenAi } from '../../sandbox/openai/server.ts';
import { startSandboxRealtime } from '../../sandbox/realtime/server.ts';
import { type Receiver, startReceiver } from '../../sandbox/receiver/index.ts';
import { parseScript } from '../../sandbox/script/parse.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import {
  type CallOptions,
  type SandboxCall,
  type SandboxTwilio,
  startSandboxTwilio,
} from '../../sandbox/twilio/index.ts';
import { pluginPorts } from '../../server/ports.ts';
import { startWeb } from '../../server/web.ts';
import { readApology } from '../../voice/audio/apology.ts';
import { readLastResort } from '../../voice/audio/last-resort.ts';
import { ENGINE_TEXTS } from '../../voice/lines.ts';
import { speechRenderer } from '../../voice/model/openai/render.ts';
import { Toolbox } from '../../voice/session/toolbox.ts';
import { exportsOfPlugins } from '../../worker/exports.ts';
import { twilioRecordings } from '../../voice/twilio/recordings.ts';
import { openAiTranscription } from '../../worker/models/transcription.ts';
import { openAiAnalysis } from '../../worker/models/analysis.ts';
import { startWorker } from '../../worker/run.ts';
import { buildPages } from './app-build.ts';
import { testDatabase } from './database.ts';
import { freePort } from './free-port.ts';

/** The product (web and worker in this process, a real database and queue) with the sandbox around it. */
export interface World {
  readonly url: string;
  readonly db: Database;
  readonly twilio: SandboxTwilio;
  readonly receiver: Receiver;
  /** The language model. */
  readonly language: SandboxOpenAi;
  /** Every log line of the product. */
  readonly log: readonly Record<string, unknown>[];
  /** A call to a business made for this script alone, played until it is over and final. Calls may run side by side. */
  play(source: string, options?: PlayOptions): Promise<PlayedCall>;
  close(): Promise<void>;
}

export interface PlayOptions {
  readonly call?: Partial<CallOptions>;
  /** Told the call as soon as it rings, to do something to it. */
  readonly meanwhile?: (call: SandboxCall) => void;
  /** Told the business before it is called, to sign in to it. */
  readonly before?: (business: { readonly businessId: string; readonly email: string }) => Promise<void>;
}

/** A call that was played to its end. */
export interface PlayedCall {
  readonly call: SandboxCall;
  readonly result: ConversationResult;
  readonly script: Script;
  readonly businessId: string;
  /** As the database has it once the call is final. */
  readonly detail: CallDetail;
}

const MODEL = 'gpt-realtime-2.1';
const ACCOUNT_SID = 'ACtest000000000000000000000000000';
export const AUTH_TOKEN = 'test-auth-token';
/** Of every business's owner. */
export const OWNER_PASSWORD = 'a-long-enough-password';
const FINAL_LIMIT_MS = 20_000;
const STAY_ON_LINE_MS = 6000;

/** Starts everything on free ports of loopback; with `pages`, the built pages as well. */
export async function startWorld(options: { readonly pages?: boolean } = {}): Promise<World> {
  const database = await testDatabase();
  const { db, url: databaseUrl } = database;
  const twilio = await startSandboxTwilio({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN });
  const receiver = await startReceiver();
  const scripts: Script[] = [];
  const language = await startSandboxOpenAi({ listen: listenTo(() => [...scripts].reverse()) });
  const recordingsFolder = await mkdtemp(join(tmpdir(), 'prosaas-recordings-'));
  // A model connection is opened when a call's stream connects; calls connect one after the other.
  const nextScripts: Script[] = [];
  // A line that breaks is opened again: such a call has the model's door to itself until it is over.
  let breaking: Script | null = null;
  const realtime = await startSandboxRealtime({ scriptFor: () => nextScripts.shift() ?? (breaking as Script) });
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const log = createLog({ destination });
  const queue = await createJobQueue({ databaseUrl, log });
  const events = await openEvents({ url: databaseUrl, log });
  const registry = settingsRegistry(plugins);
  const worker = await startWorker(
    {
      db,
      queue,
      log,
      clock: systemClock,
      registry,
      vault: createVault({ current: 'test' }),
      exportsOf: exportsOfPlugins(plugins, log),
      textsOf: textsOfSources(plugins, ENGINE_TEXTS, log),
      renderSpeech: speechRenderer({ url: realtime.url, apiKey: 'sandbox', models: [MODEL] }),
      transcribe: openAiTranscription({ baseUrl: language.url, apiKey: 'sandbox', models: ['gpt-transcribe'] }),
      recordings: twilioRecordings({ baseUrl: twilio.url, accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN }),
      keepsSourceRecordings: false,
      blobs: diskBlobs(recordingsFolder),
      analyse: openAiAnalysis({ baseUrl: language.url, apiKey: 'sandbox', models: ['gpt-4.1-mini'] }),
      send: createOutgoing({ allowHosts: [new URL(receiver.url).host] }),
      publish: (change) => events.publish(change),
      mail: null,
      links: { secrets: { current: 'test' }, publicUrl: 'http://127.0.0.1', logged: false },
      random: Math.random,
    },
    { databaseUrl, closeTimeoutMs: 5000 },
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const web = await startWeb({
    env: readEnv(
      {
        PUBLIC_URL: url,
        PORT: String(port),
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        TWILIO_ACCOUNT_SID: ACCOUNT_SID,
        TWILIO_API_URL: twilio.url,
        OPENAI_REALTIME_URL: realtime.url,
        RECORDINGS_DIR: recordingsFolder,
        // One model: a second attempt after a refusal would take the next call's script.
        OPENAI_REALTIME_MODEL: MODEL,
      },
      'development',
    ),
    root: options.pages ? await buildPages() : process.cwd(),
    db,
    queue,
    events,
    log,
    registry,
    plugins,
    toolbox: new Toolbox(
      plugins,
      pluginPorts(db, (change) => void events.publish(change)),
    ),
    apology: await readApology(),
    lastResort: await readLastResort(),
    pages: options.pages ? 'built' : 'none',
  });

  /** Resolves once the model's connection took the script that was put out for it. */
  async function connected(): Promise<void> {
    while (nextScripts.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  let businesses = 0;
  let connecting: Promise<unknown> = Promise.resolve();

  async function business(script: Script): Promise<{ businessId: string; number: string; email: string }> {
    const index = ++businesses;
    const number = `+9723555${String(index).padStart(4, '0')}`;
    const email = `owner${index}@example.test`;
    const { businessId } = await createBusiness(db, {
      name: `עסק ${index}`,
      number,
      ownerEmail: email,
      ownerPassword: OWNER_PASSWORD,
    });
    const monday = { monday_webhook_url: `${receiver.url}/monday/${index}`, send_call_transcripts_to_monday: true };
    await updateSettings(db, businessId, { call_notice_enabled: false, ...monday, ...script.settings }, registry, {
      role: 'system_admin',
      actor: TEST_ACTOR,
    });
    return { businessId, number, email };
  }

  async function play(source: string, options: PlayOptions = {}): Promise<PlayedCall> {
    const script = parseScript(source);
    scripts.push(script);
    const { businessId, number, email } = await business(script);
    await options.before?.({ businessId, email });
    const place = async () => {
      nextScripts.push(script);
      if (breaksItsLine(script)) breaking = script;
      const call = twilio.call({
        from: script.from ?? '+972501234567',
        to: number,
        webhookUrl: `${url}/webhook/incoming_call`,
        statusCallbackUrl: `${url}/webhook/call_status`,
        ...options.call,
      });
      options.meanwhile?.(call);
      const played = runConversation({ call, script });
      played.catch(() => undefined);
      await Promise.race([connected(), call.ended]);
      if (breaking === script) {
        const leave = () => void hangUpLater(call);
        played.then(leave, leave);
        await call.ended;
        breaking = null;
      }
      return { call, played };
    };
    const placed = connecting.then(place, place);
    connecting = placed;
    const { call, played } = await placed;
    const result = await played;
    if (!result.callEnded) await hangUpLater(call);
    await call.settled;
    return { call, result, script, businessId, detail: await finalDetail(businessId, call.sid) };
  }

  async function finalDetail(businessId: string, callSid: string): Promise<CallDetail> {
    const deadline = performance.now() + FINAL_LIMIT_MS;
    for (;;) {
      const detail = await getCallBySid(db, businessId, callSid);
      const isDelivered = detail?.deliveries.every((delivery) => delivery.status !== 'pending') ?? false;
      if (detail?.status === 'completed' && isDelivered) return detail;
      if (performance.now() > deadline) throw new Error(`call ${callSid} is ${detail?.status ?? 'unknown'}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  return {
    url,
    db,
    twilio,
    receiver,
    language,
    log: lines,
    play,
    async close() {
      await twilio.close();
      await web.stop(0);
      await worker.close();
      await Promise.all([queue.close(), events.close(), realtime.close(), receiver.close(), language.close()]);
      await database.close();
      await rm(recordingsFolder, { recursive: true, force: true });
    },
  };
}

/** The model's double lets such a call's line break, or never lets it come about. */
function breaksItsLine({ model }: Script): boolean {
  return model.refuse_connection !== undefined || model.drop_after_ms !== undefined;
}

/** The caller stays for the agent to end the call; an agent that does not is left in the end. */
async function hangUpLater(call: SandboxCall): Promise<void> {
  const timer = setTimeout(() => call.hangUp(), STAY_ON_LINE_MS);
  await call.ended;
  clearTimeout(timer);
}
