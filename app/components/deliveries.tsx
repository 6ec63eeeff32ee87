import { useFetcher } from '@remix-run/react';
import type { AttemptDetail, DeliveryDetail } from '../../domain/calls/index.ts';
import { deliveryReason } from '../errors.he.ts';
import { formatDelay } from '../format.ts';
import { DELIVERY_LABELS } from '../labels.he.ts';
import { Badge } from './badge.tsx';
import { Button } from './button.tsx';
import { RetryIcon } from './icons.tsx';
import { Ltr } from './ltr.tsx';
import { Moment } from './moment.tsx';

/** A delivery with the name of where it goes. */
export type ShownDelivery = DeliveryDetail & { readonly destination: string };

interface DeliveriesProps {
  readonly deliveries: readonly ShownDelivery[];
  readonly mayReplay: boolean;
}

/** Where the call was sent to, with every attempt. */
export function Deliveries({ deliveries, mayReplay }: DeliveriesProps) {
  return (
    <ul className="space-y-6">
      {deliveries.map((delivery) => (
        <li key={delivery.deliveryId}>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="flex flex-wrap items-center gap-2.5">
              <span className="font-semibold">{delivery.destination}</span>
              <Badge label={DELIVERY_LABELS[delivery.status]} live={delivery.status === 'pending'} />
            </p>
            {mayReplay && delivery.status === 'failed' ? <Replay deliveryId={delivery.deliveryId} /> : null}
          </div>
          {delivery.status === 'pending' && delivery.attemptCount > 0 && delivery.nextAttemptAt !== null ? (
            <p className="mt-1 text-sm text-muted">
              הניסיון הבא: <Moment at={delivery.nextAttemptAt} as="short" />
            </p>
          ) : null}
          <Attempts delivery={delivery} />
        </li>
      ))}
    </ul>
  );
}

/** Sends a failed delivery once more. */
function Replay({ deliveryId }: { deliveryId: string }) {
  const fetcher = useFetcher();
  return (
    <fetcher.Form method="post" className="flex flex-wrap items-center gap-3">
      <input type="hidden" name="intent" value="replay" />
      <input type="hidden" name="delivery_id" value={deliveryId} />
      <Button type="submit" look="secondary" busy={fetcher.state !== 'idle'} busyText="שולח…">
        <RetryIcon />
        שליחה מחדש
      </Button>
    </fetcher.Form>
  );
}

/** What the domain writes into an attempt before it is sent; it stays when the process died over it. */
const UNKNOWN_OUTCOME = 'interrupted';

interface Outcome {
  readonly text: string;
  readonly className: string;
  readonly reason: string;
}

function outcomeOf(attempt: AttemptDetail, running: boolean): Outcome {
  if (running) return { text: 'מתבצע עכשיו', className: 'text-accent-text', reason: '' };
  if (attempt.error === null) return { text: 'הצליח', className: 'text-ok', reason: '' };
  return { text: 'נכשל', className: 'text-danger', reason: deliveryReason(attempt.error, attempt.statusCode) };
}

function Attempts({ delivery }: { delivery: ShownDelivery }) {
  const { attempts, attemptCount, status } = delivery;
  if (attempts.length === 0) return <p className="mt-1 text-sm text-muted">עוד לא היה ניסיון.</p>;
  return (
    <ol className="mt-3 divide-y divide-line rounded-control border border-line">
      {attempts.map((attempt) => {
        const running = attempt.error === UNKNOWN_OUTCOME && status === 'pending' && attempt.number === attemptCount;
        const outcome = outcomeOf(attempt, running);
        return (
          <li key={attempt.number} className="px-4 py-3 text-sm">
            <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <span className="font-semibold">ניסיון {attempt.number}</span>
              <span className={`font-medium ${outcome.className}`}>{outcome.text}</span>
              {attempt.statusCode === null ? null : <Ltr className="tabular-nums">{`HTTP ${attempt.statusCode}`}</Ltr>}
              {attempt.durationMs > 0 ? <span className="text-muted">{formatDelay(attempt.durationMs)}</span> : null}
              <span className="ms-auto text-muted">
                <Moment at={attempt.startedAt} as="short" />
              </span>
            </p>
            {outcome.reason === '' ? null : <p className="mt-0.5">{outcome.reason}</p>}
            {attempt.responseText ? <Answer text={attempt.responseText} /> : null}
          </li>
        );
      })}
    </ol>
  );
}

/** The beginning of what the destination answered. */
function Answer({ text }: { text: string }) {
  return (
    <details className="mt-1">
      <summary className="cursor-pointer text-muted underline underline-offset-4">תשובת היעד</summary>
      <pre
        dir="ltr"
        className="mt-1.5 rounded-control bg-sunken p-3 text-start font-mono text-xs wrap-break-word whitespace-pre-wrap"
      >
        {text}
      </pre>
    </details>
  );
}
