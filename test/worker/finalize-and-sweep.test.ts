import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { endCall, getCallBySid, saveTurns, settleTranscripts } from '../../domain/calls/index.ts';
import { dispatchOutbox } from '../../domain/outbox/index.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aBusiness, aCall, aTurn, seconds } from '../domain/fixtures.ts';
import { finalize } from '../../worker/call-finalize.ts';
import { sweep } from '../../worker/calls-sweep.ts';
import { exportsOfPlugins } from '../../worker/exports.ts';
import { aContext, aDelivery, anEndedCall, exportTo } from './fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const worker = () => aContext(test.db, { exportsOf: exportTo('https://hooks.example.com/1') });
const END = { endReason: 'caller_hangup', heldMs: 0, timings: {} } as const;

describe('call-finalize', () => {
  it('puts itself off while transcriptions are awaited, then plans and enqueues the deliveries', async () => {
    const { context, clock, enqueued, published } = worker();
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business, clock.now());
    const ids = { businessId: business.businessId, callId };
    await endCall(test.db, ids.businessId, callId, { ...END, endedAt: clock.now() });
    await finalize(context, ids);
    expect(enqueued).toEqual([{ job: 'call-finalize', payload: ids, delayMs: 1_000, id: undefined }]);
    // The words that came late are part of the transcript.
    await saveTurns(test.db, ids.businessId, callId, [aTurn(0, 'caller', 'ביי')]);
    await settleTranscripts(test.db, ids.businessId, callId, clock.now());
    await finalize(context, ids);
    const call = await getCallBySid(test.db, ids.businessId, callSid);
    expect(call).toMatchObject({ status: 'completed', transcript: 'לקוח: ביי', deliveries: [{ status: 'pending' }] });
    const deliveryId = call?.deliveries[0]?.deliveryId;
    expect(enqueued[1]).toMatchObject({
      job: 'deliver',
      payload: { businessId: ids.businessId, deliveryId },
      delayMs: 0,
    });
    expect(published).toEqual([{ kind: 'call', ...ids }]);
  });

  it('run again after its worker died, adds no delivery and enqueues the same one', async () => {
    const { context, clock, enqueued } = worker();
    const call = await anEndedCall(test.db, clock.now());
    await finalize(context, call);
    await finalize(context, call);
    expect((await getCallBySid(test.db, call.businessId, call.callSid))?.deliveries).toHaveLength(1);
    const [first, again] = enqueued.filter(({ job }) => job === 'deliver');
    expect(again).toEqual(first);
    expect(enqueued.filter(({ job }) => job === 'call-analyze')).toHaveLength(1);
  });
});

describe('exportsOfPlugins', () => {
  const settings = z.object({ url: z.string().default('none') });
  const request = (name: string, url = 'https://x.example') => ({ name, url, body: { a: 1 } });

  it('completes the call although a plugin throws, and hands each plugin its own settings', async () => {
    const { context, lines, clock } = worker();
    const exportsOf = exportsOfPlugins(
      [
        { name: 'quiet', settings },
        {
          name: 'broken',
          settings,
          exports: () => {
            throw new Error('broken plugin');
          },
        },
        { name: 'bodiless', settings, exports: () => [{ ...request('b'), body: undefined }] },
        { name: 'twice', settings, exports: () => [request('a'), request('a')] },
        { name: 'good', settings, exports: (_call, own) => [request('g', JSON.stringify(own))] },
      ],
      context.log,
    );
    const call = await anEndedCall(test.db, clock.now());
    await finalize({ ...context, exportsOf }, call);
    const rows = await test.db.withBusiness(call.businessId, (tx) => tx.delivery.findMany());
    expect(rows).toMatchObject([{ plugin: 'good', export: 'g', url: '{"url":"none"}' }]);
    const failures = lines.map((line) => JSON.parse(line)).filter((line) => line.event === 'plugin_exports_failed');
    expect(failures.map((line) => line.plugin)).toEqual(['broken', 'bodiless', 'twice']);
  });
});

describe('calls-sweep', () => {
  /** What the sweep enqueued for one business. */
  const swept = async (worker: ReturnType<typeof aContext>, businessId: string) => {
    worker.enqueued.length = 0;
    await sweep(worker.context);
    return worker.enqueued
      .filter((job) => job.payload['businessId'] === businessId)
      .map(({ job, payload }) => ({ job, payload }));
  };

  it('closes a call within a minute of its process dying, and has it finalised with its turns', async () => {
    const run = worker();
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business, run.clock.now());
    const ids = { businessId: business.businessId, callId };
    await saveTurns(test.db, ids.businessId, callId, [aTurn(0, 'agent', 'שלום')]);
    run.clock.advance(40_000);
    expect(await swept(run, ids.businessId)).toEqual([]);
    run.clock.advance(15_000);
    expect(await swept(run, ids.businessId)).toEqual([{ job: 'call-finalize', payload: ids }]);
    await finalize(run.context, ids);
    expect(await getCallBySid(test.db, ids.businessId, callSid)).toMatchObject({
      status: 'completed',
      endReason: 'swept',
      transcript: 'סוכן: שלום',
    });
    expect(await swept(run, ids.businessId)).toEqual([]);
  });

  it('settles an ended call whose process died before it could, after half a minute', async () => {
    const run = worker();
    const business = await aBusiness(test.db);
    const { callId } = await aCall(test.db, business, run.clock.now());
    const ids = { businessId: business.businessId, callId };
    const outboxId = await endCall(test.db, ids.businessId, callId, { ...END, endedAt: run.clock.now() });
    await dispatchOutbox(test.db, run.context.queue, ids.businessId, outboxId);
    run.clock.advance(29_000);
    expect(await swept(run, ids.businessId)).toEqual([]);
    run.clock.advance(2_000);
    expect(await swept(run, ids.businessId)).toEqual([{ job: 'call-finalize', payload: ids }]);
    run.enqueued.length = 0;
    await finalize(run.context, ids);
    expect(run.enqueued).toMatchObject([{ job: 'deliver' }]);
  });

  it('has a settled call finalised whose job was lost', async () => {
    const run = worker();
    const { businessId, callId } = await anEndedCall(test.db, run.clock.now());
    await test.db.withBusiness(businessId, (tx) => tx.outbox.deleteMany());
    run.clock.advance(9_000);
    expect(await swept(run, businessId)).toEqual([]);
    run.clock.advance(2_000);
    expect(await swept(run, businessId)).toEqual([{ job: 'call-finalize', payload: { businessId, callId } }]);
  });

  it('dispatches an outbox row that was written and never handed over, once', async () => {
    const run = worker();
    const { businessId, callId } = await anEndedCall(test.db, run.clock.now());
    // The row's time is the database's own.
    const later = { ...run, context: { ...run.context, clock: { ...run.clock, now: () => seconds(new Date(), 6) } } };
    expect(await swept(later, businessId)).toContainEqual({ job: 'call-finalize', payload: { businessId, callId } });
    const rows = await test.db.withBusiness(businessId, (tx) => tx.outbox.findMany());
    expect(rows.map((row) => row.dispatchedAt)).not.toContain(null);
    expect(await dispatchOutbox(test.db, run.context.queue, businessId, callId)).toBe(false);
  });

  it('enqueues a delivery that is half a minute overdue', async () => {
    const run = worker();
    const { businessId, deliveryId } = await aDelivery(run.context, 'https://hooks.example.com/1');
    const deliveries = async () => (await swept(run, businessId)).filter((job) => job.job === 'deliver');
    run.clock.advance(29_000);
    expect(await deliveries()).toEqual([]);
    run.clock.advance(2_000);
    expect(await deliveries()).toEqual([{ job: 'deliver', payload: { businessId, deliveryId } }]);
  });

  it('goes on with the others when one cannot be taken up', async () => {
    const run = worker();
    const first = await anEndedCall(test.db, run.clock.now());
    const second = await anEndedCall(test.db, run.clock.now());
    run.clock.advance(11_000);
    const handed: string[] = [];
    const enqueue = async (_job: string, payload: object) => {
      const { callId } = payload as { callId?: string };
      if (callId === first.callId) throw new Error('queue hiccup');
      handed.push(callId ?? '');
    };
    await sweep({ ...run.context, queue: { enqueue } });
    expect(handed).toContain(second.callId);
    expect(
      run.lines
        .map((line) => JSON.parse(line))
        .some((line) => line.event === 'sweep_item_failed' && line.callId === first.callId),
    ).toBe(true);
  });
});
