import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endCall, getCallBySid, listCalls, openCall, renewLease } from '../../../domain/calls/index.ts';
import { openDatabase, type Database } from '../../../platform/db/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness, APP_SECRETS, seconds } from '../fixtures.ts';

// How many calls a business may have at a time: leases in the database, shared by all processes.

let test: TestDatabase;
/** The pool of another process. */
let other: Database;
beforeAll(async () => {
  test = await testDatabase();
  other = await openDatabase({ url: test.url, maxConnections: 5 });
});
afterAll(async () => {
  await other.close();
  await test.close();
});

const NOW = new Date('2026-03-01T10:00:00.000Z');
const END = { endReason: 'user_goodbye', endedAt: NOW, heldMs: 0, timings: {} } as const;

type Business = Awaited<ReturnType<typeof aBusiness>>;
type Direction = 'inbound' | 'outbound';

const form = (business: Business, direction: Direction, callSid = `CA${randomUUID()}`) => {
  const [from, to] = direction === 'inbound' ? ['+972541234567', business.number] : [business.number, '+972541234567'];
  return { callSid, accountSid: 'AC9', from, to, direction };
};
const open = (business: Business, direction: Direction, db = test.db, now = NOW) =>
  openCall(db, APP_SECRETS, form(business, direction), now);
const kinds = (answers: readonly { kind: string }[]) => answers.map(({ kind }) => kind);
const accepted = (answers: readonly { kind: string }[]) => answers.filter(({ kind }) => kind === 'accepted').length;

describe('the places of a business', () => {
  it('are five, three of them for outbound calls, unless it was told otherwise', async () => {
    const business = await aBusiness(test.db);
    const answers = [];
    for (let index = 0; index < 4; index++) answers.push(await open(business, 'outbound'));
    for (let index = 0; index < 3; index++) answers.push(await open(business, 'inbound'));
    expect(kinds(answers)).toEqual([
      ...['accepted', 'accepted', 'accepted', 'rejected'],
      ...['accepted', 'accepted', 'rejected'],
    ]);
  });

  it('are taken by inbound calls too: an outbound one within its own limit finds none left', async () => {
    const business = await aBusiness(test.db, { maxTotalCalls: 2, maxOutboundCalls: 2 });
    for (let index = 0; index < 2; index++) expect((await open(business, 'inbound')).kind).toBe('accepted');
    expect((await open(business, 'outbound')).kind).toBe('rejected');
  });

  it('are given once each to forty callers who ring through two processes at the same instant', async () => {
    const [business, neighbour] = [await aBusiness(test.db), await aBusiness(test.db, { maxTotalCalls: 1 })];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => open(business, 'inbound', index % 2 === 0 ? test.db : other)),
    );
    expect(accepted(answers)).toBe(5);
    const { calls } = await listCalls(test.db, business.businessId, { limit: 100 });
    expect(calls.filter(({ status }) => status === 'in_progress')).toHaveLength(5);
    expect(calls.filter(({ endReason }) => endReason === 'rejected')).toHaveLength(35);
    // Nobody else's places.
    expect((await open(neighbour, 'inbound')).kind).toBe('accepted');
  });

  it('are given once to one call whose webhook comes again and again, through both processes', async () => {
    const business = await aBusiness(test.db, { maxTotalCalls: 2 });
    const incoming = form(business, 'inbound');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => openCall(index % 2 === 0 ? test.db : other, APP_SECRETS, incoming, NOW)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await open(business, 'inbound')).kind).toBe('accepted');
    // Told again when all are taken it keeps its own.
    expect((await openCall(test.db, APP_SECRETS, incoming, NOW)).kind).toBe('accepted');
    expect((await open(business, 'inbound')).kind).toBe('rejected');
  });

  it('are free again at the end of a call, and of a call that died when its lease has run out', async () => {
    const business = await aBusiness(test.db, { maxTotalCalls: 2 });
    const [ends, dies] = [await open(business, 'inbound'), await open(business, 'inbound')];
    if (ends.kind !== 'accepted' || dies.kind !== 'accepted') throw new Error('rejected');
    await endCall(test.db, business.businessId, ends.callId, END);
    expect((await open(business, 'inbound')).kind).toBe('accepted');
    expect((await open(business, 'inbound')).kind).toBe('rejected');
    // Its process renewed the lease once more before it died; nobody has swept it yet.
    await renewLease(test.db, business.businessId, [dies.callId], seconds(NOW, 60));
    expect((await open(business, 'inbound', test.db, seconds(NOW, 50))).kind).toBe('accepted');
    expect((await open(business, 'inbound', test.db, seconds(NOW, 59))).kind).toBe('rejected');
    expect((await open(business, 'inbound', test.db, seconds(NOW, 61))).kind).toBe('accepted');
  });
});

it('a call turned away is in the list with its reason, complete, with nothing to deliver and nothing to finalise', async () => {
  const business = await aBusiness(test.db, { maxTotalCalls: 1 });
  const first = await open(business, 'inbound');
  const { callSid, ...rest } = form(business, 'inbound');
  const rejected = { kind: 'rejected', reason: 'at_capacity', businessId: business.businessId };
  expect(await openCall(test.db, APP_SECRETS, { callSid, ...rest }, NOW)).toEqual(rejected);
  expect(await getCallBySid(test.db, business.businessId, callSid)).toMatchObject({
    status: 'completed',
    endReason: 'rejected',
    startedAt: NOW,
    endedAt: NOW,
    transcript: '',
    turns: [],
    deliveries: [],
  });
  expect(
    await test.db.withBusiness(business.businessId, (tx) => tx.outbox.count({ where: { job: 'call-finalize' } })),
  ).toBe(0);
  expect(first.kind).toBe('accepted');
});
