import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createRequestHandler } from '@remix-run/express';
import express from 'express';
import helmet from 'helmet';
import type { AppServices } from '../../app/context.server.ts';
import { settingsRegistry, type SettingsSource } from '../../domain/settings/index.ts';
import type { Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { buildPages } from './app-build.ts';

/** What a test may decide about the pages. */
export interface AppServerOptions {
  readonly db: Database;
  readonly sources: readonly SettingsSource[];
  readonly usesSandboxModel?: boolean;
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
  const pages = await buildPages();
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
    log: createLog({ level: 'error' }),
    registry: settingsRegistry(options.sources),
    config,
  };

  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.locals['cspNonce'] = randomBytes(16).toString('base64');
    next();
  });
  const nonce = (_request: unknown, response: unknown) =>
    `'nonce-${String((response as express.Response).locals['cspNonce'])}'`;
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'", nonce],
          styleSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          objectSrc: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'same-origin' },
    }),
  );
  app.use('/assets', express.static(`${pages.client}/assets`, { immutable: true, maxAge: '1y' }));
  app.all(
    '*',
    createRequestHandler({
      build: pages.server,
      mode: 'production',
      getLoadContext: (_request, response) => ({ ...services, cspNonce: String(response.locals['cspNonce']) }),
    }),
  );

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
