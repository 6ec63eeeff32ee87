import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import type { ProcessServices } from '../../app/context.server.ts';
import { refuseForeignForms } from '../../app/foreign-forms.server.ts';
import { callersLimit, STRANGERS_LIMIT } from '../../app/api/limits.server.ts';
import { SharedCounts, type Limit } from '../../domain/rate-limits/index.ts';
import { settingsRegistry, type SettingsSource } from '../../domain/settings/index.ts';
import { diskBlobs, type BlobStore } from '../../platform/blobs/index.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Change, ChangeListener, Events } from '../../platform/events.ts';
import { createLog } from '../../platform/log.ts';
import { createVault } from '../../platform/vault.ts';
import { crossOriginApi } from '../../server/cross-origin.ts';
import { LIVE_PATH, liveEndpoint } from '../../server/live-endpoint.ts';
import { liveStreams } from '../../server/live-streams.ts';
import { builtPages } from '../../server/pages.ts';
import { issueNonce, securityHeaders } from '../../server/security.ts';
import { buildPages } from './app-build.ts';

/** What a test may decide about the pages. */
export interface AppServerOptions {
  readonly db: Database;
  readonly sources: readonly SettingsSource[];
  readonly usesSandboxModel?: boolean;
  /** Whether there are pages for those who build pages. */
  readonly development?: boolean;
  /** Recordings. Default: a folder for temporary files. */
  readonly blobs?: BlobStore;
  /** Default false: links are shown to who invites. */
  readonly sendsMail?: boolean;
  /** Default error: what nobody foresaw is seen. */
  readonly log?: 'error' | 'silent';
  /** Requests a minute that a token or session may send to the API. Default: as many as a test likes. */
  readonly apiRequestsPerMinute?: number;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** What carries changes; by default they reach this server alone. */
  readonly events?: Events;
  /** What speaks a text; by default a tenth of a second of silence. */
  readonly hear?: ProcessServices['hear'];
  /** What sends a request outside; by default nothing may be sent. */
  readonly send?: ProcessServices['send'];
  /** Ms between two signs of life of an event stream. */
  readonly heartbeatMs?: number;
}

/** The pages on a port of their own, without calls. */
export interface AppServer {
  /** Without a trailing slash. */
  readonly url: string;
  /** Every job the pages enqueued, in order. */
  readonly jobs: readonly { readonly job: string; readonly payload: object }[];
  close(): Promise<void>;
}

/** Serves the built pages as the web process does: security headers with a nonce, static files, Remix. */
export async function startAppServer(options: AppServerOptions): Promise<AppServer> {
  const jobs: { job: string; payload: object }[] = [];
  const config = {
    publicUrl: '',
    secureCookies: false,
    usesSandboxModel: options.usesSandboxModel ?? false,
    appSecret: 'test',
    previousAppSecrets: [],
    development: options.development ?? false,
    sendsMail: options.sendsMail ?? false,
  };
  const events = options.events ?? ownEvents();
  const log = createLog({ level: options.log ?? 'error' });
  const counts = (what: string, limit: Limit) =>
    new SharedCounts({ db: options.db, log, appSecret: config.appSecret, what, limit });
  const callers = counts('api-caller', callersLimit(options.apiRequestsPerMinute ?? 100_000));
  const strangers = counts('api-stranger', STRANGERS_LIMIT);
  const services: ProcessServices = {
    db: options.db,
    queue: {
      enqueue: async (job, payload) => {
        jobs.push({ job, payload });
      },
      close: async () => {},
    },
    log,
    apiLimits: { callers, strangers },
    publish: (change) => events.publish(change),
    registry: settingsRegistry(options.sources),
    blobs: options.blobs ?? diskBlobs(join(tmpdir(), 'prosaas-test-blobs')),
    hear: options.hear ?? (() => Promise.resolve(new Uint8Array(800).fill(0xff))),
    send: options.send ?? (() => Promise.reject(new Error('This test sends nothing'))),
    vault: createVault({ current: config.appSecret }),
    config,
  };

  const app = express();
  app.disable('x-powered-by');
  app.use(issueNonce, securityHeaders({ https: false, development: false }));
  app.use((request, response, next) => refuseForeignForms(config.publicUrl)(request, response, next));
  const live = liveStreams({ events, log, ...(options.heartbeatMs ? { heartbeatMs: options.heartbeatMs } : {}) });
  app.use(
    '/api',
    crossOriginApi(options.db, () => config.publicUrl),
  );
  app.all(LIVE_PATH, liveEndpoint(services, live));
  (await builtPages(await buildPages(), services)).mount(app);

  const server = app.listen(options.port ?? 0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  config.publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: config.publicUrl,
    jobs,
    close: () =>
      new Promise((resolve) => {
        live.close();
        server.closeAllConnections();
        server.close(() => void Promise.all([callers.close(), strangers.close()]).then(() => resolve()));
      }),
  };
}

/** Changes within this process. */
function ownEvents(): Events {
  const listeners = new Map<ChangeListener, string>();
  return {
    publish: async (change: Change) => {
      for (const [listener, businessId] of listeners) if (businessId === change.businessId) listener.onChange(change);
    },
    subscribe: (businessId, listener) => {
      listeners.set(listener, businessId);
      return () => void listeners.delete(listener);
    },
    isListening: () => true,
    close: async () => {},
  };
}
