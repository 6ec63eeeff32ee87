import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { readSettings, settingsRegistry, updateSettings } from '../../../domain/settings/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness } from '../fixtures.ts';
import { exampleSources } from './example-sources.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const registry = settingsRegistry(exampleSources);

it('begins with the defaults of the registry', async () => {
  const { businessId } = await aBusiness(test.db);
  expect(await readSettings(test.db, businessId, registry)).toEqual(registry.defaults);
});

it('changes the named settings and no others, and answers with all of them', async () => {
  const { businessId } = await aBusiness(test.db);
  const url = 'https://hooks.monday.example/abc';
  const first = await updateSettings(test.db, businessId, { monday_webhook_url: url, example_level: 3 }, registry, {
    actor: TEST_ACTOR,
  });
  expect(first).toEqual({ ...registry.defaults, monday_webhook_url: url, example_level: 3 });
  await updateSettings(test.db, businessId, { required_lead_fields: ['name'], bot_speaks_first: true }, registry, {
    actor: TEST_ACTOR,
  });
  const second = await updateSettings(test.db, businessId, { monday_webhook_url: '' }, registry, { actor: TEST_ACTOR });
  const expected = { ...registry.defaults, example_level: 3, required_lead_fields: ['name'], bot_speaks_first: true };
  expect(second).toEqual(expected);
  expect(await readSettings(test.db, businessId, registry)).toEqual(expected);
});

it('loses none of the changes that arrive at the same time', async () => {
  const { businessId } = await aBusiness(test.db);
  const keys = [
    { bot_speaks_first: true },
    { auto_end_on_goodbye: true },
    { greeting_message: 'שלום, הגעתם לעסק' },
    { example_level: 5 },
    { max_call_sec: 600 },
    { silence_ends_call: true },
  ];
  await Promise.all(keys.map((patch) => updateSettings(test.db, businessId, patch, registry, { actor: TEST_ACTOR })));
  expect(await readSettings(test.db, businessId, registry)).toEqual(Object.assign({ ...registry.defaults }, ...keys));
});

it('changes nothing when one key is wrong', async () => {
  const { businessId } = await aBusiness(test.db);
  const patch = { bot_speaks_first: true, max_call_sec: 'long', nonsense: 1 };
  await expect(updateSettings(test.db, businessId, patch, registry, { actor: TEST_ACTOR })).rejects.toMatchObject({
    code: 'unknown_field',
    permanent: true,
    details: { fields: { max_call_sec: 'יש להזין מספר', nonsense: 'שדה לא מוכר' } },
  });
  expect(await readSettings(test.db, businessId, registry)).toEqual(registry.defaults);
});

it('keeps the limits from everybody but who may change them', async () => {
  const { businessId } = await aBusiness(test.db, { maxTotalCalls: 7 });
  const change = { max_total_calls: 70 };
  await expect(updateSettings(test.db, businessId, change, registry, { actor: TEST_ACTOR })).rejects.toMatchObject({
    code: 'validation_failed',
  });
  // A client that sends back all it has read.
  const all = await readSettings(test.db, businessId, registry);
  expect(
    await updateSettings(test.db, businessId, { ...all, silence_reprompt_sec: 7 }, registry, { actor: TEST_ACTOR }),
  ).toEqual({
    ...all,
    silence_reprompt_sec: 7,
  });
  const changed = await updateSettings(test.db, businessId, change, registry, {
    role: 'system_admin',
    actor: TEST_ACTOR,
  });
  expect(changed).toMatchObject({ max_total_calls: 70 });
});

it('knows no settings of a business that is not there', async () => {
  await expect(readSettings(test.db, randomUUID(), registry)).rejects.toMatchObject({ code: 'business_not_found' });
});
