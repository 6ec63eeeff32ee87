import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SandboxRealtime, startSandboxRealtime } from '../../sandbox/realtime/server.ts';
import { freshDatabase } from '../helpers/database.ts';
import type { AttackOrder, AttackReport } from '../helpers/door-attacker.ts';
import { freePort } from '../helpers/free-port.ts';

/** The production build in the storm: the process lives, and its log can be read afterwards. */

const AUTH_TOKEN = 'production-token';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let realtime: SandboxRealtime;
let launcher: ChildProcess;
let url: string;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  realtime = await startSandboxRealtime();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: 'production',
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATABASE_URL: database.url,
    PUBLIC_URL: url,
    PORT: String(port),
    APP_SECRET: 'a-secret-of-more-than-thirty-two-characters',
    TWILIO_AUTH_TOKEN: AUTH_TOKEN,
    OPENAI_API_KEY: 'sandbox',
    OPENAI_REALTIME_URL: realtime.url,
    OPENAI_ANALYSIS_MODELS: 'none',
  };
  launcher = spawn(process.execPath, ['scripts/run.mjs', 'start'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    launcher.once('exit', (code) => reject(new Error(`npm start ended with ${code ?? 'a signal'}`)));
    createInterface({ input: launcher.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      lines.push(entry);
      if (entry['event'] === 'listening') resolve();
    });
  });
});
afterAll(async () => {
  launcher.removeAllListeners('exit');
  launcher.kill('SIGTERM');
  await once(launcher, 'exit');
  await realtime.close();
  await database.drop();
});

it('everything at once at its doors neither ends the process nor fills its log', { timeout: 90_000 }, async () => {
  const child = fork(fileURLToPath(new URL('../helpers/door-attacker.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const order: AttackOrder = { origin: url, authToken: AUTH_TOKEN, call: { callSid: 'CA1', token: 'unknown' } };
  child.send(order);
  const [report] = (await once(child, 'message')) as [AttackReport];

  expect(report['2,000 messages a second']).toEqual({ '1008 token_invalid': 1 });
  expect(report['no start']).toEqual({ '1008 start_missing': 40 });
  // An overloaded machine resets a connection in a hundred by itself.
  expect(report['slow head']?.['408']).toBeGreaterThan(90);
  expect(report['handshake, unsigned']?.['403']).toBeGreaterThan(2800);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  // A process that had died would have been started again.
  expect(lines.filter(({ event }) => event === 'listening')).toHaveLength(1);
  const attempts = Object.values(report).flatMap((outcomes) => Object.values(outcomes));
  expect(attempts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5000);
  expect(lines.length).toBeLessThan(800);
  expect(lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
});
