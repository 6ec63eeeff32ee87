import { redirect, type ActionFunctionArgs, type AppLoadContext, type LoaderFunctionArgs } from '@remix-run/node';
import { ALERT_KINDS, openAlerts, putAwayAlert } from '../../domain/alerts/index.ts';
import { formText } from '../body.server.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';

/** What only the owner can mend, as the banner asks for it now and then. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'settings.read');
  return alertsOf(context, businessId);
}

/** Puts an alert away; seen again it comes back. Without a script the browser is sent back to the calls. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'settings.write');
  const form = await receiveForm(request, context);
  const kind = ALERT_KINDS.find((known) => known === formText(form, 'kind'));
  if (kind === undefined) throw pageError('not_found', 404);
  await putAwayAlert(context.db, businessId, kind, actor);
  await context.publish({ kind: 'alert', businessId });
  if (request.headers.get('Accept')?.includes('text/html') === true) return redirect('/calls');
  return alertsOf(context, businessId);
}

async function alertsOf({ db }: AppLoadContext, businessId: string): Promise<Response> {
  return Response.json({ alerts: await openAlerts(db, businessId) }, { headers: { 'Cache-Control': 'no-store' } });
}
