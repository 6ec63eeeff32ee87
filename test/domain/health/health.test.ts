import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { raiseAlert } from '../../../domain/alerts/index.ts';
import { judge, readHealth, worstOf, type HealthFacts } from '../../../domain/health/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { demoBusiness, demoCall } from '../../helpers/demo-business.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
const NOTHING: HealthFacts = {
  lastCallAt: null,
  lastAnsweredAt: null,
  modelRefused: false,
  waiting: 0,
  dueSince: null,
  jobsWaiting: 0,
  jobsSince: null,
};

describe('what follows from what was seen', () => {
  test.each<[string, Partial<HealthFacts>, object]>([
    ['nothing yet', {}, { telephony: 'unknown', model: 'unknown', deliveries: 'ok' }],
    ['a call an hour ago', { lastCallAt: ago(3600) }, { telephony: 'ok', model: 'unknown' }],
    ['a call the day before yesterday', { lastCallAt: ago(2 * 86_400) }, { telephony: 'unknown' }],
    ['a call the model answered', { lastCallAt: ago(60), lastAnsweredAt: ago(60) }, { telephony: 'ok', model: 'ok' }],
    ['a refused account, whatever was before', { lastAnsweredAt: ago(60), modelRefused: true }, { model: 'trouble' }],
    ['a delivery due just now', { waiting: 1, dueSince: ago(20) }, { deliveries: 'ok' }],
    ['a delivery nobody takes up', { waiting: 1, dueSince: ago(61) }, { deliveries: 'trouble' }],
    ['a job written down just now', { jobsWaiting: 1, jobsSince: ago(20) }, { queue: 'ok' }],
    ['a job that no queue takes', { jobsWaiting: 1, jobsSince: ago(61) }, { queue: 'trouble' }],
  ])('%s', (_, facts, states) => {
    expect(judge({ ...NOTHING, ...facts }, NOW)).toMatchObject(states);
  });
});

test('the worst part speaks for all, and what nobody knows is not fine', () => {
  const fine = { telephony: 'ok', model: 'ok', queue: 'ok', deliveries: 'ok', database: 'ok' } as const;
  expect(worstOf(fine)).toBe('ok');
  expect(worstOf({ ...fine, model: 'unknown' })).toBe('unknown');
  expect(worstOf({ ...fine, model: 'unknown', deliveries: 'trouble' })).toBe('trouble');
});

describe('what a business has seen', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  test('is its own calls, alerts and deliveries alone', async () => {
    const { db } = database;
    const [own, other] = [await demoBusiness(db, '1'), await demoBusiness(db, '2')];
    const startedAt = new Date(Date.now() - 3_600_000);
    await demoCall(db, own.businessId, { callSid: 'CAown', startedAt, delivery: 'pending' });
    await raiseAlert(db, own.businessId, 'model_quota');

    const { facts } = await readHealth(db, own.businessId, new Date());
    expect(facts).toMatchObject({ lastCallAt: startedAt, modelRefused: true, waiting: 1 });
    // A new business waits for its sentences to be rendered.
    expect((await readHealth(db, other.businessId, new Date())).facts).toEqual({
      ...NOTHING,
      jobsWaiting: 1,
      jobsSince: expect.any(Date) as Date,
    });
    await db.withBusiness(other.businessId, (tx) => tx.outbox.updateMany({ data: { dispatchedAt: new Date() } }));
    expect((await readHealth(db, other.businessId, new Date())).facts).toEqual(NOTHING);
  });
});
