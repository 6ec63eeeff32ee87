import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { switchBusiness } from '../../domain/users/index.ts';
import { formText } from '../body.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requireAccount, sessionToken } from '../session.server.ts';
import { tellOfSessions } from '../sessions-ended.server.ts';

/** Moves the session to another business of the same person. */
export async function action({ request, context }: ActionFunctionArgs) {
  // From a business that is suspended, or asks for a second factor, one may go to another.
  const { business: left } = await requireAccount(request, context);
  const form = await receiveForm(request, context);
  const businessId = z.uuid().safeParse(formText(form, 'business_id'));
  const token = await sessionToken(request, context);
  const moved = businessId.success && token !== null && (await switchBusiness(context.db, token, businessId.data));
  if (!moved) throw pageError('business_not_found', 404);
  // Pages that are still open on the business they left stop hearing of it.
  if (left !== null) await tellOfSessions(context, [left.id]);
  return redirect('/');
}

/** Following a link to here changes nothing. */
export const loader = () => redirect('/calls');
