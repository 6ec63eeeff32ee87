import { describe, expect, test } from 'vitest';
import { plugins } from '../../../plugins/index.ts';
import { readApology } from '../../../voice/audio/apology.ts';
import { readLastResort } from '../../../voice/audio/last-resort.ts';
import { bytesToMs, rmsLevel } from '../../../voice/audio/mulaw.ts';
import { ENGINE_TEXTS } from '../../../voice/lines.ts';

const recordings = await readLastResort();

describe('the recordings of last resort', () => {
  test.each(ENGINE_TEXTS)('there is one of «%s»', (text) => {
    expect(recordings.get(text)?.text).toBe(text);
  });

  test('there is one of every sentence of the silence plugin', () => {
    const silence = plugins.find(({ name }) => name === 'silence');
    const texts = silence?.lines?.({ silence_ends_call: true }, { businessId: 'b', businessName: 'n' }) ?? [];
    expect(texts).toHaveLength(2);
    expect([...recordings.keys()]).toEqual(expect.arrayContaining([...texts]));
  });

  test.each([...recordings.values()].map(({ text, audio }) => [text, audio] as const))(
    '«%s» is speech of a plausible length, not silence',
    (text, audio) => {
      const perLetter = bytesToMs(audio.length) / text.replace(/[^\p{L}]/gu, '').length;
      expect(perLetter).toBeGreaterThan(60);
      expect(perLetter).toBeLessThan(220);
      expect(rmsLevel(audio)).toBeGreaterThan(1000);
    },
  );

  test('the apology is one of them', async () => {
    expect(recordings.get((await readApology()).text)?.audio.length).toBe((await readApology()).audio.length);
  });
});
