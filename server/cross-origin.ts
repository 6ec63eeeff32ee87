import cors from 'cors';
import type { Request, RequestHandler } from 'express';
import { bearerToken } from '../app/api/access.server.ts';
import { originIsAllowed, tokenMayBeUsedFrom } from '../domain/businesses/index.ts';
import type { Database } from '../platform/db/index.ts';

/** What is the same in every answer that a page of another origin may read. */
const ALLOWED: cors.CorsOptions = {
  // Cookies stay at home: such a page acts with a token or not at all.
  credentials: false,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'If-Match', 'Last-Event-ID'],
  exposedHeaders: ['ETag', 'Retry-After', 'X-Reference'],
  /** Seconds a browser remembers it; a site that was taken off the list is refused at the request itself. */
  maxAge: 600,
};

/**
 * Stands before the JSON API: pages of the origins that a business lists may use it with that business's tokens. A
 * preflight is answered where any business lists the origin, the request itself where the token's does. Everybody else
 * is told nothing of other origins, and their browser keeps the answer from them.
 */
export function crossOriginApi(db: Database, publicUrl: () => string): RequestHandler {
  const decide = async (request: Request): Promise<boolean> => {
    const origin = request.get('Origin');
    if (origin === undefined || origin === 'null' || origin === new URL(publicUrl()).origin) return false;
    if (request.method === 'OPTIONS') {
      return request.get('Access-Control-Request-Method') !== undefined && (await originIsAllowed(db, origin));
    }
    const token = bearerToken(request.get('Authorization') ?? '');
    return token !== null && (await tokenMayBeUsedFrom(db, token, origin));
  };
  const answer = cors<Request>((request, callback) => {
    decide(request).then(
      (allowed) => callback(null, { ...ALLOWED, origin: allowed ? (request.get('Origin') ?? false) : false }),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  });
  return function crossOrigin(request, response, next) {
    // Also of an answer that allows nobody: a cache must not give it to who is allowed.
    response.vary('Origin');
    answer(request, response, next);
  };
}
