import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { signOut } from '../../domain/users/index.ts';
import { receiveForm } from '../mutation.server.ts';
import { sessionCookie, sessionToken, signedIn } from '../session.server.ts';

/** Ends the session here and in the database. */
export async function action({ request, context }: ActionFunctionArgs) {
  await receiveForm(request, context);
  const token = await sessionToken(request, context);
  if (token !== null) {
    // Somebody without a business is signed out all the same.
    const person = await signedIn(request, context).catch(() => null);
    await signOut(context.db, token);
    if (person !== null) await context.publish({ kind: 'session', businessId: person.businessId });
  }
  const cookie = sessionCookie(context.config.secureCookies);
  return redirect('/sign-in', { headers: { 'Set-Cookie': await cookie.serialize('', { maxAge: 0 }) } });
}

/** Following a link to here signs nobody out. */
export const loader = () => redirect('/calls');
