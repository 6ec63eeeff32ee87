import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  closeSwept,
  endCall,
  finalizeCall,
  getCallBySid,
  listCalls,
  loadCallSetup,
  lostCalls,
  mintNextLeg,
  noteStreamStarted,
  openCall,
  renewLease,
  saveTurns,
  settleTranscripts,
  takeStream,
  type FinishedCall,
} from '../../../domain/calls/index.ts';
import {
  ATTEMPT_LEASE_MS,
  claimDelivery,
  recordAttempt,
  type ClaimedDelivery,
} from '../../../domain/deliveries/index.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { dispatchOutbox } from '../../../domain/outbox/index.ts';
import { settingsRegistry, updateSettings } from '../../../domain/settings/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness, aCall, APP_SECRETS, aTurn, seconds } from '../fixtures.ts';
import { exampleSources } from '../settings/example-sources.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const registry = settingsRegistry(exampleSources);
const NOW = new Date('2026-03-01T10:00:00.000Z');
const END = {
  endReason: 'user_goodbye',
  endedAt: seconds(NOW, 61.4),
  heldMs: 120.6,
  timings: { firstAudio: 900 },
} as const;

describe('openCall', () => {
  const form = (to: string, callSid = `CA${randomUUID()}`) =>
    ({ callSid, accountSid: 'AC9', from: '054-1234567', to, direction: 'inbound' }) as const;

  it('gives a webhook that is delivered twice, also at the same moment, the same call and token', async () => {
    const business = await aBusiness(test.db);
    const incoming = form(business.number);
    const answers = await Promise.all([1, 2, 3].map(() => openCall(test.db, APP_SECRETS, incoming)));
    answers.push(await openCall(test.db, APP_SECRETS, incoming));
    expect(answers[0]).toMatchObject({ kind: 'accepted', businessId: business.businessId, leg: 0 });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await listCalls(test.db, business.businessId, { limit: 10 })).calls).toHaveLength(1);
  });

  it('finds the business however its number is written, and stores the caller in E.164', async () => {
    const business = await aBusiness(test.db);
    const incoming = form(business.number.replace('+972', '0'));
    expect(await openCall(test.db, APP_SECRETS, incoming)).toMatchObject({ kind: 'accepted' });
    expect(await getCallBySid(test.db, business.businessId, incoming.callSid)).toMatchObject({
      fromNumber: '+972541234567',
      toNumber: business.number,
      status: 'in_progress',
      durationSec: null,
    });
  });

  it('looks for the calling number when the call goes out', async () => {
    const business = await aBusiness(test.db);
    const outgoing = { ...form('+972521112233'), from: business.number, direction: 'outbound' } as const;
    expect(await openCall(test.db, APP_SECRETS, outgoing)).toMatchObject({ businessId: business.businessId });
  });

  it('rejects a number nobody has', async () => {
    expect(await openCall(test.db, APP_SECRETS, form('+972500000001'))).toEqual({
      kind: 'rejected',
      reason: 'unknown_number',
    });
  });

  it('turns away the call over the limit, keeps it in the list, and takes no notice of calls that died', async () => {
    const business = await aBusiness(test.db, { maxTotalCalls: 2 });
    const opened = await Promise.all(
      [0, 1, 2, 3].map(() => openCall(test.db, APP_SECRETS, form(business.number), NOW)),
    );
    expect(opened.filter((answer) => answer.kind === 'accepted')).toHaveLength(2);
    const turnedAway = form(business.number);
    const rejected = { kind: 'rejected', reason: 'at_capacity', businessId: business.businessId };
    expect(await openCall(test.db, APP_SECRETS, turnedAway, NOW)).toEqual(rejected);
    expect(await openCall(test.db, APP_SECRETS, turnedAway, seconds(NOW, 3600))).toEqual(rejected);
    expect(await getCallBySid(test.db, business.businessId, turnedAway.callSid)).toMatchObject({
      endReason: 'rejected',
      status: 'completed',
    });
    // Their leases have run out.
    expect(await openCall(test.db, APP_SECRETS, form(business.number), seconds(NOW, 60))).toMatchObject({
      kind: 'accepted',
    });
  });
});

describe('the stream of a call', () => {
  it('is taken once, and only by its own call', async () => {
    const business = await aBusiness(test.db);
    const call = await aCall(test.db, business);
    const other = await aCall(test.db, business);
    expect(await takeStream(test.db, call.streamToken, other.callSid)).toBeNull();
    const taken = await Promise.all([1, 2, 3].map(() => takeStream(test.db, call.streamToken, call.callSid)));
    expect(taken.filter((stream) => stream !== null)).toEqual([
      { businessId: business.businessId, callId: call.callId, leg: 0 },
    ]);
    expect(await takeStream(test.db, 'made-up', call.callSid)).toBeNull();
  });

  it('is not to be had with an old token', async () => {
    const call = await aCall(test.db, await aBusiness(test.db), seconds(new Date(), -300));
    expect(await takeStream(test.db, call.streamToken, call.callSid)).toBeNull();
  });

  it('has a next leg while the call goes on, the same until it is taken', async () => {
    const business = await aBusiness(test.db);
    const call = await aCall(test.db, business);
    await takeStream(test.db, call.streamToken, call.callSid);
    const next = await mintNextLeg(test.db, APP_SECRETS, call.callSid);
    expect(next).toMatchObject({ leg: 1 });
    expect(await mintNextLeg(test.db, APP_SECRETS, call.callSid)).toEqual(next);
    expect(await takeStream(test.db, next?.streamToken ?? '', call.callSid)).toMatchObject({ leg: 1 });
    expect(await mintNextLeg(test.db, APP_SECRETS, call.callSid)).toMatchObject({ leg: 2 });
    await endCall(test.db, business.businessId, call.callId, END);
    expect(await mintNextLeg(test.db, APP_SECRETS, call.callSid)).toBeNull();
    expect(await mintNextLeg(test.db, APP_SECRETS, 'CA-unknown')).toBeNull();
  });

  it('notes its first beginning alone', async () => {
    const business = await aBusiness(test.db);
    const call = await aCall(test.db, business);
    await noteStreamStarted(test.db, business.businessId, call.callId, NOW);
    await noteStreamStarted(test.db, business.businessId, call.callId, seconds(NOW, 30));
    expect((await getCallBySid(test.db, business.businessId, call.callSid))?.streamStartedAt).toEqual(NOW);
  });
});

describe('loadCallSetup', () => {
  it('brings the call, its business and all settings', async () => {
    const business = await aBusiness(test.db);
    const call = await aCall(test.db, business);
    await updateSettings(test.db, business.businessId, { bot_speaks_first: true, example_level: 4 }, registry, {
      actor: TEST_ACTOR,
    });
    const setup = await loadCallSetup(test.db, business.businessId, call.callId, registry);
    expect(setup).toMatchObject({
      callId: call.callId,
      callSid: call.callSid,
      accountSid: 'AC1',
      direction: 'inbound',
      from: '+972541234567',
      to: business.number,
      business: {
        id: business.businessId,
        name: expect.stringContaining('עסק'),
        timeZone: 'Asia/Jerusalem',
        contactPhone: null,
      },
      settings: {
        bot_speaks_first: true,
        example_level: 4,
        max_call_sec: 1800,
        required_lead_fields: ['name', 'phone', 'topic'],
      },
    });
    expect(setup.startedAt).toBeInstanceOf(Date);
  });

  it('knows no call of another business', async () => {
    const call = await aCall(test.db, await aBusiness(test.db));
    const stranger = await aBusiness(test.db);
    await expect(loadCallSetup(test.db, stranger.businessId, call.callId)).rejects.toMatchObject({
      code: 'call_not_found',
    });
  });
});

describe('saveTurns', () => {
  it('replaces a turn by its item and keeps words that are already known', async () => {
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business);
    const save = (...turns: ReturnType<typeof aTurn>[]) => saveTurns(test.db, business.businessId, callId, turns);
    await save(aTurn(1, 'caller', ''), aTurn(0, 'agent', 'שלום\u0000 רב'));
    await save({ ...aTurn(1, 'caller', 'אני דנה'), startedMs: 1000.4 });
    await save({ ...aTurn(1, 'caller', ''), endedMs: null });
    await save({ ...aTurn(2, 'agent', 'נעים מאוד דנה, איך'), interrupted: true, endedMs: null });
    await save();
    expect((await getCallBySid(test.db, business.businessId, callSid))?.turns).toEqual([
      {
        itemId: 'item_0',
        position: 0,
        speaker: 'agent',
        text: 'שלום רב',
        interrupted: false,
        startedMs: 0,
        endedMs: 800,
      },
      {
        itemId: 'item_1',
        position: 1,
        speaker: 'caller',
        text: 'אני דנה',
        interrupted: false,
        startedMs: 1000,
        endedMs: 1800,
      },
      {
        itemId: 'item_2',
        position: 2,
        speaker: 'agent',
        text: 'נעים מאוד דנה, איך',
        interrupted: true,
        startedMs: 2000,
        endedMs: null,
      },
    ]);
  });

  it('writes nothing into a call of another business', async () => {
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business);
    const stranger = await aBusiness(test.db);
    await saveTurns(test.db, stranger.businessId, callId, [aTurn(0, 'agent', 'שלום')]);
    expect((await getCallBySid(test.db, business.businessId, callSid))?.turns).toEqual([]);
    expect(await getCallBySid(test.db, stranger.businessId, callSid)).toBeNull();
  });
});

const exportsOf = (call: FinishedCall) => [
  {
    plugin: 'monday-export',
    name: 'monday',
    url: 'https://hooks.example.com/x',
    headers: { 'x-a': '1' },
    body: { z: 1, call_sid: call.callSid, transcript: call.transcript },
  },
];
const finalize = (business: { businessId: string }, callId: string, exporter = exportsOf) =>
  finalizeCall(test.db, business.businessId, callId, exporter, registry, seconds(NOW, 70));

describe('the end of a call', () => {
  it('keeps the first reason and makes one job', async () => {
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business, NOW);
    const outboxIds = await Promise.all([
      endCall(test.db, business.businessId, callId, END),
      endCall(test.db, business.businessId, callId, END),
    ]);
    await endCall(test.db, business.businessId, callId, {
      ...END,
      endReason: 'stream_lost',
      endedAt: seconds(NOW, 99),
    });
    expect(await getCallBySid(test.db, business.businessId, callSid)).toMatchObject({
      status: 'ended',
      endReason: 'user_goodbye',
      durationSec: 61,
      heldMs: 121,
      timings: { firstAudio: 900 },
      transcript: null,
    });
    const rows = await test.db.withBusiness(business.businessId, (tx) =>
      tx.outbox.findMany({ where: { job: 'call-finalize' } }),
    );
    expect(rows).toMatchObject([
      { id: outboxIds[0], job: 'call-finalize', payload: { businessId: business.businessId, callId } },
    ]);
    expect(outboxIds[1]).toBe(outboxIds[0]);
  });

  it('is final only when it has ended and its transcriptions have settled', async () => {
    const business = await aBusiness(test.db);
    const { callId } = await aCall(test.db, business, NOW);
    expect(await settleTranscripts(test.db, business.businessId, callId)).toBe(false);
    expect(await finalize(business, callId)).toEqual({ kind: 'not_ended' });
    await endCall(test.db, business.businessId, callId, END);
    expect(await finalize(business, callId)).toEqual({ kind: 'unsettled' });
    expect(await settleTranscripts(test.db, business.businessId, callId)).toBe(true);
    expect(await settleTranscripts(test.db, business.businessId, callId)).toBe(false);
    expect(await finalize(business, callId)).toMatchObject({ kind: 'finalized', first: true });
    expect(await finalize(business, randomUUID())).toEqual({ kind: 'not_found' });
  });

  it('plans each export once, however often and however simultaneously it is finalised', async () => {
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business, NOW);
    await saveTurns(test.db, business.businessId, callId, [aTurn(1, 'caller', 'תודה, ביי'), aTurn(0, 'agent', 'שלום')]);
    await endCall(test.db, business.businessId, callId, END);
    await settleTranscripts(test.db, business.businessId, callId);
    const runs = await Promise.all([finalize(business, callId), finalize(business, callId)]);
    runs.push(await finalize(business, callId, () => exportsOf({ callSid: 'other', transcript: '' } as FinishedCall)));
    expect(runs.map((run) => run.kind === 'finalized' && run.first).filter(Boolean)).toHaveLength(1);
    const ids = runs.map((run) =>
      run.kind === 'finalized' ? run.deliveries.map((delivery) => delivery.deliveryId) : [],
    );
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);

    const call = await getCallBySid(test.db, business.businessId, callSid);
    expect(call).toMatchObject({ status: 'completed', transcript: 'סוכן: שלום\nלקוח: תודה, ביי' });
    expect(call?.deliveries).toMatchObject([
      { plugin: 'monday-export', export: 'monday', status: 'pending', attempts: [] },
    ]);
    expect(JSON.stringify(call)).not.toContain('hooks.example.com');
    const [row] = await test.db.withBusiness(business.businessId, (tx) => tx.delivery.findMany());
    // Byte for byte what was planned, in the order of its keys.
    expect(row?.body).toBe(`{"z":1,"call_sid":"${callSid}","transcript":"סוכן: שלום\\nלקוח: תודה, ביי"}`);
  });

  it('tells exports the facts of the call and the settings of the business', async () => {
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business, NOW);
    await updateSettings(test.db, business.businessId, { monday_webhook_url: 'https://m.example.com/1' }, registry, {
      actor: TEST_ACTOR,
    });
    await endCall(test.db, business.businessId, callId, END);
    await settleTranscripts(test.db, business.businessId, callId);
    const seen: unknown[] = [];
    await finalizeCall(test.db, business.businessId, callId, (...args) => (seen.push(...args), []), registry);
    expect(seen[0]).toEqual({
      businessId: business.businessId,
      businessName: expect.stringContaining('עסק'),
      callId,
      callSid,
      direction: 'inbound',
      fromNumber: '+972541234567',
      toNumber: business.number,
      startedAt: NOW,
      endedAt: END.endedAt,
      durationSec: 61,
      endReason: 'user_goodbye',
      leadFields: {},
      transcript: '',
    });
    expect(seen[1]).toMatchObject({ monday_webhook_url: 'https://m.example.com/1', example_level: 1 });
  });
});

describe('a call whose process died', () => {
  it('is found when its lease has run out, closed as swept, its turns kept', async () => {
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business, NOW);
    await saveTurns(test.db, business.businessId, callId, [aTurn(0, 'agent', 'שלום')]);
    expect(await renewLease(test.db, business.businessId, [callId], seconds(NOW, 60))).toEqual({
      alive: [callId],
      revived: [],
    });
    await renewLease(test.db, business.businessId, [callId], seconds(NOW, 10));

    const found = async (at: Date) => (await lostCalls(test.db, at, 100)).filter((lost) => lost.callId === callId);
    expect(await found(seconds(NOW, 59))).toEqual([]);
    expect(await closeSwept(test.db, business.businessId, callId, seconds(NOW, 59))).toBeNull();
    expect(await found(seconds(NOW, 65))).toEqual([{ businessId: business.businessId, callId, kind: 'lease_expired' }]);
    expect(await closeSwept(test.db, business.businessId, callId, seconds(NOW, 65))).not.toBeNull();
    expect(await closeSwept(test.db, business.businessId, callId, seconds(NOW, 65))).toBeNull();
    expect(await getCallBySid(test.db, business.businessId, callSid)).toMatchObject({
      status: 'ended',
      endReason: 'swept',
      durationSec: 60,
      turns: [{ text: 'שלום' }],
    });
    expect(await found(seconds(NOW, 80))).toEqual([{ businessId: business.businessId, callId, kind: 'unfinalized' }]);
  });

  it('gets no life back once it ended in any other way', async () => {
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business, NOW);
    await endCall(test.db, business.businessId, callId, END);
    expect(await renewLease(test.db, business.businessId, [callId], seconds(NOW, 999))).toEqual({
      alive: [],
      revived: [],
    });
    expect(await getCallBySid(test.db, business.businessId, callSid)).toMatchObject({ endReason: 'user_goodbye' });
    const stranger = await aBusiness(test.db);
    const other = await aCall(test.db, business, NOW);
    expect((await renewLease(test.db, stranger.businessId, [other.callId], seconds(NOW, 999))).alive).toEqual([]);
  });

  it('is not taken for dead because its lease could not be renewed while the database was away', async () => {
    const [server] = await test.db.withIdentity(
      (tx) => tx.$queryRaw<{ started: Date }[]>`SELECT pg_postmaster_start_time() AS started`,
    );
    if (server === undefined) throw new Error('no start time');
    const business = await aBusiness(test.db);
    const { callId } = await aCall(test.db, business, seconds(server.started, -90));
    const found = async (at: Date) => (await lostCalls(test.db, at, 100)).filter((lost) => lost.callId === callId);
    expect(await found(seconds(server.started, 1))).toEqual([]);
    expect(await found(seconds(server.started, 14))).toEqual([]);
    expect(await found(seconds(server.started, 16))).toMatchObject([{ kind: 'lease_expired' }]);
  });

  it('is found unsettled half a minute after an end nobody followed up', async () => {
    const business = await aBusiness(test.db);
    const { callId } = await aCall(test.db, business, NOW);
    await endCall(test.db, business.businessId, callId, END);
    const kinds = async (at: Date) =>
      (await lostCalls(test.db, at, 100)).filter((lost) => lost.callId === callId).map((lost) => lost.kind);
    expect(await kinds(seconds(END.endedAt, 29))).toEqual([]);
    expect(await kinds(seconds(END.endedAt, 31))).toEqual(['unsettled']);
  });
});

describe('a call that was taken for dead while it went on', () => {
  /** Swept, made final, its delivery planned and, unless told otherwise, taken by the receiver. */
  async function aSweptCall(options: { delivered?: boolean } = {}) {
    const business = await aBusiness(test.db);
    const { businessId } = business;
    const { callId, callSid } = await aCall(test.db, business, NOW);
    await saveTurns(test.db, businessId, callId, [aTurn(0, 'agent', 'שלום')]);
    await closeSwept(test.db, businessId, callId, seconds(NOW, 60));
    await dispatchOutbox(test.db, { enqueue: async () => undefined }, businessId, callId);
    const done = await finalize(business, callId);
    const deliveryId = done.kind === 'finalized' ? (done.deliveries[0]?.deliveryId ?? '') : '';
    const attempt = async (at: Date) => {
      const claim = await claimDelivery(test.db, businessId, deliveryId, at);
      if (claim.kind !== 'claimed') throw new Error(claim.kind);
      return claim;
    };
    const taken = (claim: ClaimedDelivery, at: Date) =>
      recordAttempt(
        test.db,
        businessId,
        deliveryId,
        {
          destinationId: claim.destinationId,
          attempt: claim.attempt,
          revision: claim.revision,
          durationMs: 5,
          statusCode: 200,
          error: null,
          responseText: null,
          verdict: 'delivered',
          nextAttemptAt: null,
        },
        at,
      ).then(({ status }) => status);
    if (options.delivered !== false) await taken(await attempt(seconds(NOW, 71)), seconds(NOW, 71));
    return {
      business,
      callId,
      callSid,
      deliveryId,
      attempt,
      taken,
      read: () => getCallBySid(test.db, businessId, callSid),
      /** As its process does when it is back: the turns of meanwhile, the end, the settled transcript. */
      async end() {
        await saveTurns(test.db, businessId, callId, [aTurn(1, 'caller', 'תודה, ביי')]);
        await endCall(test.db, businessId, callId, { ...END, endedAt: seconds(NOW, 120) });
        await settleTranscripts(test.db, businessId, callId, seconds(NOW, 121));
        return finalizeCall(test.db, businessId, callId, exportsOf, registry, seconds(NOW, 122));
      },
    };
  }

  it('is in progress again with its lease, takes its place, and is said to be so once', async () => {
    const { business, callId, read } = await aSweptCall();
    const { businessId } = business;
    expect(await read()).toMatchObject({ status: 'completed', endReason: 'swept', transcript: 'סוכן: שלום' });
    const until = seconds(NOW, 200);
    expect(await renewLease(test.db, businessId, [callId], until)).toEqual({ alive: [callId], revived: [callId] });
    expect(await renewLease(test.db, businessId, [callId], until)).toEqual({ alive: [callId], revived: [] });
    expect(await read()).toMatchObject({ status: 'in_progress', endReason: null, endedAt: null, transcript: null });
    expect((await lostCalls(test.db, seconds(NOW, 199), 100)).some((lost) => lost.callId === callId)).toBe(false);
    expect(await settleTranscripts(test.db, businessId, callId)).toBe(false);
  });

  it.for([
    ['and is taken back before its end', true],
    ['and ends before its process is back', false],
  ] as const)('%s: one end, every turn, the whole transcript sent under the same key', async ([, takenBack]) => {
    const { business, callId, deliveryId, read, attempt, taken, end } = await aSweptCall();
    if (takenBack) await renewLease(test.db, business.businessId, [callId], seconds(NOW, 200));
    expect(await end()).toMatchObject({ kind: 'finalized', first: true, deliveries: [{ deliveryId }] });
    expect(await read()).toMatchObject({
      status: 'completed',
      endReason: 'user_goodbye',
      endedAt: seconds(NOW, 120),
      transcript: 'סוכן: שלום\nלקוח: תודה, ביי',
      deliveries: [{ deliveryId, status: 'pending', finishedAt: null }],
    });
    const claim = await attempt(seconds(NOW, 123));
    expect(claim).toMatchObject({ attempt: 2, revision: 1 });
    expect(JSON.parse(claim.body)).toMatchObject({ transcript: 'סוכן: שלום\nלקוח: תודה, ביי' });
    expect(await taken(claim, seconds(NOW, 123))).toBe('delivered');
    // Nobody ends or finalises it another time.
    await endCall(test.db, business.businessId, callId, { ...END, endReason: 'stream_lost' });
    expect(await finalize(business, callId)).toMatchObject({ first: false, deliveries: [] });
    expect((await read())?.endReason).toBe('user_goodbye');
  });

  it('has its job handed to the queue a second time, because it is final a second time', async () => {
    const { business, callId, end } = await aSweptCall();
    await end();
    const handed: string[] = [];
    const enqueue = async (job: string) => void handed.push(job);
    await dispatchOutbox(test.db, { enqueue }, business.businessId, callId);
    await dispatchOutbox(test.db, { enqueue }, business.businessId, callId);
    expect(handed).toEqual(['call-finalize']);
  });

  it('whose first words are on their way: these do not count for the new ones, which wait until they have arrived', async () => {
    const { attempt, taken, end, read } = await aSweptCall({ delivered: false });
    const early = await attempt(seconds(NOW, 110));
    const done = await end();
    const due = done.kind === 'finalized' ? done.deliveries[0]?.nextAttemptAt : undefined;
    expect(due).toEqual(new Date(seconds(NOW, 110).getTime() + ATTEMPT_LEASE_MS));
    expect(await taken(early, seconds(NOW, 124))).toBe('pending');
    const late = await attempt(due as Date);
    expect(await taken(late, seconds(NOW, 141))).toBe('delivered');
    expect((await read())?.deliveries[0]?.attempts).toHaveLength(2);
  });

  it('is not sent again when there is nothing new to say', async () => {
    const { business, callId, read } = await aSweptCall();
    await renewLease(test.db, business.businessId, [callId], seconds(NOW, 200));
    await endCall(test.db, business.businessId, callId, { ...END, endedAt: seconds(NOW, 120) });
    await settleTranscripts(test.db, business.businessId, callId);
    expect(await finalize(business, callId)).toMatchObject({ first: true, deliveries: [] });
    expect((await read())?.deliveries).toMatchObject([{ status: 'delivered' }]);
  });
});

describe('words that come after the call was made final', () => {
  it('open it once more; it is made final with them', async () => {
    const business = await aBusiness(test.db);
    const { callId, callSid } = await aCall(test.db, business, NOW);
    await endCall(test.db, business.businessId, callId, END);
    await settleTranscripts(test.db, business.businessId, callId);
    await finalize(business, callId);
    await saveTurns(test.db, business.businessId, callId, [aTurn(0, 'caller', 'עוד מילה')]);
    const read = () => getCallBySid(test.db, business.businessId, callSid);
    expect(await read()).toMatchObject({ status: 'ended', endReason: 'user_goodbye', transcript: null });
    expect(await settleTranscripts(test.db, business.businessId, callId)).toBe(true);
    expect(await finalize(business, callId)).toMatchObject({ first: true });
    expect(await read()).toMatchObject({ status: 'completed', transcript: 'לקוח: עוד מילה' });
  });
});

describe('listCalls', () => {
  it('pages through all calls, newest first, none twice and none left out, also with equal times', async () => {
    const business = await aBusiness(test.db, { maxTotalCalls: 100 });
    const sids: string[] = [];
    for (let index = 0; index < 7; index++) {
      sids.push((await aCall(test.db, business, seconds(NOW, Math.floor(index / 3)))).callSid);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await listCalls(test.db, business.businessId, { cursor, limit: 2 });
      seen.push(...page.calls.map((call) => call.callSid));
      cursor = page.nextCursor ?? undefined;
      pages++;
      // A newer call in between moves nothing.
      if (pages === 1) await aCall(test.db, business, seconds(NOW, 100));
    } while (cursor !== undefined);
    expect(pages).toBe(4);
    expect([...seen].sort()).toEqual([...sids].sort());
    const times = (await listCalls(test.db, business.businessId, { limit: 50 })).calls.map((call) =>
      call.startedAt.getTime(),
    );
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('shows how many turns were spoken and how the deliveries stand', async () => {
    const business = await aBusiness(test.db);
    const { callId } = await aCall(test.db, business, NOW);
    await saveTurns(test.db, business.businessId, callId, [aTurn(0, 'agent', 'שלום'), aTurn(1, 'caller', '')]);
    await endCall(test.db, business.businessId, callId, END);
    await settleTranscripts(test.db, business.businessId, callId);
    await finalize(business, callId);
    expect((await listCalls(test.db, business.businessId, { limit: 10 })).calls).toMatchObject([
      {
        status: 'completed',
        durationSec: 61,
        turnCount: 1,
        lead: null,
        deliveries: [{ plugin: 'monday-export', export: 'monday', status: 'pending' }],
      },
    ]);
  });

  it.each(['x', '', Buffer.from('2026-99-99T00:00:00.000Z/0').toString('base64url')])(
    'refuses the cursor %j',
    async (cursor) => {
      const business = await aBusiness(test.db);
      await expect(listCalls(test.db, business.businessId, { cursor, limit: 2 })).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    },
  );
});
