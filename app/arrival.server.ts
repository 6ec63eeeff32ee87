import { redirect, type AppLoadContext, type TypedResponse } from '@remix-run/node';
import { sessionOf } from '../domain/users/index.ts';
import { onwards } from './first-page.ts';
import { sessionCookie } from './session.server.ts';

/** Hands a new session to the browser and leads on: to `next` where the role may open it, else to its first page. */
export async function arrive(
  context: AppLoadContext,
  token: string,
  next: string | null,
): Promise<TypedResponse<never>> {
  const session = await sessionOf(context.db, token);
  const isAdmin = session?.user.isSystemAdmin === true;
  const to = onwards(next, {
    role: isAdmin ? 'system_admin' : (session?.business?.role ?? null),
    worksInBusiness: session !== null && session.business !== null,
  });
  return redirect(to, {
    headers: { 'Set-Cookie': await sessionCookie(context.config.secureCookies).serialize(token) },
  });
}
