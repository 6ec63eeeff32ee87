import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../../platform/db/index.ts';
import { aBusiness } from '../../domain/fixtures.ts';
import { cuttableLine } from '../../helpers/cuttable-line.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

it(
  'a client cut off in a transaction is told so in half a minute, keeps no row from the others, and works again',
  { timeout: 90_000 },
  async () => {
    const { businessId } = await aBusiness(test.db);
    const line = await cuttableLine(test.url);
    const db = await openDatabase({ url: line.url, maxConnections: 1 });
    const rename = (of: typeof db, name: string) =>
      of.withBusiness(businessId, (tx) => tx.business.update({ where: { id: businessId }, data: { name } }));
    try {
      const begunAt = performance.now();
      const lost = db.withBusiness(businessId, async (tx) => {
        await tx.business.update({ where: { id: businessId }, data: { name: 'לא הגיע' } });
        line.cut();
        await tx.business.count();
      });
      const outcome = lost.then(
        () => 'done',
        () => 'failed',
      );
      // Its lock is let go by the server itself, while the client is still away.
      let waited = 0;
      for (;;) {
        const done = await rename(test.db, 'שם חדש').then(
          () => true,
          () => false,
        );
        waited = performance.now() - begunAt;
        if (done || waited > 60_000) break;
      }
      expect(waited).toBeLessThan(40_000);
      expect(await outcome).toBe('failed');
      expect(performance.now() - begunAt).toBeLessThan(45_000);

      line.mend();
      await rename(db, 'שוב כאן');
      const [row] = await test.db.withBusiness(businessId, (tx) => tx.business.findMany());
      expect(row?.name).toBe('שוב כאן');
    } finally {
      line.mend();
      await db.close();
      await line.close();
    }
  },
);
