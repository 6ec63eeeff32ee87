import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { fuzz } from './fuzz.ts';
import { percent } from './tally.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

// The same thousand each time; `npm run test:security` sends others, as many as one likes.
test(
  'a thousand inputs of chance at every door: no crash, no 500, nothing told, nothing of another business changed',
  { timeout: 240_000 },
  async () => {
    const { tally, findings } = await fuzz(database, { runs: 1000, seed: 20_260 });
    process.stdout.write(`${tally.lines().join('\n')}\n`);
    expect(findings).toEqual([]);
    expect(tally.total()).toBeGreaterThanOrEqual(900);
    const shut = tally.doors.filter((door) => tally.reached(door) < 0.5);
    expect(shut.map((door) => `${door}: ${percent(tally.reached(door))} let in`)).toEqual([]);
  },
);
