import { Queue } from 'bullmq';
import { logEvent } from '../log.ts';
import { openQueueConnection, type QueueConnectionOptions } from './connection.ts';

/** How the jobs of one kind stand. */
export interface QueueFigures {
  readonly job: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  /** Of the delayed ones, those that have failed before and wait for another run; at most {@link MOST_LOOKED_AT}. */
  readonly retrying: number;
  /** Given up: a payload that does not fit, a permanent failure, or too many attempts. Kept until somebody looks. */
  readonly parked: number;
  /** Seconds the oldest waiting job has waited; 0 when none does. */
  readonly oldestSec: number;
}

/** Delayed jobs looked at, the next to run first. */
const MOST_LOOKED_AT = 1_000;

/** The queues as an administrator sees them; nothing is opened before somebody looks. */
export interface QueueBoard {
  queues(): Promise<readonly Queue[]>;
  figures(): Promise<readonly QueueFigures[]>;
  close(): Promise<void>;
}

interface Opened {
  readonly queues: readonly Queue[];
  close(): Promise<void>;
}

/** A look at the queues of these jobs, on either backend. */
export function queueBoard(options: QueueConnectionOptions, jobs: readonly string[]): QueueBoard {
  let opened: Promise<Opened> | undefined;
  const open = async (): Promise<Opened> => {
    const connection = await openQueueConnection(options, 0);
    const queues = jobs.map((name) => {
      const queue = new Queue(name, connection.options, connection.backend as never);
      queue.on('error', (err) => logEvent(options.log, 'queue_error', { job: name, err }, 'warn'));
      return queue;
    });
    const close = async (): Promise<void> => {
      await Promise.all(queues.map((queue) => queue.close()));
      await connection.close();
    };
    try {
      await Promise.all(queues.map((queue) => queue.waitUntilReady()));
    } catch (error) {
      // One that could not be set up never would be.
      await close();
      throw error;
    }
    return { queues, close };
  };
  const queues = async () => {
    opened ??= open();
    // One that could not be opened is tried again at the next look.
    opened.catch(() => (opened = undefined));
    return (await opened).queues;
  };
  return {
    queues,
    figures: async () =>
      Promise.all(
        (await queues()).map(async (queue): Promise<QueueFigures> => {
          const [counts, [oldest], delayed] = await Promise.all([
            queue.getJobCounts('waiting', 'active', 'delayed', 'failed'),
            queue.getJobs(['waiting'], 0, 0, true),
            queue.getJobs(['delayed'], 0, MOST_LOOKED_AT - 1, true),
          ]);
          return {
            job: queue.name,
            waiting: counts['waiting'] ?? 0,
            active: counts['active'] ?? 0,
            delayed: counts['delayed'] ?? 0,
            retrying: delayed.filter(({ attemptsMade }) => attemptsMade > 0).length,
            parked: counts['failed'] ?? 0,
            oldestSec: oldest === undefined ? 0 : Math.max(0, (Date.now() - oldest.timestamp) / 1000),
          };
        }),
      ),
    close: async () => {
      const standing = await opened?.catch(() => undefined);
      await standing?.close();
    },
  };
}
