import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { endActingAs } from '../../domain/users/index.ts';
import { receiveForm } from '../mutation.server.ts';
import { requireAccount, sessionToken } from '../session.server.ts';
import { tellOfSessions } from '../sessions-ended.server.ts';

/** A system administrator stops acting as a business. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { actor } = await requireAccount(request, context);
  await receiveForm(request, context);
  const token = await sessionToken(request, context);
  const left = token === null ? null : await endActingAs(context.db, token, actor);
  if (left === null) return redirect('/');
  await tellOfSessions(context, [left]);
  return redirect(`/businesses/${left}`);
}

/** Following a link to here changes nothing. */
export const loader = () => redirect('/');
