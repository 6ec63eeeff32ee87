import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { readErasure } from '../../domain/privacy/index.ts';
import { kindLabel } from '../../domain/retention/index.ts';
import { isId } from '../../platform/db/index.ts';
import { Card } from '../components/card.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { Ltr } from '../components/ltr.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { pageError, requirePerson } from '../session.server.ts';

export const meta: MetaFunction = () => [{ title: 'אישור מחיקה · ProSaaS' }];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { businessId, businessName } = await requirePerson(request, context, 'privacy.read');
  const id = params['erasureId'] ?? '';
  const erasure = isId(id) ? await readErasure(context.db, businessId, id) : null;
  if (erasure === null) throw pageError('not_found', 404);
  const kinds = Object.entries(erasure.counts).map(([kind, count]) => ({ kind, label: kindLabel(kind), count }));
  return { erasure, kinds, businessName };
}

export default function ErasurePage() {
  const { erasure, kinds, businessName } = useLoaderData<typeof loader>();
  return (
    <div className="max-w-3xl space-y-6">
      <PageHeader title="אישור מחיקה">
        {businessName} · <Moment at={erasure.finishedAt ?? erasure.createdAt} />
      </PageHeader>
      {erasure.finishedAt === null ? (
        <Notice tone="info">המחיקה עדיין נמשכת. אפשר לרענן את הדף בעוד רגע.</Notice>
      ) : (
        <Notice tone="ok">המידע על המספר נמחק. אפשר להדפיס את הדף הזה ולמסור אותו.</Notice>
      )}
      <Card id="proof" title="מה נמחק">
        <Facts>
          {kinds.map(({ kind, label, count }) => (
            <Fact key={kind} name={label}>
              {count}
            </Fact>
          ))}
          <Fact name="מספר שמסתיים ב">
            <Ltr>{`•••${erasure.lastTwo}`}</Ltr>
          </Fact>
          <Fact name="הבקשה שלא להתקשר">{erasure.forgetsOptOut ? 'נמחקה גם היא' : 'נשמרה, אם הייתה'}</Fact>
          <Fact name="מי מחק">
            <bdi>{erasure.requestedBy}</bdi>
          </Fact>
          <Fact name="אסמכתה">
            <Ltr>{erasure.id}</Ltr>
          </Fact>
          <Fact name="טביעת המספר">
            <Ltr>{erasure.phoneHash}</Ltr>
          </Fact>
        </Facts>
      </Card>
    </div>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
