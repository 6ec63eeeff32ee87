import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { signOut } from '../../domain/users/index.ts';
import { receiveForm } from '../mutation.server.ts';
import { sessionCookie, sessionToken, signedInAccount } from '../session.server.ts';
import { tellOfSessions } from '../sessions-ended.server.ts';

/** Ends the session here and in the database. */
export async function action({ request, context }: ActionFunctionArgs) {
  await receiveForm(request, context);
  const token = await sessionToken(request, context);
  if (token !== null) {
    const account = await signedInAccount(request, context);
    await signOut(context.db, token);
    if (account !== null && account.business !== null) await tellOfSessions(context, [account.business.id]);
  }
  const cookie = sessionCookie(context.config.secureCookies);
  return redirect('/sign-in', { headers: { 'Set-Cookie': await cookie.serialize('', { maxAge: 0 }) } });
}

/** Following a link to here signs nobody out. */
export const loader = () => redirect('/calls');
