import type { MetaFunction } from '@remix-run/node';
import { RouteProblem } from '../components/route-problem.tsx';
import { pageError } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'הדף לא נמצא · ProSaaS' }];

/** Every address that is none. */
export function loader() {
  throw pageError('not_found', 404);
}

export const action = loader;

export default function Unknown() {
  return null;
}

export function ErrorBoundary() {
  return (
    <main id="main">
      <RouteProblem />
    </main>
  );
}
