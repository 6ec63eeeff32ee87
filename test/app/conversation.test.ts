import { expect, test } from 'vitest';
import type { SideEvent } from '../../domain/calls/index.ts';
import { conversationParts } from '../../app/lists/conversation.ts';

const key = (atMs: number, digit: string): SideEvent => ({ kind: 'dtmf', atMs, digit });
const tool = (atMs: number, name: string): SideEvent => ({ kind: 'tool', atMs, name, failed: false });
const turn = (startedMs: number) => ({ startedMs });

/** Turns as their moment, keys as text, tools by name. */
const read = (turns: readonly { startedMs: number }[], events: readonly SideEvent[]) =>
  conversationParts(turns, events).map((part) => {
    if (part.kind === 'turn') return part.turn.startedMs;
    return part.line.kind === 'keys' ? `${part.line.keys}@${part.line.atMs}` : part.line.name;
  });

test.each([
  ['nothing', [], [], []],
  ['turns alone', [turn(0), turn(9)], [], [0, 9]],
  [
    'keys before, between and after the turns',
    [turn(5), turn(9)],
    [key(1, '1'), key(6, '2'), key(20, '3')],
    ['1@1', 5, '2@6', 9, '3@20'],
  ],
  ['keys one after the other are one line', [turn(0)], [key(2, '1'), key(3, '2'), key(4, '#')], [0, '12#@2']],
  [
    'a turn or a tool parts them',
    [turn(0), turn(3)],
    [key(2, '1'), key(4, '2'), tool(5, 'save'), key(6, '3')],
    [0, '1@2', 3, '2@4', 'save', '3@6'],
  ],
  ['an event of the very moment of a turn stands behind it', [turn(3)], [tool(3, 'save')], [3, 'save']],
  ['events that were written out of order are shown in order', [turn(0)], [key(9, '2'), key(8, '1')], [0, '12@8']],
  [
    'a turn that is told later than one that began after it keeps its place',
    [turn(5), turn(2)],
    [key(3, '1')],
    ['1@3', 5, 2],
  ],
])('%s', (_name, turns, events, parts) => {
  expect(read(turns, events)).toEqual(parts);
});
