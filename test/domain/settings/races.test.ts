import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandActor } from '../../../domain/audit/index.ts';
import {
  fingerprint,
  fingerprints,
  readSettings,
  settingsRegistry,
  SettingsConflict,
  updateSettings,
} from '../../../domain/settings/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness } from '../fixtures.ts';
import { exampleSources } from './example-sources.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const registry = settingsRegistry(exampleSources);
const KEYS = ['greeting_message', 'bot_speaks_first', 'required_lead_fields', 'prompt'];

/** Somebody who opened the settings and will save them as a whole, with what they changed. */
async function opened(businessId: string, name: string) {
  const before = await readSettings(test.db, businessId, registry);
  const shown = Object.fromEntries(KEYS.map((key) => [key, before[key]]));
  const seen = fingerprints(before, KEYS);
  return (changed: Record<string, unknown>) =>
    updateSettings(test.db, businessId, { ...shown, ...changed }, registry, { actor: commandActor(name), seen });
}

it('two people who change different settings of one form both keep their change', async () => {
  const { businessId } = await aBusiness(test.db);
  const [dana, yossi] = [await opened(businessId, 'dana'), await opened(businessId, 'yossi')];
  await Promise.all([dana({ greeting_message: 'שלום' }), yossi({ bot_speaks_first: true })]);
  expect(await readSettings(test.db, businessId, registry)).toMatchObject({
    greeting_message: 'שלום',
    bot_speaks_first: true,
  });
});

it('who loses a race over one setting is told which, what was saved, by whom and when, and nothing is changed', async () => {
  const { businessId } = await aBusiness(test.db);
  const [dana, yossi] = [await opened(businessId, 'dana'), await opened(businessId, 'yossi')];
  const begun = Date.now();
  await dana({ greeting_message: 'של דנה', required_lead_fields: ['name'] });
  const lost = await yossi({ greeting_message: 'של יוסי', bot_speaks_first: true }).catch((error: unknown) => error);
  expect(lost).toBeInstanceOf(SettingsConflict);
  const { conflicts } = lost as SettingsConflict;
  expect(conflicts).toEqual([
    { key: 'greeting_message', saved: 'של דנה', by: { name: 'dana', at: expect.any(Date) as Date } },
  ]);
  expect(conflicts[0]?.by?.at.getTime()).toBeGreaterThanOrEqual(begun - 1);
  expect(await readSettings(test.db, businessId, registry)).toMatchObject({
    greeting_message: 'של דנה',
    bot_speaks_first: false,
  });
});

it('of two who save the same setting at the same moment exactly one wins', async () => {
  const { businessId } = await aBusiness(test.db);
  const people = await Promise.all(['a', 'b', 'c', 'd'].map((name) => opened(businessId, name)));
  const saves = await Promise.allSettled(people.map((save, index) => save({ greeting_message: `הודעה ${index}` })));
  expect(saves.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
});

it('two who want the same are both content', async () => {
  const { businessId } = await aBusiness(test.db);
  const [dana, yossi] = [await opened(businessId, 'dana'), await opened(businessId, 'yossi')];
  await dana({ greeting_message: 'שלום' });
  await expect(yossi({ greeting_message: 'שלום' })).resolves.toMatchObject({ greeting_message: 'שלום' });
});

it('a precondition is held against what stands there when nobody else can change it any more', async () => {
  const { businessId } = await aBusiness(test.db);
  const before = fingerprint(await readSettings(test.db, businessId, registry));
  const save = (greeting_message: string) =>
    updateSettings(test.db, businessId, { greeting_message }, registry, {
      actor: commandActor('api'),
      precondition: (current) => fingerprint(current) === before,
    });
  const saves = await Promise.allSettled([save('ראשון'), save('שני')]);
  expect(saves.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(saves.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'precondition_failed' } });
});

it('a fingerprint does not depend on the order of keys, and tells every other difference', () => {
  expect(fingerprint({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(fingerprint({ b: [{ d: 3, c: 2 }], a: 1 }));
  const others = [null, '', '1', 1, [], ['a', 'b'], ['b', 'a'], {}, { a: null }, false, undefined];
  expect(new Set(others.map(fingerprint)).size).toBe(others.length);
});
