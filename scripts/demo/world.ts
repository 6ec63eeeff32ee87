import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { startEmbeddedPostgres } from '../../platform/db/embedded.ts';
import { type Database, migrate, openDatabase } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { listenTo } from '../../sandbox/openai/listen.ts';
import { startSandboxOpenAi } from '../../sandbox/openai/server.ts';
import { type SandboxRealtime, startSandboxRealtime } from '../../sandbox/realtime/server.ts';
import { type Receiver, startReceiver } from '../../sandbox/receiver/index.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import { type SandboxTwilio, startSandboxTwilio } from '../../sandbox/twilio/index.ts';
import { freePort, startBuilt } from './processes.ts';

const ACCOUNT_SID = 'ACdemo000000000000000000000000000';
const DEFAULT_PORT = 3000;
const STOP_LIMIT_MS = 10_000;

/** Everything the demo's call runs through. */
export interface DemoWorld {
  readonly url: string;
  readonly db: Database;
  readonly twilio: SandboxTwilio;
  readonly realtime: SandboxRealtime;
  readonly receiver: Receiver;
  readonly pids: { readonly web: number; readonly worker: number };
  readonly logFile: string;
  /** True when a real model answers instead of the sandbox's. */
  readonly usesRealModel: boolean;
  stop(): Promise<void>;
}

/** Starts database, sandbox, web and worker. `say` gets one line a step; `onDeath` when a process dies by itself. */
export async function startWorld(options: {
  readonly root: string;
  readonly script: Script;
  readonly say: (line: string) => void;
  readonly onDeath: (name: string) => void;
}): Promise<DemoWorld> {
  const { root, script, say } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    buildWhenStale(root, say);
    const dataDir = join(root, '.data');
    mkdirSync(dataDir, { recursive: true });
    const logFile = join(dataDir, 'demo.log');
    rmSync(logFile, { force: true });

    say('starting PostgreSQL…');
    const postgres = await startEmbeddedPostgres({
      dataDir: join(dataDir, 'postgres'),
      log: createLog({ level: 'warn', destination: process.stderr }),
    });
    stops.push(() => postgres.stop());
    await migrate(postgres.url);
    const db = await openDatabase({ url: postgres.url, maxConnections: 4 });
    stops.push(() => db.close());

    const authToken = randomBytes(16).toString('hex');
    const twilio = await startSandboxTwilio({ accountSid: ACCOUNT_SID, authToken });
    stops.push(() => twilio.close());
    const realtime = await startSandboxRealtime({ script });
    stops.push(() => realtime.close());
    const language = await startSandboxOpenAi({ listen: listenTo(() => [script]) });
    stops.push(() => language.close());
    const receiver = await startReceiver();
    stops.push(() => receiver.close());

    const port = await freePort(Number(process.env['PORT']) || DEFAULT_PORT);
    const url = `http://127.0.0.1:${port}`;
    const realKey = process.env['OPENAI_API_KEY'];
    const usesRealModel = realKey !== undefined && realKey !== '';
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: postgres.url,
      PUBLIC_URL: url,
      PORT: String(port),
      // The demo's password is public: nobody else on the network is to sign in with it.
      HOST: '127.0.0.1',
      APP_SECRET: randomBytes(32).toString('hex'),
      TWILIO_AUTH_TOKEN: authToken,
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_API_URL: twilio.url,
      WEBHOOK_ALLOW_HOSTS: new URL(receiver.url).host,
      ...(usesRealModel
        ? {}
        : { OPENAI_API_KEY: 'sandbox', OPENAI_REALTIME_URL: realtime.url, OPENAI_BASE_URL: language.url }),
    };
    say('starting the web process and the worker…');
    const start = (name: 'web' | 'worker') => startBuilt(name, { root, env, logFile, onDeath: options.onDeath });
    const started = await Promise.allSettled([start('web'), start('worker')]);
    const [web, worker] = started.map((result) => {
      if (result.status === 'rejected') return null;
      stops.push(() => result.value.stop(STOP_LIMIT_MS));
      return result.value;
    });
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    const pids = { web: web?.pid ?? 0, worker: worker?.pid ?? 0 };
    return { url, db, twilio, realtime, receiver, pids, logFile, usesRealModel, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the production build is made of. */
const SOURCES = ['app', 'domain', 'hebrew', 'platform', 'plugins', 'prisma', 'server', 'server.ts', 'voice', 'worker'];

/** The demo runs what `npm run build` left; it builds when nothing was left, or when a source is newer. */
function buildWhenStale(root: string, say: (line: string) => void): void {
  const built = ['web.js', 'worker.js', 'server/index.js', 'client'].map((name) => join(root, 'build', name));
  const isThere = built.every((path) => existsSync(path));
  if (isThere && newest(SOURCES.map((name) => join(root, name))) <= statSync(join(root, 'build', 'web.js')).mtimeMs)
    return;
  say(isThere ? 'building: the sources have changed…' : 'building (only the first time)…');
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const { status } = spawnSync(process.execPath, [tsx, 'scripts/build.ts'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the build failed');
}

/** When the last of these files, or of the files in these folders, was changed: ms since 1970. Generated ones do not count. */
function newest(paths: readonly string[]): number {
  let last = 0;
  for (const path of paths) {
    const facts = statSync(path);
    if (!facts.isDirectory()) last = Math.max(last, facts.mtimeMs);
    else if (!path.endsWith('generated')) {
      last = Math.max(last, newest(readdirSync(path).map((name) => join(path, name))));
    }
  }
  return last;
}
