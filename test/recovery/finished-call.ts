import { getCallBySid } from '../../domain/calls/index.ts';
import { createLog } from '../../platform/log.ts';
import type { JobQueue } from '../../platform/queue/index.ts';
import { receivingBusiness } from '../../scripts/soak/product.ts';
import { CallWriter } from '../../server/call-writer.ts';
import { databaseRecorder } from '../../server/recorder.ts';
import { aCall, aTurn } from '../domain/fixtures.ts';
import type { RecoveryWorld } from './world.ts';

/** A world in which calls end without a web process: the test hands their jobs to the queue. */
export interface QueueWorld extends RecoveryWorld {
  readonly queue: JobQueue;
}

const log = createLog({ level: 'silent' });

/** A call in progress, with all that is asked about it afterwards. */
export async function callOf({ db, queue, product }: QueueWorld, name: string, words = 'תודה, ביי') {
  const business = await receivingBusiness(db, product.receiver.url);
  const { businessId } = business;
  const { callId, callSid } = await aCall(db, business);
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  };
  const writer = new CallWriter({ db, queue, log, after });
  const recorder = databaseRecorder({ writer, log, businessId, callId, callSid, after, onSaved: () => undefined });
  recorder.saveTurns([aTurn(0, 'agent', 'שלום'), aTurn(1, 'caller', words)]);
  await recorder.idle();
  return {
    name,
    businessId,
    callId,
    callSid,
    path: business.path,
    /** As the web process ends a call. */
    async end() {
      recorder.callEnded({ reason: 'user_goodbye', heldMs: 0, timings: {} });
      recorder.transcriptsSettled();
      await recorder.idle();
    },
    posts: () => product.receiver.deliveries.filter(({ path }) => path === business.path),
    detail: () => getCallBySid(db, businessId, callSid),
  };
}
