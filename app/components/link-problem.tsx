import { isRouteErrorResponse, useRouteError } from '@remix-run/react';
import { Problem } from './problem.tsx';
import { RouteProblem } from './route-problem.tsx';

/** The error of a page that a letter's link leads to. */
export function LinkProblem() {
  const error = useRouteError();
  return (
    <main id="main">
      {isRouteErrorResponse(error) && error.status === 410 ? (
        <Problem title="הקישור כבר לא תקף" code={410} action={{ to: '/sign-in', text: 'לדף הכניסה' }}>
          <p>כל קישור פועל פעם אחת ולזמן מוגבל. אפשר לבקש קישור חדש ממי ששלח אותו, או בדף שחזור הסיסמה.</p>
        </Problem>
      ) : (
        <RouteProblem />
      )}
    </main>
  );
}
