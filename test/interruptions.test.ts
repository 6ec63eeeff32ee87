import { expect, it } from 'vitest';
import { playInterruptions } from '../scripts/scenario/interruptions.ts';

it('a hundred interruptions: the model is told what was heard, takes every word of it, and no call is left open', async () => {
  const figures = await playInterruptions({ count: 100, seed: 7 });
  expect(figures.interruptions).toBeGreaterThanOrEqual(100);
  expect(figures.truncates).toBeGreaterThan(60);
  expect(figures.rejected).toBe(0);
  expect(figures.offMs.p95).toBeLessThanOrEqual(20);
  expect(figures.resumed).toBeGreaterThan(0);
  expect(figures.underruns).toBe(0);
  expect(figures.failedSeeds).toEqual([]);
}, 60_000);
