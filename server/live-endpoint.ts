import type { Request as ExpressRequest, RequestHandler, Response as ExpressResponse } from 'express';
import { admit, requireLeave } from '../app/api/access.server.ts';
import { replyError, statusOf } from '../app/api/reply.server.ts';
import type { ProcessServices } from '../app/context.server.ts';
import { sessionToken } from '../app/session.server.ts';
import { sha256Hex } from '../platform/crypto.ts';
import { AppError, isAppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import type { LiveStreams, Viewer } from './live-streams.ts';

/** Where the stream of changes is. */
export const LIVE_PATH = '/api/events';

/**
 * `GET /api/events`: the changes of the business that the session (or token) works in, as server-sent events. `HEAD`
 * answers whether the stream could be had, without one.
 */
export function liveEndpoint(services: ProcessServices, streams: LiveStreams): RequestHandler {
  const context = { ...services, cspNonce: '', address: '', reference: '' };

  const viewerOf = async (request: Request): Promise<Viewer> => {
    const access = await admit(request, context);
    requireLeave(access, 'events.read');
    const { businessId } = access;
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
  };

  const serve = async (request: ExpressRequest, response: ExpressResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return send(response, replyError(new AppError('method_not_allowed'), { Allow: 'GET, HEAD' }));
    }
    try {
      const viewer = await viewerOf(asWebRequest(request));
      if (request.method === 'HEAD') return void response.status(204).set('Cache-Control', 'no-store').end();
      // Gone while it was asked who they are.
      if (response.destroyed) return;
      if (!streams.open(viewer, response)) throw new AppError('too_many_streams');
    } catch (error) {
      const code = isAppError(error) ? error.code : undefined;
      if (code === undefined || statusOf(code) >= 500) {
        logEvent(services.log, 'live_stream_failed', { code, err: error }, 'error');
      }
      await send(response, replyError(error));
    }
  };
  return (request, response, next) => {
    serve(request, response).catch(next);
  };
}

/** The request as the access checks want it: they look at nothing but who asks. */
function asWebRequest(request: ExpressRequest): Request {
  const headers = new Headers();
  for (const name of ['Authorization', 'Cookie']) {
    const value = request.get(name);
    if (value !== undefined) headers.set(name, value);
  }
  return new Request(`http://localhost${LIVE_PATH}`, { headers });
}

async function send(response: ExpressResponse, answer: Response): Promise<void> {
  const body = await answer.text();
  response.status(answer.status);
  answer.headers.forEach((value, name) => response.setHeader(name, value));
  response.end(body);
}
