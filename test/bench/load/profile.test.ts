import { expect, test } from 'vitest';
import { hottestFunctions } from '../../../bench/load/profile.ts';

const node = (id: number, functionName: string, url = '', lineNumber = -1) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

test('the hottest functions are those that took most time themselves, idling not counted', () => {
  const profile = {
    nodes: [
      node(1, '(root)'),
      node(2, '(idle)'),
      node(3, 'writev'),
      node(4, 'read', 'file:///srv/app/build/web.js', 9),
      // Called from two places, it is still one function.
      node(5, 'read', 'file:///srv/app/build/web.js', 9),
      node(6, '', 'file:///srv/app/node_modules/ws/lib/sender.js', 0),
    ],
    samples: [2, 3, 4, 5, 6, 3],
    timeDeltas: [5000, 200, 300, 200, 100, 200],
  };
  expect(hottestFunctions(profile, 2)).toEqual([
    { name: 'read', place: 'build/web.js:10', share: 0.5 },
    { name: 'writev', place: '', share: 0.4 },
  ]);
  expect(hottestFunctions(profile, 10).at(-1)).toEqual({
    name: '(anonymous)',
    place: 'node_modules/ws/lib/sender.js:1',
    share: 0.1,
  });
});

test('a process that did nothing has no hottest function', () => {
  expect(hottestFunctions({ nodes: [node(2, '(idle)')], samples: [2], timeDeltas: [5] }, 10)).toEqual([]);
});
