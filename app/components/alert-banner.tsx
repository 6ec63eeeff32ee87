import { Link, useFetcher } from '@remix-run/react';
import { useEffect } from 'react';
import type { AlertKind, OpenAlert } from '../../domain/alerts/index.ts';
import { formatShortMoment } from '../format.ts';
import { Button, buttonClass } from './button.tsx';
import { ChevronDownIcon } from './icons.tsx';
import { Notice } from './notice.tsx';

/** Ms between two looks for what is new, or settled, while the page is in view. */
const LOOK_EVERY_MS = 30_000;

/** What an alert says, what its reader can do, and where. */
interface AlertWords {
  readonly title: string;
  readonly advice: string;
  readonly action?: { readonly to: string; readonly text: string };
}

/** Every kind of alert in words: a new kind adds its row. */
const WORDS: Readonly<Record<AlertKind, AlertWords>> = {
  model_quota: {
    title: 'הסוכן לא עונה: נגמרה היתרה בחשבון ה־AI.',
    advice: 'שיחות מסתיימות בהתנצלות. הוסיפו תשלום או הגדילו את המכסה בחשבון OpenAI. ההודעה תיעלם כשהסוכן יחזור לענות.',
  },
  model_key: {
    title: 'הסוכן לא עונה: מפתח ה־AI נדחה.',
    advice: 'שיחות מסתיימות בהתנצלות. בדקו שהמפתח של OpenAI תקף ושהחשבון פעיל. ההודעה תיעלם כשהסוכן יחזור לענות.',
  },
  deliveries_failing: {
    title: 'שליחת נתונים נכשלת: אחד היעדים לא מקבל אותם.',
    advice: 'ננסה שוב לבד, ושום נתון לא אובד. בדקו בדף המשלוחים מה היעד עונה. ההודעה תיעלם כשהוא יחזור לקבל.',
    action: { to: '/deliveries', text: 'לדף המשלוחים' },
  },
  destination_off: {
    title: 'יעד אחד כובה: הוא לא מקבל נתונים.',
    advice: 'תקנו את הכתובת או הפעילו אותו שוב בהגדרות, ואז שלחו מחדש את מה שנכשל מתוך דף המשלוחים.',
    action: { to: '/settings/integrations/destinations', text: 'ליעדים' },
  },
};

/**
 * What only the owner can mend, above every page until it is mended or put away. What happened is always in sight; what
 * to do about it is a press away, so that the page itself is not pushed off a small screen.
 */
export function AlertBanner({ alerts: atFirst, timeZone }: { alerts: readonly OpenAlert[]; timeZone: string }) {
  const { load, data } = useFetcher<{ alerts: readonly OpenAlert[] }>({ key: 'alerts' });
  const alerts = data?.alerts ?? atFirst;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') load('/alerts');
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [load]);
  return (
    <div className="mb-6 space-y-3 empty:hidden print:hidden">
      {alerts.map((alert) => (
        <Alert key={alert.kind} alert={alert} timeZone={timeZone} />
      ))}
    </div>
  );
}

function Alert({ alert: { kind, lastSeenAt, count }, timeZone }: { alert: OpenAlert; timeZone: string }) {
  const fetcher = useFetcher({ key: 'alerts' });
  const { title, advice, action } = WORDS[kind];
  return (
    <div role="alert">
      <Notice tone="danger">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <details className="group min-w-0 flex-1 basis-60">
            <summary className="flex cursor-pointer list-none items-start gap-1 rounded-sm font-semibold">
              {title}
              <ChevronDownIcon className="mt-1 size-4 transition-transform group-open:rotate-180" />
            </summary>
            <p className="mt-1">{advice}</p>
            <p className="mt-1 text-sm">
              {count === 1 ? 'פעם אחת' : count === 2 ? 'פעמיים' : `${count} פעמים`}, לאחרונה{' '}
              <time dateTime={new Date(lastSeenAt).toISOString()} suppressHydrationWarning>
                {formatShortMoment(new Date(lastSeenAt), timeZone)}
              </time>
            </p>
          </details>
          <div className="flex flex-wrap gap-2">
            {action === undefined ? null : (
              <Link to={action.to} className={buttonClass('secondary', '', 'small')}>
                {action.text}
              </Link>
            )}
            <fetcher.Form method="post" action="/alerts">
              <input type="hidden" name="kind" value={kind} />
              <Button
                look="secondary"
                size="small"
                type="submit"
                busy={fetcher.state === 'submitting'}
                busyText="סוגר…"
              >
                הבנתי, סגירה
              </Button>
            </fetcher.Form>
          </div>
        </div>
      </Notice>
    </div>
  );
}
