import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { readHealth, type Health, type Part, type PartState } from '../../domain/health/index.ts';
import { can } from '../../domain/users/index.ts';
import { Badge } from '../components/badge.tsx';
import { Moment } from '../components/moment.tsx';
import { PageHeader } from '../components/page-header.tsx';
import type { Label } from '../labels.he.ts';
import { requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'מצב המערכת · ProSaaS' }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'calls.read');
  const readAt = new Date();
  const health = await readHealth(context.db, businessId, readAt);
  return { health, readAt, seesDeliveries: can(role, 'deliveries.read'), seesQueue: can(role, 'queue.read') };
}

const LABELS: Readonly<Record<PartState, Label>> = {
  ok: { text: 'תקין', tone: 'ok' },
  trouble: { text: 'תקלה', tone: 'danger' },
  unknown: { text: 'לא ידוע', tone: 'neutral' },
};

const NAMES: Readonly<Record<Part, string>> = {
  telephony: 'טלפוניה',
  model: 'סוכן ה־AI',
  queue: 'עיבוד ברקע',
  deliveries: 'שליחת הלידים',
  database: 'מסד הנתונים',
};

/** What each part of the product was last seen doing. */
export default function Status() {
  const { health, readAt, seesDeliveries, seesQueue } = useLoaderData<typeof loader>();
  const parts = (Object.keys(NAMES) as Part[]).filter((part) => part !== 'deliveries' || seesDeliveries);
  return (
    <div className="max-w-3xl">
      <PageHeader title="מצב המערכת">
        לפי מה שנראה בפועל בשיחות של העסק, נכון ל־
        <Moment at={readAt} as="clock" />
      </PageHeader>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface shadow-card">
        {parts.map((part) => (
          <li key={part} className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 p-5">
            <div className="min-w-0 flex-1 basis-60">
              <h2 className="font-semibold">{NAMES[part]}</h2>
              <p className="text-muted">
                <Explanation part={part} health={health} />
              </p>
              {part === 'queue' && seesQueue ? (
                <p className="mt-1">
                  <a href="/queue" className="font-medium text-accent-text underline underline-offset-4">
                    כל התורים והעבודות
                  </a>
                </p>
              ) : null}
            </div>
            <Badge label={LABELS[health.states[part]]} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Explanation({ part, health: { facts } }: { part: Part; health: Health }) {
  switch (part) {
    case 'telephony':
      return facts.lastCallAt === null ? (
        'עוד לא עברה שיחה, ולכן אי אפשר לדעת.'
      ) : (
        <>
          שיחה אחרונה: <Moment at={facts.lastCallAt} as="short" />
        </>
      );
    case 'model':
      if (facts.modelRefused) return 'ספק הבינה המלאכותית דוחה את החשבון. הפרטים בהודעה שבראש הדף.';
      return facts.lastAnsweredAt === null ? (
        'הסוכן עוד לא ענה לשיחה, ולכן אי אפשר לדעת.'
      ) : (
        <>
          הסוכן ענה לאחרונה: <Moment at={facts.lastAnsweredAt} as="short" />
        </>
      );
    case 'queue':
      return facts.jobsSince === null ? (
        'אין עבודות שמחכות לתור.'
      ) : (
        <>
          {facts.jobsWaiting === 1 ? 'עבודה אחת מחכה' : `${facts.jobsWaiting} עבודות מחכות`}, הוותיקה מאז{' '}
          <Moment at={facts.jobsSince} as="short" />
        </>
      );
    case 'deliveries':
      if (facts.waiting === 0) return 'אין שליחות שממתינות.';
      return (
        <>
          {facts.waiting === 1 ? 'שליחה אחת ממתינה' : `${facts.waiting} שליחות ממתינות`}
          {facts.dueSince === null ? null : (
            <>
              , הוותיקה מאז <Moment at={facts.dueSince} as="short" />
            </>
          )}
        </>
      );
    case 'database':
      return 'הנתונים בדף הזה נקראו ממנו עכשיו.';
  }
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
