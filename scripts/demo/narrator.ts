import { type CallDetail, getCallBySid } from '../../domain/calls/index.ts';
import type { Database } from '../../platform/db/index.ts';

const POLL_MS = 250;

/** Follows one call in the database. */
export interface Narrator {
  /** Resolves once the call is final; rejects after `limitMs`. */
  finished(limitMs: number): Promise<CallDetail>;
  stop(): void;
}

/**
 * Reads the call's rows again and again, as a page would, and gives each turn once, when its words are known.
 * An interrupted turn is told as such.
 */
export function narrate(db: Database, businessId: string, callSid: string, say: (line: string) => void): Narrator {
  const told = new Set<string>();
  let detail: CallDetail | null = null;
  let stopped = false;
  const waiters: ((detail: CallDetail) => void)[] = [];

  const look = async (): Promise<void> => {
    detail = await getCallBySid(db, businessId, callSid);
    for (const turn of detail?.turns ?? []) {
      if (told.has(turn.itemId) || turn.text === '') continue;
      told.add(turn.itemId);
      const seconds = (turn.startedMs / 1000).toFixed(1).padStart(5);
      say(
        `${seconds}s  ${turn.speaker === 'agent' ? 'סוכן' : 'לקוח'}: ${turn.text}${turn.interrupted ? ' — (נקטע)' : ''}`,
      );
    }
    if (detail?.status === 'completed') for (const resolve of waiters.splice(0)) resolve(detail);
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  let failure: Error | null = null;
  run().catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });

  return {
    finished: (limitMs) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        if (detail?.status === 'completed') return resolve(detail);
        const limit = setTimeout(
          () => reject(failure ?? new Error(`the call was not final after ${limitMs} ms`)),
          limitMs,
        );
        waiters.push((found) => {
          clearTimeout(limit);
          resolve(found);
        });
      }),
    stop: () => {
      stopped = true;
    },
  };
}
