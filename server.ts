import { fileURLToPath } from 'node:url';
import { settingsRegistry } from './domain/settings/index.ts';
import { readEnv } from './platform/env.ts';
import { openEvents } from './platform/events.ts';
import { createLog, logEvent } from './platform/log.ts';
import { queueBoard } from './platform/queue/board.ts';
import { createJobQueue } from './platform/queue/index.ts';
import { plugins } from './plugins/index.ts';
import { pluginPorts } from './server/ports.ts';
import { startWeb } from './server/web.ts';
import { readApology } from './voice/audio/apology.ts';
import { readLastResort } from './voice/audio/last-resort.ts';
import { checkPlugins } from './voice/plugin-check.ts';
import { Toolbox } from './voice/session/toolbox.ts';
import { jobs } from './worker/jobs.ts';
import { exitAtStart, openProcessDatabase } from './platform/db/open-process.ts';

/** The web process: everything is made here, from the environment, and let go of here. */

/** Running calls may finish for this long after SIGTERM; then they are ended politely. */
const CALLS_GRACE_MS = 20_000;
/** The process ends in any case. */
const STOP_DEADLINE_MS = 40_000;
const MAX_CONNECTIONS = 20;

const production = process.env['NODE_ENV'] === 'production';
const env = readEnv(process.env, production ? 'production' : 'development');
const log = createLog({ level: env.logLevel });
for (const warning of env.warnings) logEvent(log, 'environment_warning', { warning }, 'warn');

// A promise nobody waited for must not take every call of the process with it.
process.on('unhandledRejection', (err) => logEvent(log, 'unhandled_rejection', { err }, 'error'));

checkPlugins(plugins);
const database = await openProcessDatabase(env, log, MAX_CONNECTIONS).catch(exitAtStart(log));
const { db, directUrl } = database;
const queueConnection = { redisUrl: env.redisUrl, databaseUrl: directUrl, log };
const queue = await createJobQueue(queueConnection).catch(exitAtStart(log));
const board = queueBoard(queueConnection, Object.keys(jobs));
const events = await openEvents({ url: directUrl, log }).catch(exitAtStart(log));
const toolbox = new Toolbox(
  plugins,
  pluginPorts(db, (change) => void events.publish(change)),
);

const web = await startWeb({
  env,
  root: production ? fileURLToPath(new URL('..', import.meta.url)) : fileURLToPath(new URL('.', import.meta.url)),
  db,
  queue,
  board,
  events,
  log,
  registry: settingsRegistry(plugins),
  plugins,
  toolbox,
  apology: await readApology(),
  lastResort: await readLastResort(),
  pages: production ? 'built' : 'development',
}).catch(exitAtStart(log));
logEvent(log, 'listening', { port: web.port, publicUrl: env.publicUrl, webhookAllowHosts: env.webhookAllowHosts });

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  logEvent(log, 'web_stopping', { signal });
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  await web.stop(CALLS_GRACE_MS);
  await Promise.all([queue.close(), board.close(), events.close()]);
  await database.close();
  logEvent(log, 'web_stopped');
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
