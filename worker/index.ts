import { settingsRegistry } from '../domain/settings/index.ts';
import { textsOfSources } from '../domain/speech/index.ts';
import { systemClock } from '../platform/clock.ts';
import { readEnv } from '../platform/env.ts';
import { openEvents } from '../platform/events.ts';
import { createLog, logEvent } from '../platform/log.ts';
import { smtpMail } from '../platform/mail.ts';
import { createOutgoing } from '../platform/outgoing.ts';
import { createJobQueue } from '../platform/queue/index.ts';
import { createVault } from '../platform/vault.ts';
import { plugins } from '../plugins/index.ts';
import { openBlobs } from '../platform/blobs/index.ts';
import { exitAtStart, openProcessDatabase } from '../platform/db/open-process.ts';
import { ENGINE_TEXTS } from '../voice/lines.ts';
import { speechRenderer } from '../voice/model/openai/render.ts';
import { exportsOfPlugins } from './exports.ts';
import { twilioRecordings } from '../voice/twilio/recordings.ts';
import { openAiAnalysis } from './models/analysis.ts';
import { openAiTranscription } from './models/transcription.ts';
import { listenToOutbox } from './outbox-listener.ts';
import { removeAbandonedFiles } from './fetch-file.ts';
import { startWorker } from './run.ts';

/** The jobs process: everything is made here, from the environment, and let go of here. */

/** Milliseconds running jobs have to end after SIGTERM before they are handed back. */
const JOBS_GRACE_MS = 18_000;
/** Milliseconds after SIGTERM at which the process ends in any case. */
const STOP_DEADLINE_MS = 25_000;
/** Enough for every job that may run at a time: each holds one while it is in the database, and most are. */
const MAX_CONNECTIONS = 20;

const env = readEnv(process.env, process.env['NODE_ENV'] === 'production' ? 'production' : 'development');
const log = createLog({ level: env.logLevel });

// A connection lost at an unlucky moment must not end the process; what it was needed for is found by the sweep.
process.on('unhandledRejection', (err) => logEvent(log, 'unhandled_rejection', { err }, 'error'));

const database = await openProcessDatabase(env, log, MAX_CONNECTIONS).catch(exitAtStart(log));
await removeAbandonedFiles();
const connection = { redisUrl: env.redisUrl, databaseUrl: database.directUrl, log };
const events = await openEvents({ url: database.directUrl, log }).catch(exitAtStart(log));
const queue = await createJobQueue(connection).catch(exitAtStart(log));
const worker = await startWorker(
  {
    db: database.db,
    queue,
    log,
    clock: systemClock,
    registry: settingsRegistry(plugins),
    vault: createVault({ current: env.appSecret, previous: env.previousAppSecrets }),
    exportsOf: exportsOfPlugins(plugins, log),
    textsOf: textsOfSources(plugins, ENGINE_TEXTS, log),
    renderSpeech: speechRenderer({
      url: env.openaiRealtimeUrl,
      apiKey: env.openaiApiKey,
      models: env.openaiRealtimeModels,
      connectTimeoutMs: env.callTimeouts.connectMs,
    }),
    analyse: openAiAnalysis({
      baseUrl: env.openaiBaseUrl,
      apiKey: env.openaiApiKey,
      models: env.openaiAnalysisModels,
    }),
    transcribe: openAiTranscription({
      baseUrl: env.openaiBaseUrl,
      apiKey: env.openaiApiKey,
      models: env.openaiTranscriptionModels,
    }),
    recordings: twilioRecordings({
      baseUrl: env.twilioApiUrl,
      accountSid: env.twilioAccountSid,
      authToken: env.twilioAuthToken,
    }),
    keepsSourceRecordings: env.recordings.keepAtTwilio,
    blobs: openBlobs(env.recordings),
    send: createOutgoing({ allowHosts: env.webhookAllowHosts }),
    publish: (change) => events.publish(change),
    mail: env.mail === null ? null : smtpMail(env.mail),
    links: {
      secrets: { current: env.appSecret, previous: env.previousAppSecrets },
      publicUrl: env.publicUrl,
      logged: env.mode === 'development',
    },
    random: Math.random,
  },
  { redisUrl: env.redisUrl, databaseUrl: database.directUrl, closeTimeoutMs: JOBS_GRACE_MS },
).catch(exitAtStart(log));
// A worker that starts often purges no more often than it starts: what is gone takes no time.
await queue
  .enqueue('retention-sweep', {}, { id: 'retention-sweep-at-start' })
  .catch((err: unknown) => logEvent(log, 'purge_not_enqueued', { err }, 'warn'));
const outbox = listenToOutbox({ db: database.db, queue, log, clock: systemClock }, database.directUrl);
logEvent(log, 'worker_started', {
  queue: env.redisUrl === undefined ? 'postgres' : 'redis',
  webhookAllowHosts: env.webhookAllowHosts,
});

let stopping = false;

async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  logEvent(log, 'worker_stopping', { signal });
  const deadline = setTimeout(() => {
    logEvent(log, 'worker_stop_overdue', {}, 'error');
    process.exit(1);
  }, STOP_DEADLINE_MS);
  try {
    await outbox.close();
    await worker.close();
    await Promise.all([queue.close(), events.close()]);
    await database.close();
    logEvent(log, 'worker_stopped');
  } catch (err) {
    logEvent(log, 'worker_stop_failed', { err }, 'error');
    process.exitCode = 1;
  } finally {
    clearTimeout(deadline);
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
