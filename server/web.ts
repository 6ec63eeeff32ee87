import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import type { ProcessServices } from '../app/context.server.ts';
import { callersLimit, STRANGERS_LIMIT } from '../app/api/limits.server.ts';
import { refuseForeignForms } from '../app/foreign-forms.server.ts';
import { SharedCounts, type Limit } from '../domain/rate-limits/index.ts';
import type { SettingsRegistry } from '../domain/settings/index.ts';
import { textsOfSources } from '../domain/speech/index.ts';
import { openBlobs } from '../platform/blobs/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { Env } from '../platform/env.ts';
import type { Change, Events } from '../platform/events.ts';
import { type Log, logEvent } from '../platform/log.ts';
import { createOutgoing } from '../platform/outgoing.ts';
import type { QueueBoard } from '../platform/queue/board.ts';
import type { JobQueue } from '../platform/queue/index.ts';
import { createVault } from '../platform/vault.ts';
import { ENGINE_TEXTS } from '../voice/lines.ts';
import { openAiRealtime } from '../voice/model/openai/connection.ts';
import { speechRenderer } from '../voice/model/openai/render.ts';
import type { CallPlugin } from '../voice/plugin.ts';
import type { SpokenText } from '../voice/session/config.ts';
import type { SessionClock } from '../voice/session/session.ts';
import type { Toolbox } from '../voice/session/toolbox.ts';
import { ActiveCalls } from '../voice/twilio/active-calls.ts';
import { mediaDoor } from '../voice/twilio/media-door.ts';
import { twilioRecordings } from '../voice/twilio/recordings.ts';
import { twilioRest } from '../voice/twilio/rest.ts';
import { refuseUpgrade } from '../voice/twilio/refuse-upgrade.ts';
import { signatureCheck } from '../voice/twilio/signature.ts';
import { BusinessAlerts } from './alerts.ts';
import { answerCalls } from './answer.ts';
import { answerErrors, frontServer, refuseLongBodies, refuseUnknown, refuseUnreadableAddresses } from './front-door.ts';
import { ExpectedStreams } from './expected-streams.ts';
import { crossOriginApi } from './cross-origin.ts';
import { keepLeases } from './lease-keeper.ts';
import { LIVE_PATH, liveEndpoint } from './live-endpoint.ts';
import { liveStreams } from './live-streams.ts';
import { liveWatcher } from './live-watcher.ts';
import { guardedLog } from './log-guard.ts';
import { webMetrics } from './metrics.ts';
import { queueMetrics } from './queue-metrics.ts';
import { QUEUE_PATH, queuePages } from './queue-pages.ts';
import { type Pages, builtPages, developmentPages } from './pages.ts';
import { CallWriter } from './call-writer.ts';
import { Recorders } from './recorders.ts';
import { CallRecordings } from './recordings.ts';
import { countRefusals, countedAddress, REFUSALS_LIMIT } from './refusals.ts';
import { issueNonce, securityHeaders } from './security.ts';
import { speechPreview } from './speech-preview.ts';
import { SpeechLines } from './speech.ts';
import { switchboard } from './switchboard.ts';
import { warmUp } from './warm-up.ts';
import { twilioWebhooks } from './webhooks.ts';

const clock: SessionClock = {
  now: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
const after: SessionClock['after'] = (delayMs, run) => clock.after(delayMs, run);

/** What the web process is made of; made by the composition root. */
export interface WebParts {
  readonly env: Env;
  /** The repository's root. */
  readonly root: string;
  readonly db: Database;
  readonly queue: JobQueue;
  /** A look at the queues, for the metrics and for administrators. Default: none. */
  readonly board?: QueueBoard;
  readonly events: Events;
  readonly log: Log;
  readonly registry: SettingsRegistry;
  readonly plugins: readonly CallPlugin[];
  readonly toolbox: Toolbox;
  readonly apology: SpokenText;
  /** Recordings for when the model cannot speak, by their words. Default: none. */
  readonly lastResort?: ReadonlyMap<string, SpokenText>;
  /** Where the pages come from; `none` serves calls alone. */
  readonly pages: 'built' | 'development' | 'none';
}

/** The running web process. */
export interface Web {
  readonly port: number;
  /** All that is served over HTTP, for who enumerates it. */
  readonly app: Express;
  /** No new calls from now on; running ones finish, after `callsGraceMs` they are ended politely. Then all is closed. */
  stop(callsGraceMs: number): Promise<void>;
}

/** Starts Express with webhooks, pages and API, and the media WebSocket beside them. Resolves once it listens. */
export async function startWeb(parts: WebParts): Promise<Web> {
  const { env, db, queue, log, plugins, toolbox } = parts;
  const activeCalls = new ActiveCalls();
  const expectedStreams = new ExpectedStreams();
  const recorders = new Recorders();
  const writer = new CallWriter({ db, queue, log, after });
  let stopping = false;
  const publish = (change: Change): void => void parts.events.publish(change);
  const alerts = new BusinessAlerts({ db, log, after, publish });
  const callLog = (event: string, fields: Readonly<Record<string, unknown>>) => logEvent(log, event, fields);

  // What strangers do at the doors is logged as well, but does not fill the log.
  const doorLog = guardedLog(callLog, { after: (ms, run) => setTimeout(run, ms).unref() });
  const counts: SharedCounts[] = [];
  const countedTogether = (what: string, limit: Limit): SharedCounts => {
    const made = new SharedCounts({ db, log, appSecret: env.appSecret, what, limit });
    counts.push(made);
    return made;
  };
  const { refusedTooOften } = countRefusals(countedTogether('refused-at-door', REFUSALS_LIMIT));

  const app = express();
  const server = frontServer(app, doorLog);
  const development = parts.pages === 'development';
  app.disable('x-powered-by');
  app.use(issueNonce, securityHeaders({ https: env.secureCookies, development }));
  app.use(refuseUnknown(doorLog));
  app.set('trust proxy', 'loopback');
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', (_request, response) => {
    db.withIdentity((tx) => tx.$queryRaw`SELECT 1`).then(
      () => response.status(stopping ? 503 : 200).json({ status: stopping ? 'stopping' : 'ready' }),
      () => response.status(503).json({ status: 'database_unavailable' }),
    );
  });
  const metrics = webMetrics(() => activeCalls.size);
  if (parts.board !== undefined) {
    queueMetrics(metrics, { board: parts.board, db, log, now: () => clock.now() });
  }
  app.get('/metrics', (_request, response, next) => {
    metrics.metrics().then((body) => response.type(metrics.contentType).send(body), next);
  });

  const speech = new SpeechLines({
    db,
    queue,
    registry: parts.registry,
    textsOf: textsOfSources(plugins, ENGINE_TEXTS, log),
    log,
    now: () => clock.now(),
  });
  const twilio = { baseUrl: env.twilioApiUrl, accountSid: env.twilioAccountSid, authToken: env.twilioAuthToken };
  const recordings = new CallRecordings({
    db,
    queue,
    log,
    twilio: twilioRecordings(twilio),
    callbackUrl: `${env.publicUrl}/webhook/recording_status`,
    now: () => clock.now(),
    publish,
  });
  const secrets = { current: env.appSecret, previous: env.previousAppSecrets };
  const signature = signatureCheck({ publicUrl: env.publicUrl, authToken: env.twilioAuthToken });
  app.use(
    '/webhook',
    twilioWebhooks({
      publicUrl: env.publicUrl,
      signature,
      switchboard: switchboard({
        db,
        queue,
        log,
        secrets,
        activeCalls,
        expectedStreams,
        recordings,
        takesCalls: () => !stopping,
        expectCall: (businessId) => void speech.warm(businessId),
        publish,
      }),
      log: doorLog,
      refusedTooOften,
    }),
  );

  const door = mediaDoor({
    signature,
    connectModel: openAiRealtime({
      url: env.openaiRealtimeUrl,
      apiKey: env.openaiApiKey,
      models: env.openaiRealtimeModels,
      transcriptionModels: env.openaiTranscriptionModels,
      connectTimeoutMs: env.callTimeouts.connectMs,
      log: callLog,
    }),
    answer: answerCalls({
      db,
      registry: parts.registry,
      plugins,
      toolbox,
      apology: parts.apology,
      timeouts: env.callTimeouts,
      linesOf: (setup) => speech.of(setup),
      lastResort: parts.lastResort ?? new Map(),
      onAnswered: ({ business, callId, callSid, accountSid, settings }) => {
        if (settings['record_calls'] === true) {
          recordings.begin({ businessId: business.id, callId, callSid, accountSid });
        }
      },
      recorderFor: ({ hasAlerts, ...call }) => {
        // The door takes the call up before the next turn of the event loop.
        setImmediate(() => expectedStreams.came(call.callSid));
        return recorders.open({
          ...call,
          writer,
          log,
          after,
          onAlert: (kind) => alerts.raise(call.businessId, kind),
          onModelAnswers: () => {
            if (hasAlerts) alerts.settle(call.businessId);
          },
          onSaved: (kind) => publish({ kind: `call_${kind}`, businessId: call.businessId, callId: call.callId }),
        });
      },
    }),
    plugins: [...plugins, liveWatcher(publish)],
    toolbox,
    rest: twilioRest(twilio),
    activeCalls,
    clock,
    refusedTooOften,
    addressOf: countedAddress,
    log: doorLog,
  });

  const usesSandboxModel = isLoopback(env.openaiRealtimeUrl);
  if (usesSandboxModel) logEvent(log, 'sandbox_model', { url: env.openaiRealtimeUrl }, 'warn');
  const services: ProcessServices = {
    db,
    queue,
    log,
    registry: parts.registry,
    blobs: openBlobs(env.recordings),
    vault: createVault(secrets),
    publish: (change) => parts.events.publish(change),
    hear: speechPreview({
      db,
      log,
      appSecret: env.appSecret,
      render: speechRenderer({
        url: env.openaiRealtimeUrl,
        apiKey: env.openaiApiKey,
        models: env.openaiRealtimeModels,
        connectTimeoutMs: env.callTimeouts.connectMs,
      }),
    }),
    apiLimits: {
      callers: countedTogether('api-caller', callersLimit(env.apiRequestsPerMinute)),
      strangers: countedTogether('api-stranger', STRANGERS_LIMIT),
    },
    send: createOutgoing({ allowHosts: env.webhookAllowHosts }),
    config: {
      publicUrl: env.publicUrl,
      secureCookies: env.secureCookies,
      usesSandboxModel,
      appSecret: env.appSecret,
      previousAppSecrets: env.previousAppSecrets,
      development: parts.pages === 'development',
      sendsMail: env.mail !== null,
    },
  };
  app.use(refuseLongBodies(doorLog), refuseUnreadableAddresses(doorLog));
  app.use(
    '/api',
    crossOriginApi(db, () => env.publicUrl),
  );
  const live = liveStreams({ events: parts.events, log });
  app.all(LIVE_PATH, liveEndpoint(services, live));
  const pages = await pagesOf(parts, server, services);
  if (pages !== null) {
    app.use(refuseForeignForms(env.publicUrl));
    if (parts.board !== undefined) app.use(QUEUE_PATH, queuePages(services, parts.board));
    pages.mount(app);
  }
  app.use(answerErrors(doorLog));

  server.on('upgrade', (request, socket, head) => {
    if (door.upgrade(request, socket, head)) return;
    if (development && isViteSocket(request)) return;
    const tooMany = refusedTooOften(request);
    doorLog('upgrade_refused', { reason: tooMany ? 'too_many_refused' : 'path_unknown' });
    refuseUpgrade(socket, tooMany ? '429 Too Many Requests' : '404 Not Found');
  });

  const stopLeases = keepLeases(db, activeCalls, log, (call) => publish({ kind: 'call', ...call }));
  await listen(server, env.port, env.host);
  const address = server.address() as AddressInfo;
  await warmUp({
    ...parts,
    appSecret: env.appSecret,
    timeouts: env.callTimeouts,
    publicUrl: env.publicUrl,
    authToken: env.twilioAuthToken,
    address,
  });
  return {
    port: address.port,
    app,
    async stop(callsGraceMs) {
      stopping = true;
      const grace = setTimeout(() => activeCalls.endAll(), callsGraceMs);
      // Callers who were told to connect before the signal are served.
      await expectedStreams.none(callsGraceMs);
      await activeCalls.empty();
      clearTimeout(grace);
      await Promise.all([recorders.idle(), alerts.idle()]);
      stopLeases();
      door.close();
      live.close();
      await pages?.close();
      await Promise.all(counts.map((one) => one.close()));
      server.closeIdleConnections();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      setTimeout(() => server.closeAllConnections(), 1000).unref();
      await closed;
    },
  };
}

function pagesOf(parts: WebParts, server: Server, services: ProcessServices): Promise<Pages> | null {
  switch (parts.pages) {
    case 'built':
      return builtPages(parts.root, services);
    case 'development':
      return developmentPages(parts.root, server, services);
    case 'none':
      return null;
  }
}

/** True when the address can only be a peer on this machine: the sandbox. */
function isLoopback(url: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/u.test(new URL(url).hostname);
}

function isViteSocket(request: IncomingMessage): boolean {
  return (request.headers['sec-websocket-protocol'] ?? '').startsWith('vite-');
}

function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
