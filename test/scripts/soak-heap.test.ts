import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type HeapFigures, heapFaults, measureHeap } from '../../scripts/soak-heap/measure.ts';
import { parseScript } from '../../sandbox/script/parse.ts';

const SCRIPT = parseScript(`
title: שיחה קצרה
conversation:
  - caller: עד מתי אתם פתוחים?
  - agent: עד שבע בערב.
  - hang_up: true
`);

describe('the heap soak', () => {
  it('plays whole calls of which nothing stays open', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const figures = await measureHeap({ scripts: [SCRIPT], calls: 10, collect });
    expect(figures).toMatchObject({ calls: 10, handlesLeft: 0, leftByCalls: [] });
    expect(figures.callSeconds).toBeGreaterThan(20);
  });

  it('says what must not be: a heap that grows, handles, listeners, and what a call left', () => {
    const sound: HeapFigures = {
      calls: 2000,
      heapBytes: { start: 1, middle: 2, end: 3 },
      bytesPerCall: 1023,
      handlesLeft: 0,
      listenersLeft: 0,
      leftByCalls: [],
      callSeconds: 1,
      tookMs: 1,
    };
    expect(heapFaults(sound)).toEqual([]);
    expect(
      heapFaults({ ...sound, bytesPerCall: 1024, handlesLeft: 1, listenersLeft: 2, leftByCalls: ['1 timer(s)'] }),
    ).toEqual([
      'the heap grows by 1024 bytes a call',
      '1 handles are left open',
      '2 listeners are left on the process',
      'a call left 1 timer(s)',
    ]);
  });
});
