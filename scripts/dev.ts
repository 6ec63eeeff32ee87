import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../platform/db/embedded.ts';
import { migrate, openDatabase } from '../platform/db/index.ts';
import { createLog } from '../platform/log.ts';
import { seedDemo } from '../prisma/seed.ts';
import { startSandboxOpenAi } from '../sandbox/openai/server.ts';
import { startSandboxRealtime } from '../sandbox/realtime/server.ts';

/**
 * Development: the web process (Vite inside it serves and reloads the pages) and the worker, each started again by
 * `tsx watch` when a file it imports changes. What the environment does not name is stood in for: an embedded
 * PostgreSQL with the demo business, and the sandbox's speech model.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TSX = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
const say = (line: string) => process.stdout.write(`${line}\n`);
const isSet = (name: string) => (process.env[name] ?? '') !== '';

const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'development' };
const undo: (() => Promise<void>)[] = [];

if (!isSet('DATABASE_URL')) {
  const log = createLog({ level: 'warn', destination: process.stderr });
  const postgres = await startEmbeddedPostgres({ dataDir: join(ROOT, '.data', 'postgres'), log });
  undo.push(() => postgres.stop());
  await migrate(postgres.url);
  const db = await openDatabase({ url: postgres.url, maxConnections: 1 });
  const { ownerEmail, ownerPassword } = await seedDemo(db);
  await db.close();
  env['DATABASE_URL'] = postgres.url;
  say(`embedded PostgreSQL; sign in with ${ownerEmail} / ${ownerPassword}`);
}
if (!isSet('OPENAI_API_KEY')) {
  const realtime = await startSandboxRealtime();
  undo.push(() => realtime.close());
  const language = await startSandboxOpenAi();
  undo.push(() => language.close());
  env['OPENAI_BASE_URL'] = language.url;
  env['OPENAI_REALTIME_URL'] = realtime.url;
  say('OPENAI_API_KEY is not set: the sandbox plays the speech model, from a script, and the language model');
}

say(`open http://127.0.0.1:${process.env['PORT'] ?? '3000'} once "listening" is said`);

const children = ['server.ts', 'worker/index.ts'].map((entry) =>
  spawn(process.execPath, [TSX, 'watch', '--clear-screen=false', entry], { cwd: ROOT, env, stdio: 'inherit' }),
);

let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill('SIGTERM');
};
process.on('SIGINT', stop).on('SIGTERM', stop);
await Promise.all(
  children.map(
    (child) =>
      new Promise<void>((resolve) => {
        child.once('exit', (code) => {
          process.exitCode ||= stopping ? 0 : (code ?? 1);
          stop();
          resolve();
        });
      }),
  ),
);
for (const close of undo.reverse()) await close();
