import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Development: the web process (Vite inside it serves and reloads the pages) and the worker, each started again by
 * `tsx watch` when a file it imports changes.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TSX = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');
const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'development' };

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
for (const child of children) {
  child.once('exit', (code) => {
    process.exitCode ||= stopping ? 0 : (code ?? 1);
    stop();
  });
}
