import type { ActionFunctionArgs, AppLoadContext, LoaderFunctionArgs } from '@remix-run/node';
import type { z } from 'zod';
import { hebrewMessage } from '../../domain/settings/index.ts';
import { isAppError, AppError } from '../../platform/errors.ts';
import { logEvent } from '../../platform/log.ts';
import { readJsonObject } from '../body.server.ts';
import { requireLeave, type Access } from './access.server.ts';
import type { Declaration, Sendable } from './catalog/declaration.ts';
import { admitWithinLimits, countStranger } from './limits.server.ts';
import { reply, replyError, statusOf } from './reply.server.ts';

/** What a method of an endpoint works with: all of it checked against the declaration. */
export interface ApiCall<Query, Body> {
  readonly request: Request;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
  readonly body: Body;
  readonly context: AppLoadContext;
}

/** A declared method and what does its work. */
export interface Handled {
  readonly declaration: Declaration;
  readonly run: (args: LoaderFunctionArgs | ActionFunctionArgs) => Promise<Response>;
}

/** A method that needs leave. What `work` returns is sent as JSON, unless it is an answer already. */
export function handle<
  Query extends z.ZodObject,
  Body extends z.ZodType<unknown, Record<string, unknown>>,
  Answer extends z.ZodType,
>(
  declaration: Declaration<Query, Body, Answer>,
  work: (
    call: ApiCall<z.output<Query>, z.output<Body>> & { readonly access: Access },
  ) => Promise<Sendable<z.output<Answer>> | Response>,
): Handled {
  return {
    declaration: declaration,
    async run({ request, params, context }) {
      const access = await admitWithinLimits(request, context);
      if (declaration.action !== null) requireLeave(access, declaration.action);
      const query = parseQuery(declaration, request) as z.output<Query>;
      const body = (await parseBody(declaration, request)) as z.output<Body>;
      const answer = await work({ request, params, query, body, context, access });
      return answer instanceof Response ? answer : reply(answer, declaration.status);
    },
  };
}

/** A method that anybody may use. */
export function handlePublic<Answer extends z.ZodType>(
  declaration: Declaration<z.ZodObject, z.ZodType<undefined, Record<string, unknown>>, Answer>,
  work: (context: AppLoadContext) => Promise<Sendable<z.output<Answer>>>,
): Handled {
  return {
    declaration: declaration,
    async run({ context }) {
      countStranger(context);
      return reply(await work(context), declaration.status);
    },
  };
}

/** The loader and action of a resource route that speaks JSON, of the methods its address has. */
export function endpoint(...handled: readonly Handled[]) {
  const methods = new Map<string, Handled>();
  for (const one of handled) {
    methods.set(one.declaration.method, one);
    if (one.declaration.method === 'GET') methods.set('HEAD', one);
  }
  const allow = [...methods.keys(), 'OPTIONS'].join(', ');
  const serve = async (args: LoaderFunctionArgs | ActionFunctionArgs): Promise<Response> => {
    const { request, context } = args;
    try {
      if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: allow } });
      const method = methods.get(request.method);
      if (method === undefined) return replyError(new AppError('method_not_allowed'), { Allow: allow });
      return await method.run(args);
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

function parseQuery(declaration: Declaration, request: Request): unknown {
  const parsed = declaration.query?.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (parsed === undefined) return {};
  if (parsed.success) return parsed.data;
  throw new AppError('query_invalid', { permanent: true, details: { fields: fieldsOf(parsed.error.issues) } });
}

async function parseBody(declaration: Declaration, request: Request): Promise<unknown> {
  if (declaration.body === undefined) return undefined;
  const parsed = declaration.body.safeParse(await readJsonObject(request));
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.some((issue) => issue.code === 'unrecognized_keys');
  const code = unknown ? 'unknown_field' : 'validation_failed';
  throw new AppError(code, { permanent: true, details: { fields: fieldsOf(parsed.error.issues) } });
}

/** What is wrong, field by field, in Hebrew. */
function fieldsOf(issues: readonly z.core.$ZodIssue[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) fields[key] = 'שדה לא מוכר';
    else fields[issue.path.map(String).join('.')] ??= hebrewMessage(issue);
  }
  return fields;
}
