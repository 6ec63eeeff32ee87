import type { AppLoadContext, EntryContext } from '@remix-run/node';
import { createReadableStreamFromReadable } from '@remix-run/node';
import { RemixServer, isRouteErrorResponse } from '@remix-run/react';
import { renderToPipeableStream } from 'react-dom/server';
import { isAppError } from '../platform/errors.ts';
import { logEvent } from '../platform/log.ts';
import { NonceContext, ReferenceContext } from './nonce.ts';
import { withoutNulBytes } from './without-nul-bytes.server.ts';

/** Milliseconds after which a page that is still rendering is given up. */
const RENDER_DEADLINE_MS = 10_000;

/** Renders a page. Pages are private: no cache keeps them. */
export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let failed = false;
    let shellSent = false;
    const { pipe, abort } = renderToPipeableStream(
      <NonceContext.Provider value={context.cspNonce}>
        <ReferenceContext.Provider value={context.reference}>
          <RemixServer
            context={remixContext}
            url={request.url}
            abortDelay={RENDER_DEADLINE_MS}
            nonce={context.cspNonce}
          />
        </ReferenceContext.Provider>
      </NonceContext.Provider>,
      {
        nonce: context.cspNonce,
        onShellReady() {
          shellSent = true;
          const body = withoutNulBytes();
          headers.set('Content-Type', 'text/html; charset=utf-8');
          headers.set('Cache-Control', 'no-store');
          resolve(new Response(createReadableStreamFromReadable(body), { status: failed ? 500 : status, headers }));
          pipe(body);
        },
        onShellError: reject,
        onError(error: unknown) {
          failed = true;
          // Before the shell is out, `handleError` logs what `reject` passes on.
          if (shellSent) {
            logEvent(context.log, 'page_render_failed', { reference: context.reference, err: error }, 'error');
          }
        },
      },
    );
    setTimeout(abort, RENDER_DEADLINE_MS + 1000).unref();
  });
}

/** The data half of a page is as private as the page. */
export function handleDataRequest(response: Response): Response {
  response.headers.set('Cache-Control', 'no-store');
  return response;
}

/** Logs what a loader, an action or a render threw and nobody foresaw. */
export function handleError(error: unknown, { request, context }: { request: Request; context: AppLoadContext }): void {
  if (isRouteErrorResponse(error) && error.status < 500) return;
  // Somebody who went on before the answer came is no failure.
  if (error instanceof DOMException && error.name === 'AbortError') return;
  const { pathname } = new URL(request.url);
  const code = isAppError(error) ? error.code : undefined;
  const { reference } = context;
  logEvent(context.log, 'page_failed', { reference, method: request.method, pathname, code, err: error }, 'error');
}
