import { describe, expect, it } from 'vitest';
import { understand } from '../../hebrew/understand.ts';
import { type Expected, readUtterances } from './utterances/read.ts';

/** What is wrong with the reading of one utterance; '' when nothing is. */
function fault({ text, context, agent, ...expected }: Expected): string {
  const found = understand({ text, context, agent, speechMs: 900 });
  const wrong = (['ending', 'confirmation', 'value'] as const).filter(
    (key) => expected[key] !== null && found[key] !== expected[key],
  );
  const said = wrong.map((key) => `${key} ${found[key] ?? '–'}, not ${expected[key] ?? '–'}`);
  return wrong.length === 0 ? '' : `${context}: ${text}: ${said.join('; ')}`;
}

describe.each(['first.txt', 'second.txt', 'third.txt', 'fourth.txt'])('utterances in every context: %s', (file) => {
  const all = readUtterances(file);
  it.each([...new Set(all.map(({ section }) => section))])('%s', (section) => {
    const faults = all.filter((expected) => expected.section === section).map(fault);
    expect(faults.filter((text) => text !== '')).toEqual([]);
  });
});
