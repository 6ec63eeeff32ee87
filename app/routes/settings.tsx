import type { LoaderFunctionArgs } from '@remix-run/node';
import { Outlet, useLoaderData } from '@remix-run/react';
import { PageHeader } from '../components/page-header.tsx';
import { Tabs } from '../components/tabs.tsx';
import { requirePerson } from '../session.server.ts';
import { settingsTabsOf } from '../settings/tabs.ts';

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { role } = await requirePerson(request, context, 'settings.read');
  return { role };
}

export default function Settings() {
  const { role } = useLoaderData<typeof loader>();
  return (
    <div className="max-w-3xl">
      <PageHeader title="הגדרות" />
      <Tabs label="לשוניות ההגדרות" tabs={settingsTabsOf(role)} />
      <Outlet />
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
