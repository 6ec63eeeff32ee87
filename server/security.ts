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

/** What no page of ours asks the browser for: a script that got in could not either. */
const UNUSED_FEATURES = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];
const PERMISSIONS_POLICY = UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', ');

/**
 * Security headers of every answer, whoever gives it: only our own origin's scripts with this answer's nonce, no
 * framing, no feature of the browser that no page uses; over https, a promise to stay there.
 */
export function securityHeaders(options: { readonly https: boolean; readonly development: boolean }): RequestHandler {
  const nonce = (_request: unknown, response: unknown) => `'nonce-${nonceOf(response as Response)}'`;
  // Vite's client injects styles and opens a socket for reloads.
  // The waveform of a recording brings its style along, with this answer's nonce.
  const styles = options.development ? ["'self'", "'unsafe-inline'"] : ["'self'", nonce];
  const connects = options.development ? ["'self'", 'ws:'] : ["'self'"];
  const setHelmet = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", nonce],
        scriptSrcAttr: ["'none'"],
        styleSrc: styles,
        imgSrc: ["'self'", 'data:'],
        connectSrc: connects,
        formAction: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameSrc: ["'none'"],
        frameAncestors: ["'none'"],
        ...(options.https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: options.https,
    // For browsers that do not know frame-ancestors.
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    // Sounds and pictures are our own, and no page shares memory between threads.
    crossOriginEmbedderPolicy: false,
  });
  return function safeHeaders(request, response, next) {
    response.setHeader('Permissions-Policy', PERMISSIONS_POLICY);
    setHelmet(request, response, next);
  };
}
