import type { LoaderFunctionArgs } from '@remix-run/node';
import { NavLink, Outlet } from '@remix-run/react';
import { PageHeader } from '../components/page-header.tsx';
import { requirePerson } from '../session.server.ts';

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requirePerson(request, context, 'settings.read');
  return null;
}

const TABS = [
  { to: '/settings/business', text: 'עסק' },
  { to: '/settings/ai', text: 'AI ושיחות' },
] as const;

export default function Settings() {
  return (
    <div className="max-w-3xl">
      <PageHeader title="הגדרות" />
      <nav aria-label="לשוניות ההגדרות" className="mb-6 border-b border-line">
        <ul className="flex gap-1">
          {TABS.map(({ to, text }) => (
            <li key={to}>
              <NavLink
                to={to}
                prefetch="intent"
                className="-mb-px inline-flex min-h-11 items-center border-b-3 border-transparent px-4 font-medium text-muted transition-colors hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-accent-text"
              >
                {text}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <Outlet />
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
