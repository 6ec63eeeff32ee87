import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Request as ExpressRequest, RequestHandler, Response as ExpressResponse } from 'express';
import helmet from 'helmet';
import type { ProcessServices } from '../app/context.server.ts';
import { signedInAccount } from '../app/session.server.ts';
import { can } from '../domain/users/index.ts';
import type { QueueBoard } from '../platform/queue/board.ts';

/** Where system administrators look at the queues. */
export const QUEUE_PATH = '/queue';

/** The board brings styles within its markup; scripts stay our own origin's. Fonts from elsewhere are not fetched. */
const headers = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'self'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/**
 * The queues with their jobs: what waits, runs, was parked, and the button that tries it again. For system
 * administrators alone; everybody else is sent to sign in, or refused. Stands behind the check of foreign forms, and is
 * mounted for every path: it answers its own. Payloads carry ids, so nothing of a business is seen here.
 */
export function queuePages(services: ProcessServices, board: QueueBoard): RequestHandler {
  const context = { ...services, cspNonce: '', address: '', reference: '', taken: () => Promise.resolve(true) };
  let router: Promise<RequestHandler> | undefined;
  const routerOf = (): Promise<RequestHandler> => {
    router ??= board.queues().then((queues) => {
      const serverAdapter = new ExpressAdapter();
      serverAdapter.setBasePath(QUEUE_PATH);
      createBullBoard({ queues: queues.map((queue) => new BullMQAdapter(queue)), serverAdapter });
      // Made for a newer Express; as a handler it serves ours.
      return serverAdapter.getRouter() as RequestHandler;
    });
    router.catch(() => (router = undefined));
    return router;
  };

  const serve = async (request: ExpressRequest, response: ExpressResponse): Promise<RequestHandler | null> => {
    response.set('Cache-Control', 'no-store');
    const account = await signedInAccount(asWebRequest(request), context);
    if (account === null) {
      response.redirect(302, `/sign-in?next=${encodeURIComponent(QUEUE_PATH)}`);
      return null;
    }
    if (account.role === null || !can(account.role, 'queue.read', 'any')) {
      response.status(403).type('text').send('אין לך הרשאה לפעולה הזאת.');
      return null;
    }
    return routerOf();
  };

  return function queue(request, response, next) {
    headers(request, response, (refused?: unknown) => {
      if (refused !== undefined) return next(refused);
      serve(request, response).then((handler) => handler?.(request, response, next), next);
    });
  };
}

/** The request as the session check wants it: it looks at nothing but who asks. */
function asWebRequest(request: ExpressRequest): Request {
  const headers = new Headers();
  const cookie = request.get('Cookie');
  if (cookie !== undefined) headers.set('Cookie', cookie);
  return new Request('http://localhost/', { headers });
}
