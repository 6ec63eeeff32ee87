import type { AddressInfo } from 'node:net';
import express from 'express';
import type { AppServices } from '../../app/context.server.ts';
import { refuseForeignForms } from '../../app/foreign-forms.server.ts';
import { settingsRegistry, type SettingsSource } from '../../domain/settings/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { builtPages } from '../../server/pages.ts';
import { issueNonce, securityHeaders } from '../../server/security.ts';
import { buildPages } from './app-build.ts';

/** What a test may decide about the pages. */
export interface AppServerOptions {
  readonly db: Database;
  readonly sources: readonly SettingsSource[];
  readonly usesSandboxModel?: boolean;
  /** Default error: what nobody foresaw is seen. */
  readonly log?: 'error' | 'silent';
  /** 0, the default, takes any free one. */
  readonly port?: number;
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
  };
  const services: Omit<AppServices, 'cspNonce'> = {
    db: options.db,
    queue: {
      enqueue: async (job, payload) => {
        jobs.push({ job, payload });
      },
      close: async () => {},
    },
    log: createLog({ level: options.log ?? 'error' }),
    registry: settingsRegistry(options.sources),
    config,
  };

  const app = express();
  app.disable('x-powered-by');
  app.use(issueNonce, securityHeaders({ https: false, development: false }));
  app.use((request, response, next) => refuseForeignForms(config.publicUrl)(request, response, next));
  (await builtPages(await buildPages(), services)).mount(app);

  const server = app.listen(options.port ?? 0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  config.publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: config.publicUrl,
    jobs,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
