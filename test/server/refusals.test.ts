import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedCounts } from '../../domain/rate-limits/index.ts';
import { openDatabase, type Database } from '../../platform/db/index.ts';
import { createLog } from '../../platform/log.ts';
import { countRefusals, REFUSALS_LIMIT } from '../../server/refusals.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';

let test: TestDatabase;
let elsewhere: Database;
beforeAll(async () => {
  test = await testDatabase();
  elsewhere = await openDatabase({ url: test.url, maxConnections: 2 });
});
afterAll(async () => {
  await elsewhere.close();
  await test.close();
});

/** The count of one web process. */
function aProcess(db: Database) {
  const log = createLog({ level: 'silent' });
  const counts = new SharedCounts({ db, log, appSecret: 'secret', what: 'refused-at-door', limit: REFUSALS_LIMIT });
  return { counts, ...countRefusals(counts) };
}

const from = (address: string) => ({ headers: {}, socket: { remoteAddress: address } }) as IncomingMessage;

describe('refusals', () => {
  it('of an address are counted by all web processes together, and past a restart', async () => {
    const [one, other] = [aProcess(test.db), aProcess(elsewhere)];
    const stranger = from('203.0.113.7');
    const half = REFUSALS_LIMIT.limit / 2;
    for (let n = 0; n < half; n++) {
      expect(one.refusedTooOften(stranger)).toBe(false);
      expect(other.refusedTooOften(stranger)).toBe(false);
    }
    await one.counts.merge();
    await other.counts.merge();
    // Sixty together; each of the two has counted thirty itself.
    other.refusedTooOften(stranger);
    await other.counts.merge();
    expect(other.refusedTooOften(stranger)).toBe(true);
    expect(other.refusedTooOften(from('203.0.113.8'))).toBe(false);
    await one.counts.close();
    await other.counts.close();
    const restarted = aProcess(test.db);
    restarted.refusedTooOften(stranger);
    await restarted.counts.merge();
    expect(restarted.refusedTooOften(stranger)).toBe(true);
    await restarted.counts.close();
  });

  it('of IPv6 are counted for a whole /56', () => {
    const { refusedTooOften } = aProcess(test.db);
    for (let n = 0; n < REFUSALS_LIMIT.limit; n++) refusedTooOften(from(`2001:db8:0:1::${n + 1}`));
    expect(refusedTooOften(from('2001:db8:0:2::1'))).toBe(true);
    expect(refusedTooOften(from('2001:db8:1::1'))).toBe(false);
  });

  it('are said without waiting for the database', () => {
    const never = { withIdentity: () => new Promise(() => {}) } as unknown as Database;
    const { refusedTooOften } = aProcess(never);
    const answers = Array.from({ length: 61 }, () => refusedTooOften(from('203.0.113.9')));
    expect(answers.filter(Boolean)).toEqual([true]);
  });
});
