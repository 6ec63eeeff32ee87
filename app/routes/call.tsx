import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useState } from 'react';
import { type ClientLoaderFunctionArgs, Link, redirect, useLoaderData } from '@remix-run/react';
import { getCallBySid } from '../../domain/calls/index.ts';
import { replay } from '../../domain/deliveries/index.ts';
import { can } from '../../domain/users/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { statusOf } from '../api/reply.server.ts';
import { formText } from '../body.server.ts';
import { Breadcrumbs } from '../components/breadcrumbs.tsx';
import { Card } from '../components/card.tsx';
import { CallFacts, LeadFacts, TechnicalDetails } from '../components/call-facts.tsx';
import { Deliveries } from '../components/deliveries.tsx';
import { type Playback, RecordingCard } from '../components/recording.tsx';
import { InsightCard } from '../components/insight.tsx';
import { LiveNotice } from '../components/live-notice.tsx';
import { PhoneNumber } from '../components/ltr.tsx';
import { Moment } from '../components/moment.tsx';
import { Notice } from '../components/notice.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Transcript } from '../components/transcript.tsx';
import { TurnAnnouncer } from '../components/turn-announcer.tsx';
import { DIRECTION_LABELS } from '../labels.he.ts';
import type { LiveChange } from '../live/changes.ts';
import { readOrKeep } from '../live/last-read.ts';
import { useAgentSpeaking } from '../live/use-agent-speaking.ts';
import { useLive } from '../live/use-live.ts';
import { receiveForm } from '../mutation.server.ts';
import { pageError, requirePerson } from '../session.server.ts';
import { knownFields } from '../settings/known-fields.server.ts';

export const meta: MetaFunction = () => [{ title: 'שיחה · ProSaaS' }];

/** A delivery whose next attempt is nearer than this is worth watching, ms. */
const SOON_MS = 60_000;

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { businessId, role } = await requirePerson(request, context, 'calls.read');
  const found = await getCallBySid(context.db, businessId, params['callSid'] ?? '');
  if (found === null) throw pageError('call_not_found', 404);
  // Where it was sent, and what was answered there, is not for everybody who may read calls.
  const call = can(role, 'deliveries.read') ? found : { ...found, deliveries: [] };
  const soon = Date.now() + SOON_MS;
  const deliveries = call.deliveries.map((delivery) => ({
    ...delivery,
    destination: context.registry.cards.find((card) => card.name === delivery.plugin)?.title ?? delivery.plugin,
  }));
  return {
    call,
    deliveries,
    changing:
      call.status !== 'completed' ||
      call.insight?.status === 'pending' ||
      isOnItsWay(call.recording) ||
      deliveries.some(({ status, nextAttemptAt }) => status === 'pending' && (nextAttemptAt?.getTime() ?? 0) < soon),
    mayReplay: can(role, 'deliveries.replay'),
    known: await knownFields(context, businessId),
    readAt: new Date(),
  };
}

/** A recording that will be there soon. */
function isOnItsWay(recording: { readonly status: string } | null): boolean {
  return recording !== null && ['requested', 'recording', 'fetching'].includes(recording.status);
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  readOrKeep(request.url, () => serverLoader<typeof loader>());

/** Sends a failed delivery once more. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { businessId, actor } = await requirePerson(request, context, 'deliveries.replay');
  const form = await receiveForm(request, context);
  const call = await getCallBySid(context.db, businessId, params['callSid'] ?? '');
  const deliveryId = formText(form, 'delivery_id');
  // Only a delivery of the call on this page.
  if (call === null || !call.deliveries.some((delivery) => delivery.deliveryId === deliveryId)) {
    throw pageError('delivery_not_found', 404);
  }
  try {
    await replay(context.db, businessId, deliveryId, actor);
    await context.queue.enqueue('deliver', { businessId, deliveryId });
    await context.publish({ kind: 'delivery', businessId, callId: call.callId });
  } catch (error) {
    if (isAppError(error) && statusOf(error.code) < 500)
      return data({ error: error.code }, { status: statusOf(error.code) });
    throw error;
  }
  return redirect(`/calls/${encodeURIComponent(call.callSid)}`);
}

/** Another call's page is another page: what was heard of one is nothing to the other. */
export default function CallPage() {
  const data = useLoaderData<typeof loader>();
  return <ShownCall key={data.call.callId} data={data} />;
}

const NOT_PLAYED: Playback = { atMs: null, playFrom: null };

function ShownCall({ data }: { data: ReturnType<typeof useLoaderData<typeof loader>> }) {
  const { call, deliveries, changing, mayReplay, known, readAt } = data;
  const open = call.status !== 'completed';
  const [playback, setPlayback] = useState<Playback>(NOT_PLAYED);
  const agent = useAgentSpeaking(call.turns.filter((turn) => turn.speaker === 'agent').length);
  const concerns = (change: LiveChange) => {
    if (change.callId !== call.callId) return false;
    agent.hear(change);
    return !change.kind.startsWith('agent_');
  };
  const live = useLive({ data, active: changing, concerns });
  const otherEnd = call.direction === 'inbound' ? call.fromNumber : call.toNumber;
  const who = call.lead?.name ? <bdi>{call.lead.name}</bdi> : <PhoneNumber number={otherEnd} />;
  return (
    <>
      <Breadcrumbs above={[{ to: '/calls', text: 'שיחות' }]} here={who} />
      <PageHeader title={who}>
        שיחה {DIRECTION_LABELS[call.direction]} · <Moment at={call.startedAt} />
      </PageHeader>
      <LiveNotice state={live} />
      {open && live !== 'lost' ? (
        <div role="status" className="mb-6">
          <Notice tone="info">
            {call.status === 'in_progress'
              ? 'השיחה מתקיימת עכשיו. הדף מתעדכן מעצמו.'
              : 'השיחה הסתיימה, והתמלול הסופי מוכן בעוד רגע.'}
          </Notice>
        </div>
      ) : null}
      {call.optedOutAt === null ? null : (
        <div className="mb-6">
          <Notice tone="warn">
            הלקוח ביקש שלא יתקשרו אליו.{' '}
            <Link to="/do-not-call" className="font-medium underline">
              לרשימת «לא להתקשר»
            </Link>
          </Notice>
        </div>
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_auto_1fr]">
        {call.insight === null ? null : (
          <div className="min-w-0 lg:col-start-1">
            <InsightCard insight={call.insight} known={known} />
          </div>
        )}
        <div className="space-y-6 lg:col-start-2 lg:row-span-3 lg:row-start-1">
          <CallFacts call={call} readAt={readAt} />
          {call.lead === null ? null : <LeadFacts lead={call.lead} known={known} />}
        </div>
        <div className="min-w-0 space-y-6 lg:col-start-1">
          {call.recording === null ? null : (
            <RecordingCard
              recording={call.recording}
              src={`/calls/${encodeURIComponent(call.callSid)}/recording`}
              onPlayback={setPlayback}
            />
          )}
          <Card id="transcript" title="תמלול">
            {call.erasedAt !== null ? (
              <p className="text-muted">המידע נמחק לבקשת הלקוח.</p>
            ) : call.wordsPurgedAt !== null ? (
              <p className="text-muted">התמלול נמחק לפי מדיניות השמירה.</p>
            ) : (
              <Transcript
                turns={call.turns}
                sideEvents={call.sideEvents}
                open={open}
                playback={playback}
                agentSpeaking={agent.speaking && call.status === 'in_progress' && live !== 'lost'}
              />
            )}
            <TurnAnnouncer turns={call.turns} />
          </Card>
        </div>
        <div className="min-w-0 space-y-6 lg:col-start-1">
          {deliveries.length === 0 ? null : (
            <Card id="deliveries" title="שליחה למערכות">
              <Deliveries deliveries={deliveries} mayReplay={mayReplay} />
            </Card>
          )}
          <TechnicalDetails call={call} />
        </div>
      </div>
    </>
  );
}

export { RouteProblem as ErrorBoundary } from '../components/route-problem.tsx';
