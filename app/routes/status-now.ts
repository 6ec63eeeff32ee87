import type { LoaderFunctionArgs } from '@remix-run/node';
import { readHealth, worstOf } from '../../domain/health/index.ts';
import { requirePerson } from '../session.server.ts';

/** The state of the product in one word, as the rail asks for it now and then. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'calls.read');
  const { states } = await readHealth(context.db, businessId, new Date());
  return Response.json({ state: worstOf(states) }, { headers: { 'Cache-Control': 'no-store' } });
}
