import type { RequestHandler } from 'express';
import { errorText } from './errors.he.ts';
import { isOwnSender } from './origin.server.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Stands before the pages. A form of another site is answered with 403, in Hebrew; Remix's own check would answer
 * with an empty 500, also to a form of ours that came through a proxy which renames the host. What passes counts
 * as sent from our public address. The JSON API checks for itself.
 */
export function refuseForeignForms(publicUrl: string): RequestHandler {
  const { origin, host } = new URL(publicUrl);
  return function foreignForms(request, response, next) {
    if (SAFE.has(request.method) || request.path.startsWith('/api/')) return next();
    const sender = {
      origin: request.get('Origin') ?? null,
      fetchSite: request.get('Sec-Fetch-Site') ?? null,
      host: request.get('Host') ?? null,
    };
    if (!isOwnSender(sender, publicUrl)) {
      response
        .status(403)
        .type('html')
        .set('Cache-Control', 'no-store')
        .send(page(errorText('origin_refused')));
      return;
    }
    request.headers.origin = origin;
    request.headers['x-forwarded-host'] = host;
    next();
  };
}

/** A bare page: who sees it came from somewhere else. */
const page = (text: string) =>
  `<!doctype html><html lang="he" dir="rtl"><meta charset="utf-8"><title>הבקשה נדחתה · ProSaaS</title><h1>הבקשה נדחתה</h1><p>${text}</p><p><a href="/">לדף הראשי</a></p></html>`;
