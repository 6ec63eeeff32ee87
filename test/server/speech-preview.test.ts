import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepRendered } from '../../domain/speech/index.ts';
import { createLog } from '../../platform/log.ts';
import { speechPreview } from '../../server/speech-preview.ts';
import { RenderError } from '../../voice/model/openai/render.ts';
import { aBusiness } from '../domain/fixtures.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

/** A preview whose renderings are written down. */
function rig(fails = false) {
  const rendered: string[] = [];
  const hear = speechPreview({
    db: test.db,
    log: createLog({ level: 'silent' }),
    appSecret: 'x',
    render: async (text, voice) => {
      rendered.push(`${voice}: ${text}`);
      if (fails) throw new RenderError('model_error', 'quota', true);
      return { audio: Uint8Array.of(1), durationMs: 1 };
    },
  });
  return { hear, rendered };
}

it('what was rendered for the calls is heard as it sounds there', async () => {
  const { businessId } = await aBusiness(test.db);
  await keepRendered(test.db, businessId, 'ash', { text: 'שלום', audio: Uint8Array.of(7, 8), durationMs: 1 });
  const { hear, rendered } = rig();
  expect([...(await hear(businessId, 'שלום', 'ash'))]).toEqual([7, 8]);
  expect(rendered).toEqual([]);
  // Another business's sound is none of theirs, and another voice another sound.
  const other = await aBusiness(test.db);
  expect([...(await hear(other.businessId, 'שלום', 'ash'))]).toEqual([1]);
  expect([...(await hear(businessId, 'שלום', 'marin'))]).toEqual([1]);
});

it('whoever asks for the same at the same time, or again, shares one rendering', async () => {
  const { businessId } = await aBusiness(test.db);
  const { hear, rendered } = rig();
  await Promise.all([hear(businessId, 'א', 'ash'), hear(businessId, 'א', 'ash')]);
  await hear(businessId, 'א', 'ash');
  expect(rendered).toEqual(['ash: א']);
});

it('a failure is told by its code, and tried anew the next time', async () => {
  const { businessId } = await aBusiness(test.db);
  const { hear, rendered } = rig(true);
  for (let index = 0; index < 2; index++) {
    await expect(hear(businessId, 'א', 'ash')).rejects.toMatchObject({ code: 'speech_preview_failed' });
  }
  expect(rendered).toHaveLength(2);
});

it('a business renders only so much in a while', async () => {
  const { businessId } = await aBusiness(test.db);
  const { hear, rendered } = rig();
  const asked = await Promise.allSettled(Array.from({ length: 25 }, (_, index) => hear(businessId, `${index}`, 'ash')));
  expect(rendered).toHaveLength(20);
  expect(asked.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  const other = await aBusiness(test.db);
  await expect(hear(other.businessId, 'א', 'ash')).resolves.toBeDefined();
});
