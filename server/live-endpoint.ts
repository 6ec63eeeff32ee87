import type { AppLoadContext } from '@remix-run/node';
import type { Request as ExpressRequest, RequestHandler, Response as ExpressResponse } from 'express';
import { admit, requireLeave, type Access } from '../app/api/access.server.ts';
import { followEvents } from '../app/api/catalog/about.ts';
import { endpoint, handle } from '../app/api/endpoint.server.ts';
import { statusOf } from '../app/api/reply.server.ts';
import type { ProcessServices } from '../app/context.server.ts';
import { sessionToken } from '../app/session.server.ts';
import { sha256Hex } from '../platform/crypto.ts';
import { AppError, isAppError } from '../platform/errors.ts';
import type { LiveStreams, Viewer } from './live-streams.ts';
import { addressOf } from './refusals.ts';

/** Where the stream of changes is. */
export const LIVE_PATH = '/api/events';

/**
 * `GET /api/events`: the changes of the business that the session (or token) works in, as server-sent events. `HEAD`
 * answers whether the stream could be had, without one. An endpoint of the API like the others, but for its answer: that
 * goes on for as long as its viewer reads, so it is written to Express's response by {@link LiveStreams} itself.
 */
export function liveEndpoint(services: ProcessServices, streams: LiveStreams): RequestHandler {
  const serve = async (asked: ExpressRequest, response: ExpressResponse): Promise<void> => {
    const taken = () => Promise.resolve(true);
    const context: AppLoadContext = { ...services, cspNonce: '', address: addressOf(asked), reference: '', taken };
    const api = endpoint(
      handle(followEvents, async ({ request, access }) => {
        const open = new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } });
        // Gone while it was asked who they are.
        if (request.method === 'HEAD' || response.destroyed) return open;
        if (!streams.open(await viewerOf(request, context, access), response)) throw new AppError('too_many_streams');
        return open;
      }),
    );
    const answer = await api.loader({ request: asWebRequest(asked), params: {}, context });
    if (!response.headersSent && !response.destroyed) await send(response, answer);
  };
  return (request, response, next) => {
    serve(request, response).catch(next);
  };
}

async function viewerOf(request: Request, context: AppLoadContext, { businessId }: Access): Promise<Viewer> {
  return {
    key: sha256Hex(request.headers.get('Authorization') ?? (await sessionToken(request, context)) ?? ''),
    businessId,
    async mayStay() {
      try {
        const now = await admit(request, context);
        requireLeave(now, 'events.read');
        return now.businessId === businessId;
      } catch (error) {
        if (isAppError(error) && [401, 403].includes(statusOf(error.code))) return false;
        throw error;
      }
    },
  };
}

/** The request as the endpoint wants it: it looks at nothing but the method and who asks. */
function asWebRequest(asked: ExpressRequest): Request {
  const headers = new Headers();
  for (const name of ['Authorization', 'Cookie', 'User-Agent']) {
    const value = asked.get(name);
    if (value !== undefined) headers.set(name, value);
  }
  return new Request(`http://localhost${LIVE_PATH}`, { method: asked.method, headers });
}

async function send(response: ExpressResponse, answer: Response): Promise<void> {
  const body = await answer.text();
  response.status(answer.status);
  answer.headers.forEach((value, name) => response.setHeader(name, value));
  response.end(body);
}
