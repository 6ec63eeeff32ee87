import { isRouteErrorResponse, useRouteError } from '@remix-run/react';
import { errorText } from '../errors.he.ts';
import { Problem } from './problem.tsx';

const AGAIN = { to: '', text: 'לנסות שוב' } as const;
const HOME = { to: '/', text: 'לדף הראשון' } as const;

/** What `fetch` and `import` throw without a network. */
const isOffline = (error: unknown): boolean =>
  typeof document !== 'undefined' && (error instanceof TypeError || !navigator.onLine);

function Offline() {
  return (
    <Problem title="אין חיבור" action={AGAIN}>
      <p>לא הצלחנו להגיע לשרת. כדאי לבדוק את החיבור לאינטרנט ולנסות שוב.</p>
    </Problem>
  );
}

/** The error of a route, in words that help; what was thrown is never shown. */
export function RouteProblem() {
  const error = useRouteError();
  if (!isRouteErrorResponse(error)) {
    if (isOffline(error)) return <Offline />;
    return (
      <Problem title="משהו השתבש" code={500} action={AGAIN} other={HOME} logged>
        <p>הדף לא נטען בגלל תקלה אצלנו. התקלה נרשמה, ואפשר לנסות שוב בעוד רגע.</p>
      </Problem>
    );
  }
  const code = typeof error.data === 'string' ? error.data : '';
  switch (error.status) {
    case 403:
      if (code === 'business_suspended') return <Suspended />;
      return code === 'no_business' ? <NoBusiness /> : <Forbidden code={code} />;
    case 404:
      return (
        <Problem title={code === 'call_not_found' ? 'השיחה לא נמצאה' : 'הדף לא נמצא'} code={404}>
          <p>ייתכן שהכתובת הוקלדה לא נכון, או שהדף כבר לא קיים.</p>
        </Problem>
      );
    default:
      return (
        <Problem title="הבקשה לא בוצעה" code={error.status} action={AGAIN} other={HOME} logged={error.status >= 500}>
          <p>{errorText(code)}</p>
        </Problem>
      );
  }
}

function Forbidden({ code }: { code: string }) {
  const foreign = code === 'origin_refused';
  return (
    <Problem title={foreign ? 'הבקשה נדחתה' : 'אין לך הרשאה לדף הזה'} code={403}>
      <p>{foreign ? errorText(code) : 'הדף פתוח לבעלי העסק ולמנהלים. אפשר לבקש מהם גישה.'}</p>
    </Problem>
  );
}

function Suspended() {
  return (
    <Problem title="העסק מושעה" code={403} action={{ to: '/account', text: 'לחשבון שלי' }}>
      <p>הגישה לעסק הופסקה זמנית, והשיחות אליו אינן נענות. כל הנתונים נשמרו. לפרטים אפשר לפנות למי שמנהל את השירות.</p>
    </Problem>
  );
}

function NoBusiness() {
  return (
    <Problem title="אין עסק בחשבון הזה" code={403} action={{ to: '/sign-in', text: 'לכניסה עם חשבון אחר' }}>
      <p>החשבון שלך עדיין לא משויך לעסק. בעל העסק יכול לצרף אותך.</p>
    </Problem>
  );
}
