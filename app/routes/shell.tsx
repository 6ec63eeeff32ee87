import { data, type LoaderFunctionArgs } from '@remix-run/node';
import { Outlet, type ShouldRevalidateFunction, useLoaderData } from '@remix-run/react';
import { openAlerts } from '../../domain/alerts/index.ts';
import { getBusiness } from '../../domain/businesses/index.ts';
import { can } from '../../domain/users/index.ts';
import { ActsAsBanner } from '../components/acts-as-banner.tsx';
import { RouteProblem } from '../components/route-problem.tsx';
import { Shell } from '../components/shell.tsx';
import { requireAccount } from '../session.server.ts';
import { takeToast } from '../toast.server.ts';

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { user, role, business, actsAs, otherBusinesses } = await requireAccount(request, context);
  // Of a suspended business its people see a page that says so, within this frame.
  const open = business !== null && (!business.suspended || user.isSystemAdmin);
  const maySeeSettings = open && role !== null && can(role, 'settings.read');
  const [facts, alerts, { toast, forget }] = await Promise.all([
    open ? getBusiness(context.db, business.id) : null,
    maySeeSettings ? openAlerts(context.db, business.id) : [],
    takeToast(request, context),
  ]);
  const frame = {
    user: { name: user.name, email: user.email },
    role: role ?? 'agent',
    otherBusinesses,
    businessId: business?.id ?? null,
    businessName: facts?.name ?? business?.name ?? null,
    actsAs,
    timeZone: facts?.timeZone ?? 'Asia/Jerusalem',
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
  const { actsAs, businessId: _, ...frame } = useLoaderData<typeof loader>();
  const { businessName } = frame;
  return (
    <Shell {...frame} banner={actsAs && businessName !== null ? <ActsAsBanner businessName={businessName} /> : null}>
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
