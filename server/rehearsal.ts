import { randomInt, randomUUID } from 'node:crypto';
import { loadCallSetup, openCall, takeStream, writeCalls } from '../domain/calls/index.ts';
import { dispatchOutboxes } from '../domain/outbox/index.ts';
import type { Database, Tx } from '../platform/db/index.ts';
import { type AnswerOptions, answeredCall } from './answer.ts';

export interface RehearsalOptions extends Pick<
  AnswerOptions,
  'db' | 'registry' | 'plugins' | 'toolbox' | 'apology' | 'timeouts'
> {
  readonly appSecret: string;
}

/** Ends the rehearsal's transaction without a trace. */
class Rehearsed extends Error {}

/**
 * A call from its webhook to its job, of a business that nobody ever sees: all in one transaction, which is rolled
 * back. The first caller after a start would otherwise wait a third of a second longer, while the plan of every query
 * is made, and every schema and function comes into use.
 */
export async function rehearseCall(options: RehearsalOptions): Promise<void> {
  const businessId = randomUUID();
  try {
    await options.db.withBusiness(businessId, async (tx) => {
      await play(tx, businessId, options);
      throw new Rehearsed();
    });
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
  }
}

async function play(tx: Tx, businessId: string, options: RehearsalOptions): Promise<void> {
  const db = within(tx);
  // No country has this code.
  const number = `+999${randomInt(1e10, 1e11)}`;
  await tx.business.create({
    data: { id: businessId, name: '', phoneNumbers: { create: { number } }, settings: { create: {} } },
  });
  const callSid = `rehearsal-${businessId}`;
  const form = { callSid, accountSid: '', from: 'anonymous', to: number, direction: 'inbound' } as const;
  const opened = await openCall(db, { current: options.appSecret }, form);
  if (opened.kind === 'rejected') throw new Error(`the rehearsal was rejected: ${opened.reason}`);
  const { callId, streamToken } = opened;
  await takeStream(db, streamToken, callSid);
  const setup = await loadCallSetup(db, businessId, callId, options.registry);
  answeredCall(setup, { ...options, recorder: NO_RECORDER });

  const now = new Date();
  const turn = { itemId: 'rehearsal', position: 0, speaker: 'agent', text: '', interrupted: false } as const;
  await writeCalls(db, businessId, [
    { callId, streamStartedAt: now, turns: [{ ...turn, startedMs: 0, endedMs: null }] },
  ]);
  const end = { endReason: 'caller_hangup', endedAt: now, heldMs: 0, timings: {} } as const;
  await writeCalls(db, businessId, [{ callId, end, usage: [], settled: true }]);
  await dispatchOutboxes(db, { enqueue: async () => undefined }, businessId, [callId]);
}

/** A database whose transactions are all parts of this one. */
function within(tx: Tx): Database {
  return {
    withBusiness: (_businessId, run) => run(tx),
    withIdentity: (run) => run(tx),
    close: async () => undefined,
  };
}

const NO_RECORDER: Parameters<typeof answeredCall>[1]['recorder'] = {
  saveTurns: () => undefined,
  callEnded: () => undefined,
  transcriptsSettled: () => undefined,
  alert: () => undefined,
  usage: () => undefined,
  optedOut: () => undefined,
  happened: () => undefined,
};
