import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** A fresh nonce for each answer, in `response.locals.cspNonce`. */
export function issueNonce(_request: Request, response: Response, next: NextFunction): void {
  response.locals['cspNonce'] = randomBytes(16).toString('base64');
  next();
}

export function nonceOf(response: Response): string {
  return String(response.locals['cspNonce']);
}

/** Security headers of every answer: only our own origin's scripts with this answer's nonce, no framing. */
export function securityHeaders(options: { readonly https: boolean; readonly development: boolean }): RequestHandler {
  const nonce = (_request: unknown, response: unknown) => `'nonce-${nonceOf(response as Response)}'`;
  // Vite's client injects styles and opens a socket for reloads.
  // The waveform of a recording brings its style along, with this answer's nonce.
  const styles = options.development ? ["'self'", "'unsafe-inline'"] : ["'self'", nonce];
  const connects = options.development ? ["'self'", 'ws:'] : ["'self'"];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", nonce],
        styleSrc: styles,
        imgSrc: ["'self'", 'data:'],
        connectSrc: connects,
        formAction: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        ...(options.https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: options.https,
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
  });
}
