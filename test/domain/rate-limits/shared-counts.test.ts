import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedCounts } from '../../../domain/rate-limits/index.ts';
import { manualClock, type Clock } from '../../../platform/clock.ts';
import { openDatabase, type Database } from '../../../platform/db/index.ts';
import { createLog } from '../../../platform/log.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { APP_SECRET } from '../fixtures.ts';

let test: TestDatabase;
/** The same database as another process reaches it. */
let elsewhere: Database;
beforeAll(async () => {
  test = await testDatabase();
  elsewhere = await openDatabase({ url: test.url, maxConnections: 2 });
});
afterAll(async () => {
  await elsewhere.close();
  await test.close();
});

const LIMIT = { limit: 5, windowMs: 60_000 };

function counts(what: string, clock: Pick<Clock, 'now'>, db: Database = test.db, lines: string[] = []): SharedCounts {
  const log = createLog({ destination: { write: (line: string) => void lines.push(line) } });
  return new SharedCounts({ db, log, appSecret: APP_SECRET, what, limit: LIMIT, now: () => clock.now() });
}

const times = (n: number, of: SharedCounts, subject: string) => Array.from({ length: n }, () => of.count(subject));

describe('counts that processes share', () => {
  it('allow so many tries in a window without asking the database, and begin anew after it', () => {
    const clock = manualClock();
    const own = counts('alone', clock);
    expect(times(6, own, 'a').map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false]);
    expect(own.count('b').allowed).toBe(true);
    clock.advance(59_000);
    expect(own.count('a')).toEqual({ allowed: false, count: 7, retryAfterMs: 1000 });
    clock.advance(1000);
    expect(own.count('a')).toEqual({ allowed: true, count: 1, retryAfterMs: 60_000 });
  });

  it('are looked at without counting', () => {
    const own = counts('looked-at', manualClock());
    times(4, own, 'a');
    for (let n = 0; n < 3; n++) expect(own.look('a')).toMatchObject({ allowed: true, count: 5 });
    own.count('a');
    expect(own.look('a')).toMatchObject({ allowed: false });
    expect(own.look('b')).toEqual({ allowed: true, count: 1, retryAfterMs: 0 });
  });

  it('are known to every process once each has merged', async () => {
    const clock = manualClock();
    const [one, other] = [counts('two', clock), counts('two', clock, elsewhere)];
    times(3, one, 'a');
    times(3, other, 'a');
    expect(other.look('a').allowed).toBe(true);
    await one.merge();
    // Each hears of the other's with what it merges itself.
    other.count('a');
    await other.merge();
    expect(other.look('a')).toMatchObject({ allowed: false });
    one.count('a');
    await one.merge();
    expect(one.look('a')).toMatchObject({ allowed: false });
  });

  it('lose and double nothing of what two processes merge at once', async () => {
    const clock = manualClock();
    const [one, other] = [counts('at-once', clock), counts('at-once', clock, elsewhere)];
    for (const subject of ['a', 'b', 'c']) {
      times(2, one, subject);
      times(1, other, subject);
    }
    const merging = Promise.all([one.merge(), other.merge(), one.merge()]);
    // Counted while the database is asked.
    one.count('a');
    await merging;
    await one.merge();
    other.count('a');
    await other.merge();
    expect(other.look('a')).toMatchObject({ count: 6, allowed: false });
    one.count('b');
    await one.merge();
    expect(one.look('b').count).toBe(5);
  });

  it('survive a restart, and the window ends where it would have', async () => {
    const clock = manualClock();
    const before = counts('restart', clock);
    times(6, before, 'a');
    await before.close();
    clock.advance(20_000);
    const after = counts('restart', clock);
    after.count('a');
    await after.merge();
    expect(after.count('a')).toEqual({ allowed: false, count: 8, retryAfterMs: 40_000 });
    clock.advance(40_000);
    after.count('a');
    await after.merge();
    expect(after.look('a')).toMatchObject({ allowed: true, count: 2 });
  });

  it('write no more once all know that there were too many', async () => {
    const own = counts('flood', manualClock());
    times(6, own, 'a');
    await own.merge();
    times(1000, own, 'a');
    await own.merge();
    const rows = await test.db.withIdentity((tx) =>
      tx.rateLimit.findMany({ where: { key: { startsWith: 'flood:' } } }),
    );
    expect(rows).toMatchObject([{ count: 6 }]);
  });

  it('go on alone while the database is away, say so once, and merge when it is back', async () => {
    const clock = manualClock();
    const lines: string[] = [];
    const own = counts('away', clock, test.db, lines);
    await asSuperuser((client) => client.query('REVOKE INSERT ON rate_limits FROM prosaas_app'), test.url);
    times(2, own, 'a');
    await own.merge();
    await own.merge();
    await asSuperuser((client) => client.query('GRANT INSERT ON rate_limits TO prosaas_app'), test.url);
    expect(lines.filter((line) => line.includes('rate_limits_not_shared'))).toHaveLength(1);
    expect(own.count('a')).toMatchObject({ count: 3 });
    await own.close();
    const other = counts('away', clock);
    other.count('a');
    await other.merge();
    expect(other.look('a').count).toBe(5);
  });
});
