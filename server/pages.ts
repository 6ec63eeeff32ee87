import { randomBytes } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { ProcessServices } from '../app/context.server.ts';
import { addressOf } from './refusals.ts';
import { nonceOf } from './security.ts';

/** Where the pages come from. */
export interface Pages {
  /** Adds static files and the page handler; call it last, it answers every path that is left. */
  mount(app: Express): void;
  close(): Promise<void>;
}

/** The pages as `npm run build` left them. `root` is the repository's root. */
export async function builtPages(root: string, services: ProcessServices): Promise<Pages> {
  const build = (await import(`${root}/build/server/index.js`)) as ServerBuild;
  return {
    mount(app) {
      app.use('/assets', express.static(`${root}/build/client/assets`, { immutable: true, maxAge: '1y' }));
      app.use(express.static(`${root}/build/client`, { maxAge: '1h' }));
      app.all('*', handler(build, 'production', services));
    },
    close: async () => {},
  };
}

/** The pages straight from their sources, reloaded by Vite as they change. `server` carries its reload socket. */
export async function developmentPages(root: string, server: Server, services: ProcessServices): Promise<Pages> {
  const { createServer } = await import('vite');
  const vite = await createServer({ root, server: { middlewareMode: true, hmr: { server } } });
  const load = async () => (await vite.ssrLoadModule('virtual:remix/server-build')) as ServerBuild;
  return {
    mount(app) {
      app.use(vite.middlewares);
      app.all('*', handler(load, 'development', services));
    },
    close: () => vite.close(),
  };
}

function handler(
  build: ServerBuild | (() => Promise<ServerBuild>),
  mode: 'production' | 'development',
  services: ProcessServices,
) {
  const handle = createRequestHandler({
    build,
    mode,
    getLoadContext: (request, response) => {
      const reference = randomBytes(4).toString('hex');
      response.setHeader('X-Reference', reference);
      const taken = () => takenBy(response);
      return { ...services, cspNonce: nonceOf(response), address: addressOf(request), reference, taken };
    },
  });
  return (request: Request, response: Response, next: NextFunction): void => {
    // Express 4 knows nothing of promises; without the catch a failed page would never be answered.
    handle(request, response, next).catch(next);
  };
}

/** Waits until what was written so far is on its way to the reader; false when they went away. */
export function takenBy(response: ServerResponse): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  if (!response.writableNeedDrain) return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve(!response.destroyed);
    };
    response.on('drain', settle).on('close', settle);
  });
}
