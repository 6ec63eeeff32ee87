import { expect, test } from 'vitest';
import { wordDifference } from '../../app/settings/word-difference.server.ts';

const told = (before: string, after: string) =>
  wordDifference(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'added' ? `[+${text}]` : `[-${text}]`))
    .join('');

test.each([
  ['a Hebrew word is one', 'דבר לאט וברור', 'דבר מהר וברור', 'דבר [-לאט][+מהר] וברור'],
  ['a prefix does not break it', 'נציג המרפאה', 'נציג השירות', 'נציג [-המרפאה][+השירות]'],
  ['punctuation is apart', 'שלום, מחיר 200 ₪.', 'שלום! מחיר 250 ₪.', 'שלום[-,][+!] מחיר [-200][+250] ₪.'],
  ['the first version is all new', '', 'שלום', '[+שלום]'],
  ['the same', 'שלום', 'שלום', 'שלום'],
  ['emptied', 'שלום', '', '[-שלום]'],
])('%s', (_, before, after, difference) => {
  expect(told(before, after)).toBe(difference);
});

test('what stayed the same is cut in its middle, what changed never', () => {
  const long = 'מילה '.repeat(1000);
  const parts = wordDifference(`${long}סוף`, `${long}חדש`);
  expect(parts[0]?.text.length).toBeLessThan(400);
  expect(parts[0]?.text).toContain('…');
  expect(parts.slice(1)).toEqual([
    { kind: 'removed', text: 'סוף' },
    { kind: 'added', text: 'חדש' },
  ]);
});
