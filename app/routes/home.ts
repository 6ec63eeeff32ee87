import { redirect, type LoaderFunctionArgs } from '@remix-run/node';
import { firstPage } from '../first-page.ts';
import { signedInAccount } from '../session.server.ts';

/** The front door leads each role to its own first page. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const account = await signedInAccount(request, context);
  if (account === null) return redirect('/sign-in');
  return redirect(firstPage({ role: account.role, worksInBusiness: account.business !== null }));
}
