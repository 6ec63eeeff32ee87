import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandActor } from '../../../domain/audit/index.ts';
import { listPromptVersions, promptTexts, restorePrompt } from '../../../domain/prompts/index.ts';
import { readSettings, settingsRegistry, updateSettings } from '../../../domain/settings/index.ts';
import { testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness } from '../fixtures.ts';
import { exampleSources } from '../settings/example-sources.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const registry = settingsRegistry(exampleSources);
const save = (businessId: string, patch: Record<string, unknown>, name = 'dana') =>
  updateSettings(test.db, businessId, patch, registry, { actor: commandActor(name) });

it('every change of a prompt is a version of its channel, and nothing else is', async () => {
  const { businessId } = await aBusiness(test.db);
  await save(businessId, { prompt: 'אחת', whatsapp_prompt: 'כתבו בקצרה' });
  await save(businessId, { prompt: 'אחת', greeting_message: 'שלום' });
  await save(businessId, { prompt: 'שתיים' }, 'yossi');
  const { versions, more } = await listPromptVersions(test.db, businessId, 'calls');
  expect(versions.map(({ number, by, note }) => ({ number, by, note }))).toEqual([
    { number: 2, by: 'yossi', note: null },
    { number: 1, by: 'dana', note: null },
  ]);
  expect(more).toBe(false);
  expect((await listPromptVersions(test.db, businessId, 'whatsapp')).versions).toHaveLength(1);
  expect((await listPromptVersions(test.db, businessId, 'outbound_calls')).versions).toEqual([]);
  expect(await promptTexts(test.db, businessId, 'calls', 2)).toEqual({ before: 'אחת', text: 'שתיים' });
  expect(await promptTexts(test.db, businessId, 'calls', 1)).toEqual({ before: '', text: 'אחת' });
  expect(await promptTexts(test.db, businessId, 'calls', 3)).toBeNull();
});

it('changes that arrive together get numbers of their own, and those refused leave no version', async () => {
  const { businessId } = await aBusiness(test.db);
  await Promise.allSettled([
    ...[1, 2, 3, 4, 5].map((index) => save(businessId, { prompt: `גרסה ${index}` })),
    save(businessId, { prompt: 'לא', max_call_sec: 'הרבה' }),
  ]);
  const { versions } = await listPromptVersions(test.db, businessId, 'calls');
  expect(versions.map(({ number }) => number)).toEqual([5, 4, 3, 2, 1]);
  const newest = await promptTexts(test.db, businessId, 'calls', 5);
  expect((await readSettings(test.db, businessId))['prompt']).toBe(newest?.text);
});

it('a version restored is a new one that says where it came from', async () => {
  const { businessId } = await aBusiness(test.db);
  for (const prompt of ['טוב', 'רע', 'רע מאוד']) await save(businessId, { prompt });
  const wish = { channel: 'calls', number: 1, newest: 3, actor: commandActor('yossi') } as const;
  await restorePrompt(test.db, businessId, registry, wish);
  expect((await readSettings(test.db, businessId))['prompt']).toBe('טוב');
  const { versions } = await listPromptVersions(test.db, businessId, 'calls');
  expect(versions[0]).toMatchObject({ number: 4, by: 'yossi', note: 'שוחזר מגרסה 1' });

  // Somebody saved since the list was read: theirs is not lost unread.
  await expect(restorePrompt(test.db, businessId, registry, wish)).rejects.toMatchObject({ code: 'prompt_changed' });
  await expect(restorePrompt(test.db, businessId, registry, { ...wish, number: 9, newest: 4 })).rejects.toMatchObject({
    code: 'prompt_version_not_found',
  });
  const other = await aBusiness(test.db);
  await expect(restorePrompt(test.db, other.businessId, registry, wish)).rejects.toMatchObject({
    code: 'prompt_version_not_found',
  });
});

it('the list is read page by page', async () => {
  const { businessId } = await aBusiness(test.db);
  for (let index = 0; index < 22; index++) await save(businessId, { prompt: `גרסה ${index}` });
  const first = await listPromptVersions(test.db, businessId, 'calls');
  expect([first.versions.length, first.more]).toEqual([20, true]);
  const second = await listPromptVersions(test.db, businessId, 'calls', first.versions.at(-1)?.number);
  expect(second.versions.map(({ number }) => number)).toEqual([2, 1]);
});
