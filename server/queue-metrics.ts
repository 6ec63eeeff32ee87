import { Gauge, type Registry } from 'prom-client';
import { deliveryFigures } from '../domain/deliveries/index.ts';
import type { Database } from '../platform/db/index.ts';
import { type Log, logEvent } from '../platform/log.ts';
import type { QueueBoard, QueueFigures } from '../platform/queue/board.ts';

/** Milliseconds for which figures are not asked for again, however often somebody scrapes. */
const FRESH_MS = 5_000;

interface Figures {
  readonly queues: readonly QueueFigures[];
  readonly deliveries: Awaited<ReturnType<typeof deliveryFigures>>;
}

/**
 * How the queues and the deliveries of all businesses stand: read when somebody scrapes. While the queue or the
 * database is away the gauges are empty, and the rest of the metrics are there.
 */
export function queueMetrics(
  registry: Registry,
  { board, db, log, now }: { board: QueueBoard; db: Database; log: Log; now: () => number },
): void {
  let last: { readonly at: number; readonly figures: Promise<Figures | null> } | undefined;
  const figures = (): Promise<Figures | null> => {
    if (last !== undefined && now() - last.at < FRESH_MS) return last.figures;
    const read = Promise.all([board.figures(), deliveryFigures(db, new Date())]).then(
      ([queues, deliveries]) => ({ queues, deliveries }),
      (err: unknown) => {
        logEvent(log, 'queue_figures_failed', { err }, 'warn');
        return null;
      },
    );
    last = { at: now(), figures: read };
    return read;
  };
  const gauge = (name: string, help: string, label: readonly string[], fill: (gauge: Gauge, all: Figures) => void) => {
    new Gauge({
      name,
      help,
      labelNames: [...label],
      registers: [registry],
      async collect() {
        const all = await figures();
        this.reset();
        if (all !== null) fill(this, all);
      },
    });
  };

  gauge(
    'prosaas_jobs',
    'Jobs by kind and state; retrying ones are delayed after a failure, parked ones wait for a person',
    ['job', 'state'],
    (own, { queues }) => {
      for (const { job, waiting, active, delayed, retrying, parked } of queues) {
        for (const [state, count] of Object.entries({ waiting, active, delayed, retrying, parked }))
          own.set({ job, state }, count);
      }
    },
  );
  gauge('prosaas_job_oldest_seconds', 'Age of the oldest waiting job of a kind', ['job'], (own, { queues }) => {
    for (const { job, oldestSec } of queues) own.set({ job }, oldestSec);
  });
  gauge(
    'prosaas_deliveries',
    'Deliveries: due and later are pending, delivered and failed are those of the last hour',
    ['outcome'],
    (own, { deliveries }) => {
      for (const { outcome, count } of deliveries) own.set({ outcome }, count);
    },
  );
  gauge('prosaas_delivery_oldest_seconds', 'How overdue the oldest pending delivery is', [], (own, { deliveries }) => {
    own.set(Math.max(0, ...deliveries.map(({ oldestSec }) => oldestSec)));
  });
}
