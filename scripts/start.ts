import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readEnv } from '../platform/env.ts';
import { isAppError } from '../platform/errors.ts';
import { createLog, logEvent } from '../platform/log.ts';
import { supervise } from './supervise.ts';

/** Production: checks the environment and the build, then keeps the web process and the worker running. */

/** What a build leaves; all of it, or there is no build. */
const BUILT = ['build/web.js', 'build/worker.js', 'build/server/index.js', 'build/client'];

/** npm and the terminal may both deliver the same Ctrl-C; later than this it is a second wish, ms. */
const SAME_SIGNAL_MS = 2_000;

function checkedEnvironment(): ReturnType<typeof readEnv> {
  try {
    return readEnv(process.env, 'production');
  } catch (error) {
    if (!isAppError(error) || error.code !== 'environment_incomplete') throw error;
    const missing = Array.isArray(error.details['missing']) ? error.details['missing'].map(String) : [];
    process.stderr.write(
      `Cannot start. Missing or wrong in the environment:\n${missing.map((line) => `  - ${line}\n`).join('')}`,
    );
    process.exit(1);
  }
}

function ensureBuild(): void {
  if (BUILT.every((path) => existsSync(path))) return;
  if (!existsSync(join('node_modules', 'vite')) || !existsSync(join('node_modules', 'tsx'))) {
    process.stderr.write('build/ is missing and the build tools are not installed. Run: npm ci && npm run build\n');
    process.exit(1);
  }
  process.stderr.write('build/ is missing or incomplete: building now\n');
  const tsx = join('node_modules', 'tsx', 'dist', 'cli.mjs');
  const { status } = spawnSync(process.execPath, [tsx, 'scripts/build.ts'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}

const env = checkedEnvironment();
ensureBuild();

const log = createLog({ level: env.logLevel });
const production: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: 'production' };
const supervisor = supervise({
  processes: ['web', 'worker'].map((name) => ({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', `build/${name}.js`],
    env: production,
  })),
  log: (event, fields) => logEvent(log, event, fields),
});

let firstSignalAt: number | null = null;
const onSignal = () => {
  const now = performance.now();
  if (firstSignalAt !== null && now - firstSignalAt < SAME_SIGNAL_MS) return;
  firstSignalAt ??= now;
  supervisor.stop();
};
process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
process.exitCode = await supervisor.finished;
