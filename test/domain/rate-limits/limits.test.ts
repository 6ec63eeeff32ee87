import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clearLimit, giveBack, limitKey, sweepLimits, take } from '../../../domain/rate-limits/index.ts';
import { openDatabase } from '../../../platform/db/index.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { APP_SECRET, seconds } from '../fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const LIMIT = { limit: 3, windowMs: 60_000 };
const NOW = new Date('2026-05-01T12:00:00.000Z');
const key = (subject: string) => limitKey(APP_SECRET, 'test', subject);

describe('a limit', () => {
  it('allows so many tries in a window, says how long to wait, and begins anew after it', async () => {
    const tries = [];
    for (const at of [0, 1, 2, 3, 59]) tries.push(await take(test.db, key('a'), LIMIT, seconds(NOW, at)));
    expect(tries.map(({ allowed }) => allowed)).toEqual([true, true, true, false, false]);
    expect(tries.at(-1)).toEqual({ allowed: false, count: 5, retryAfterMs: 1_000 });
    expect(await take(test.db, key('a'), LIMIT, seconds(NOW, 60))).toEqual({
      allowed: true,
      count: 1,
      retryAfterMs: 60_000,
    });
  });

  it('counts each of twenty tries at once, from several processes', async () => {
    const other = await openDatabase({ url: test.url, maxConnections: 5 });
    try {
      const tries = await Promise.all(
        Array.from({ length: 20 }, (_, n) => take(n % 2 === 0 ? test.db : other, key('b'), LIMIT, NOW)),
      );
      expect(tries.filter(({ allowed }) => allowed)).toHaveLength(3);
      expect(tries.map(({ count }) => count).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, n) => n + 1),
      );
    } finally {
      await other.close();
    }
  });

  it('is given back and forgotten', async () => {
    await take(test.db, key('c'), LIMIT, NOW);
    await take(test.db, key('c'), LIMIT, NOW);
    await giveBack(test.db, key('c'));
    expect(await take(test.db, key('c'), LIMIT, NOW)).toMatchObject({ count: 2 });
    await clearLimit(test.db, key('c'));
    expect(await take(test.db, key('c'), LIMIT, NOW)).toMatchObject({ count: 1 });
    await giveBack(test.db, key('nobody'));
  });

  it('is counted apart for each subject and each thing that is limited', async () => {
    expect(key('d')).not.toBe(key('e'));
    expect(limitKey(APP_SECRET, 'other', 'd')).not.toBe(key('d'));
    expect(limitKey('another secret', 'test', 'd')).not.toBe(key('d'));
  });

  it('keeps no address in clear', async () => {
    await take(test.db, key('dana@example.test'), LIMIT, NOW);
    const { rows } = await asSuperuser((client) => client.query('SELECT * FROM rate_limits'), test.url);
    expect(JSON.stringify(rows)).not.toContain('dana');
  });

  it('is swept when its window is over, and not before', async () => {
    await clearLimit(test.db, key('f'));
    await take(test.db, key('f'), LIMIT, seconds(NOW, 1_000));
    expect(await sweepLimits(test.db, seconds(NOW, 1_059))).toBeGreaterThan(0);
    expect(await take(test.db, key('f'), LIMIT, seconds(NOW, 1_059))).toMatchObject({ count: 2 });
    expect(await sweepLimits(test.db, seconds(NOW, 1_060))).toBe(1);
  });
});
