import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { getCallBySid, renewLease, writeCalls } from '../../../domain/calls/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness, aCall, aTurn, seconds } from '../fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const NOW = new Date('2026-03-01T10:00:00.000Z');
const endAt = (endReason: 'user_goodbye' | 'stream_lost', endedAt: Date) =>
  ({ endReason, endedAt, heldMs: 120.6, timings: { ended_ms: 9 } }) as const;

async function callsOf(count: number) {
  const business = await aBusiness(test.db);
  const calls: Awaited<ReturnType<typeof aCall>>[] = [];
  for (let index = 0; index < count; index++) calls.push(await aCall(test.db, business, NOW));
  const detail = (index: number) => getCallBySid(test.db, business.businessId, calls[index]?.callSid ?? '');
  const outbox = () =>
    test.db.withBusiness(business.businessId, (tx) =>
      tx.outbox.findMany({ where: { job: 'call-finalize' }, orderBy: { id: 'asc' } }),
    );
  const settled = () =>
    test.db.withBusiness(business.businessId, (tx) =>
      tx.call.findMany({ where: { transcriptsSettledAt: { not: null } }, select: { id: true } }),
    );
  return { ...business, calls, ids: calls.map(({ callId }) => callId), detail, outbox, settled };
}

it('writes of each call what is its own, in one go', async () => {
  const { businessId, ids, detail, outbox, settled } = await callsOf(3);
  const [a, b, c] = ids as [string, string, string];
  await writeCalls(test.db, businessId, [
    { callId: c, streamStartedAt: seconds(NOW, 3), turns: [aTurn(0, 'agent', 'שלום ג')] },
    { callId: a, streamStartedAt: seconds(NOW, 1), turns: [aTurn(0, 'agent', 'שלום א')] },
    {
      callId: b,
      turns: [aTurn(1, 'caller', 'ביי'), aTurn(0, 'agent', 'שלום ב')],
      end: endAt('user_goodbye', seconds(NOW, 60)),
      settled: true,
    },
  ]);
  expect(await detail(0)).toMatchObject({
    status: 'in_progress',
    streamStartedAt: seconds(NOW, 1),
    turns: [{ text: 'שלום א' }],
  });
  expect(await detail(1)).toMatchObject({
    status: 'ended',
    endReason: 'user_goodbye',
    streamStartedAt: null,
    endedAt: seconds(NOW, 60),
    heldMs: 121,
    timings: { ended_ms: 9 },
    turns: [{ text: 'שלום ב' }, { text: 'ביי' }],
  });
  expect(await detail(2)).toMatchObject({ status: 'in_progress', streamStartedAt: seconds(NOW, 3) });
  expect(await outbox()).toMatchObject([{ id: b, job: 'call-finalize', payload: { businessId, callId: b } }]);
  expect(await settled()).toEqual([{ id: b }]);
});

it('keeps the first stream, the first end and its job, and settles no call that goes on', async () => {
  const { businessId, ids, detail, outbox, settled } = await callsOf(2);
  const [a, b] = ids as [string, string];
  await writeCalls(test.db, businessId, [
    { callId: a, streamStartedAt: NOW, end: endAt('user_goodbye', seconds(NOW, 5)) },
  ]);
  await writeCalls(test.db, businessId, [
    { callId: a, streamStartedAt: seconds(NOW, 9), end: endAt('stream_lost', seconds(NOW, 9)), settled: true },
    { callId: b, settled: true },
  ]);
  expect(await detail(0)).toMatchObject({ streamStartedAt: NOW, endReason: 'user_goodbye', endedAt: seconds(NOW, 5) });
  expect(await outbox()).toHaveLength(1);
  expect(await settled()).toEqual([{ id: a }]);
});

it('touches no call of another business', async () => {
  const own = await callsOf(1);
  const other = await callsOf(1);
  await writeCalls(test.db, own.businessId, [
    {
      callId: other.ids[0] ?? '',
      streamStartedAt: NOW,
      turns: [aTurn(0, 'agent', 'שלום')],
      end: endAt('user_goodbye', NOW),
      settled: true,
    },
  ]);
  expect(await other.detail(0)).toMatchObject({ status: 'in_progress', streamStartedAt: null, turns: [] });
  expect(await other.outbox()).toEqual([]);
});

it.for<[string, (businessId: string, ids: readonly string[]) => Promise<unknown>]>([
  [
    'writing calls',
    (businessId, ids) =>
      writeCalls(
        test.db,
        businessId,
        ids.map((callId) => ({ callId, streamStartedAt: NOW })),
      ),
  ],
  ['renewing leases', (businessId, ids) => renewLease(test.db, businessId, ids, seconds(NOW, 100))],
])('%s takes the rows in one order, so that nobody waits for another in a circle', async ([, write]) => {
  const { businessId, ids } = await callsOf(2);
  const [first, second] = ids.toSorted() as [string, string];
  const other = new pg.Client({ connectionString: test.url });
  await other.connect();
  try {
    const lock = 'SELECT id FROM calls WHERE id = $1 FOR NO KEY UPDATE NOWAIT';
    await other.query('BEGIN');
    await other.query(lock, [first]);
    const written = write(businessId, [second, first]);
    await vi.waitFor(async () => {
      const { rowCount } = await other.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(1);
    });
    // Who waits for the first holds nothing that we may need.
    await other.query(lock, [second]);
    await other.query('COMMIT');
    await written;
  } finally {
    await other.end();
  }
});

it('nothing to write is no transaction', async () => {
  await writeCalls(test.db, 'no uuid at all', [{ callId: 'x', turns: [], settled: false }]);
});
