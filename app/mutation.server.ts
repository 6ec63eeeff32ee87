import type { AppLoadContext } from '@remix-run/node';
import { isAppError } from '../platform/errors.ts';
import { statusOf } from './api/reply.server.ts';
import { readForm } from './body.server.ts';
import { requireOwnOrigin } from './origin.server.ts';
import { pageError, requireSameBusiness } from './session.server.ts';

/**
 * The form that one of our own pages posted. Every action of a page begins here; what is not such a form is
 * answered with an error page (403, 405, 409, 413, 415).
 */
export async function receiveForm(request: Request, context: AppLoadContext): Promise<FormData> {
  if (request.method !== 'POST') throw pageError('method_not_allowed', 405);
  try {
    requireOwnOrigin(request, context.config.publicUrl);
    const form = await readForm(request);
    requireSameBusiness(request, form);
    return form;
  } catch (error) {
    throw isAppError(error) ? pageError(error.code, statusOf(error.code)) : error;
  }
}
