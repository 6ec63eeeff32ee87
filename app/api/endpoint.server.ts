import type { ActionFunctionArgs, AppLoadContext, LoaderFunctionArgs } from '@remix-run/node';
import { isAppError, AppError } from '../../platform/errors.ts';
import { logEvent } from '../../platform/log.ts';
import { admit, type Access } from './access.server.ts';
import { reply, replyError, statusOf } from './reply.server.ts';

/** What a method of an endpoint works with. */
export interface ApiCall {
  readonly request: Request;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly context: AppLoadContext;
  readonly access: Access;
}

type Method = (call: ApiCall) => Promise<unknown>;

/** The loader and action of a resource route that speaks JSON; what a method returns is sent with status 200,
 * unless it is an answer already. */
export function endpoint(methods: { readonly GET: Method; readonly PUT?: Method }) {
  const allow = methods.PUT ? 'GET, HEAD, PUT, OPTIONS' : 'GET, HEAD, OPTIONS';
  const serve = async ({ request, params, context }: LoaderFunctionArgs | ActionFunctionArgs): Promise<Response> => {
    try {
      const method = request.method === 'GET' || request.method === 'HEAD' ? methods.GET : methods.PUT;
      if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: allow } });
      if (method === undefined || !allow.split(', ').includes(request.method)) {
        return replyError(new AppError('method_not_allowed'), { Allow: allow });
      }
      const access = await admit(request, context);
      const answer = await method({ request, params, context, access });
      return answer instanceof Response ? answer : reply(answer);
    } catch (error) {
      const code = isAppError(error) ? error.code : undefined;
      if (code === undefined || statusOf(code) >= 500) {
        const { pathname } = new URL(request.url);
        logEvent(context.log, 'api_failed', { method: request.method, pathname, code, err: error }, 'error');
      }
      return replyError(error);
    }
  };
  return { loader: serve, action: serve };
}
