import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAlerts, raiseAlert, resolveAlerts } from '../../domain/alerts/index.ts';
import { getCallBySid, loadCallSetup } from '../../domain/calls/index.ts';
import { createLog } from '../../platform/log.ts';
import { BusinessAlerts } from '../../server/alerts.ts';
import { CallWriter } from '../../server/call-writer.ts';
import { databaseRecorder } from '../../server/recorder.ts';
import type { ModelUsage } from '../../voice/model/speech-model.ts';
import { aBusiness, aCall } from '../domain/fixtures.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const NONE = { textIn: 0, textInCached: 0, audioIn: 0, audioInCached: 0, textOut: 0, audioOut: 0, seconds: 0 };
const REPLY: ModelUsage = { kind: 'speech', model: 'gpt-realtime-2.1', ...NONE, audioIn: 100, audioOut: 200 };
const WORDS: ModelUsage = { kind: 'transcription', model: 'gpt-transcribe', ...NONE, seconds: 60 };

/** A call under way with its recorder; `read` brings the call as it is stored. */
async function aRecordedCall(business?: Awaited<ReturnType<typeof aBusiness>>) {
  const { businessId, number, email } = business ?? (await aBusiness(test.db));
  const { callId, callSid } = await aCall(test.db, { businessId, number });
  const { hasAlerts } = await loadCallSetup(test.db, businessId, callId);
  const saved: string[] = [];
  const log = createLog({ level: 'silent' });
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  };
  const alerts = new BusinessAlerts({ db: test.db, log, after, publish: ({ kind }) => saved.push(kind) });
  const queue = { enqueue: async () => {}, close: async () => {} };
  const recorder = databaseRecorder({
    writer: new CallWriter({ db: test.db, queue, log, after }),
    ...{ log, after, businessId, callId, callSid },
    onAlert: (kind) => alerts.raise(businessId, kind),
    onModelAnswers: () => {
      if (hasAlerts) alerts.settle(businessId);
    },
    onSaved: () => {},
  });
  const idle = async () => {
    await Promise.all([recorder.idle(), alerts.idle()]);
  };
  const read = async () => {
    const call = await getCallBySid(test.db, businessId, callSid);
    if (call === null) throw new Error('no such call');
    return call;
  };
  const end = () => recorder.callEnded({ reason: 'caller_hangup', heldMs: 0, timings: {} });
  return { business: { businessId, number, email }, recorder, saved, read, end, idle };
}

const alertsOf = async (businessId: string) =>
  (await openAlerts(test.db, businessId)).map(({ kind, count }) => [kind, count]);

describe('what a call used', () => {
  it('is summed and stored with its end, and what comes later before it is settled', async () => {
    const { recorder, read, end, idle } = await aRecordedCall();
    recorder.usage(REPLY);
    recorder.usage(REPLY);
    end();
    await idle();
    const cost = 200 * 32 + 400 * 64;
    expect(await read()).toMatchObject({ costMicroUsd: cost, usage: [{ model: 'gpt-realtime-2.1', audioOut: 400 }] });
    recorder.usage(WORDS);
    recorder.transcriptsSettled();
    await idle();
    const settled = await read();
    expect(settled.costMicroUsd).toBe(cost + 4500);
    expect(settled.usage).toHaveLength(2);
  });

  it('is nothing, and costs nothing that anybody knows, for a call the model never answered', async () => {
    const { read, end, idle } = await aRecordedCall();
    end();
    await idle();
    expect(await read()).toMatchObject({ usage: [], costMicroUsd: null });
  });
});

describe('an alert', () => {
  it('is raised once, and counted while it stays open', async () => {
    const first = await aRecordedCall();
    first.recorder.alert('model_quota');
    await first.idle();
    expect(first.saved).toContain('alert');
    const { businessId } = first.business;
    expect(await alertsOf(businessId)).toEqual([['model_quota', 1]]);
    const second = await aRecordedCall(first.business);
    second.recorder.alert('model_quota');
    second.recorder.alert('model_key');
    await second.idle();
    expect(new Map(await alertsOf(businessId).then((rows) => rows as [string, number][]))).toEqual(
      new Map([
        ['model_quota', 2],
        ['model_key', 1],
      ]),
    );
  });

  it('is settled by the first reply of a later call', async () => {
    const { business, recorder, idle } = await aRecordedCall();
    recorder.alert('model_key');
    await idle();
    const later = await aRecordedCall(business);
    later.recorder.usage(WORDS);
    await later.idle();
    expect(await alertsOf(business.businessId)).toHaveLength(1);
    later.recorder.usage(REPLY);
    await later.idle();
    expect(await alertsOf(business.businessId)).toEqual([]);
  });

  it('put away and seen again begins anew', async () => {
    const { businessId } = await aBusiness(test.db);
    const [monday, tuesday] = [new Date('2026-11-16T08:00:00Z'), new Date('2026-11-17T08:00:00Z')];
    await raiseAlert(test.db, businessId, 'model_quota', monday);
    await raiseAlert(test.db, businessId, 'model_quota', monday);
    expect(await resolveAlerts(test.db, businessId, ['model_quota'])).toBe(1);
    expect(await resolveAlerts(test.db, businessId, ['model_quota'])).toBe(0);
    await raiseAlert(test.db, businessId, 'model_quota', tuesday);
    expect(await openAlerts(test.db, businessId)).toEqual([
      { kind: 'model_quota', firstSeenAt: tuesday, lastSeenAt: tuesday, count: 1 },
    ]);
  });

  it('is nobody else’s', async () => {
    const [own, other] = [await aBusiness(test.db), await aBusiness(test.db)];
    await raiseAlert(test.db, own.businessId, 'model_key');
    expect(await alertsOf(other.businessId)).toEqual([]);
    expect(await resolveAlerts(test.db, other.businessId, ['model_key'])).toBe(0);
    expect(await alertsOf(own.businessId)).toHaveLength(1);
  });
});
