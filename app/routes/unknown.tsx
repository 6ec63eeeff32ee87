import { RouteProblem } from '../components/route-problem.tsx';
import { pageError } from '../session.server.ts';

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
