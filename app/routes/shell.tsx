import { data, type LoaderFunctionArgs } from '@remix-run/node';
import { Outlet, type ShouldRevalidateFunction, useLoaderData } from '@remix-run/react';
import { openAlerts } from '../../domain/alerts/index.ts';
import { getBusiness } from '../../domain/businesses/index.ts';
import { can } from '../../domain/users/index.ts';
import { RouteProblem } from '../components/route-problem.tsx';
import { Shell } from '../components/shell.tsx';
import { requirePerson } from '../session.server.ts';
import { takeToast } from '../toast.server.ts';

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { user, role, businessId, businessName, otherBusinesses } = await requirePerson(request, context);
  const maySeeSettings = can(role, 'settings.read');
  const [business, alerts, { toast, forget }] = await Promise.all([
    getBusiness(context.db, businessId),
    maySeeSettings ? openAlerts(context.db, businessId) : [],
    takeToast(request, context),
  ]);
  const frame = {
    user: { name: user.name, email: user.email },
    role,
    otherBusinesses,
    businessName: business?.name ?? businessName,
    timeZone: business?.timeZone ?? 'Asia/Jerusalem',
    maySeeSettings,
    alerts,
    usesSandboxModel: context.config.usesSandboxModel,
    toast,
  };
  return data(frame, forget === null ? {} : { headers: { 'Set-Cookie': forget } });
}

/** A page that reads itself again because something changed does not have its frame read again as well. */
export const shouldRevalidate: ShouldRevalidateFunction = ({
  currentUrl,
  nextUrl,
  formMethod,
  defaultShouldRevalidate,
}) => (formMethod === undefined && currentUrl.href === nextUrl.href ? false : defaultShouldRevalidate);

export default function SignedInPages() {
  return (
    <Shell {...useLoaderData<typeof loader>()}>
      <Outlet />
    </Shell>
  );
}

/** The frame itself failed; a page that fails shows its problem within the frame. */
export function ErrorBoundary() {
  return (
    <main id="main">
      <RouteProblem />
    </main>
  );
}
