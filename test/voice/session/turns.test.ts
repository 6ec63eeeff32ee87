import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Turn,
  changedRecords,
  heardWords,
  insertTurn,
  lastHeardAgentTurn,
  recordsOf,
  removeTurn,
  updateTurn,
} from '../../../voice/session/turns.ts';

const turn = (itemId: string, rest: Partial<Turn> = {}): Turn => ({
  itemId,
  speaker: 'caller',
  text: itemId,
  interrupted: false,
  startedMs: 0,
  endedMs: null,
  settled: true,
  provenSpeechMs: 0,
  answers: null,
  memory: 'audio',
  ...rest,
});
const ids = (turns: readonly Turn[]) => turns.map(({ itemId }) => itemId);

describe('the order of the conversation', () => {
  test('is that of the items, not that in which their events came', () => {
    let turns: readonly Turn[] = [turn('c1')];
    turns = insertTurn(turns, turn('a1', { speaker: 'agent' }), null);
    turns = insertTurn(turns, turn('c2'), 'c1');
    expect(ids(turns)).toEqual(['c1', 'c2', 'a1']);
  });

  test('puts an item at the end when the one before it is unknown, as that of a tool call is', () => {
    expect(ids(insertTurn([turn('c1'), turn('a1')], turn('c2'), 'tool_1'))).toEqual(['c1', 'a1', 'c2']);
  });

  test('knows an item once: announced again it stays as it is', () => {
    const turns = [turn('c1', { text: 'שלום' })];
    expect(insertTurn(turns, turn('c1', { text: '' }), null)).toBe(turns);
  });
});

describe('the words that were heard', () => {
  const text = 'אחת שתיים שלוש ארבע';

  test.for([
    [0, ''],
    [100, ''],
    [160, 'אחת'],
    [500, 'אחת שתיים'],
    [999, 'אחת שתיים שלוש'],
    [1000, text],
    [5000, text],
  ] as const)('of %i ms out of 1000', ([heardMs, words]) => {
    expect(heardWords(text, heardMs, 1000)).toBe(words);
  });

  test('are none of a text whose audio never came', () => {
    expect(heardWords(text, 100, 0)).toBe('');
  });

  test('are always whole words from the beginning, and never fewer when more was heard', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[א-ת]{1,8}$/u)), fc.nat(1000), fc.nat(1000), (words, one, other) => {
        const whole = words.join(' ');
        const less = heardWords(whole, Math.min(one, other), 1000);
        const more = heardWords(whole, Math.max(one, other), 1000);
        expect(more.startsWith(less)).toBe(true);
        expect(`${whole} `.startsWith(less === '' ? '' : `${less} `)).toBe(true);
      }),
    );
  });
});

describe('what is written down', () => {
  test('an agent turn counts only once its playout ended, a caller turn from its commit', () => {
    const turns = [
      turn('c1', { text: '', settled: false }),
      turn('a1', { speaker: 'agent', settled: false }),
      turn('a2', { speaker: 'agent', startedMs: null }),
      turn('a3', { speaker: 'agent' }),
    ];
    expect(recordsOf(turns).map(({ itemId, position }) => [itemId, position])).toEqual([
      ['c1', 0],
      ['a3', 3],
    ]);
  });

  test('only what changed is written again', () => {
    const before = [turn('c1'), turn('c2', { text: '' })];
    expect(changedRecords(before, before)).toEqual([]);
    expect(changedRecords(before, updateTurn(before, 'c2', { text: 'כן' }))).toMatchObject([
      { itemId: 'c2', text: 'כן' },
    ]);
    expect(changedRecords(before, updateTurn(before, 'c2', { provenSpeechMs: 5 }))).toEqual([]);
  });

  test('an item that comes in between moves those behind it, which are written again', () => {
    const before = [turn('c1'), turn('c3')];
    const after = insertTurn(before, turn('c2'), 'c1');
    expect(changedRecords(before, after).map(({ itemId, position }) => [itemId, position])).toEqual([
      ['c2', 1],
      ['c3', 2],
    ]);
  });

  test('times are whole milliseconds', () => {
    expect(recordsOf([turn('c1', { startedMs: 10.6, endedMs: 20.4 })])).toMatchObject([{ startedMs: 11, endedMs: 20 }]);
  });
});

test('what the caller answers is the last agent turn of which they heard something', () => {
  const turns = [
    turn('a1', { speaker: 'agent', text: 'מה שמך?' }),
    turn('c1'),
    turn('a2', { speaker: 'agent', text: '' }),
    turn('a3', { speaker: 'agent', text: 'עוד', settled: false }),
  ];
  expect(lastHeardAgentTurn(turns)?.itemId).toBe('a1');
  expect(lastHeardAgentTurn(removeTurn(turns, 'a1'))).toBeNull();
});
