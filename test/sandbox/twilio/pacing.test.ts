import { expect, test } from 'vitest';
import { Mouth } from '../../../sandbox/twilio/mouth.ts';
import { Ticker } from '../../../sandbox/twilio/ticker.ts';

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('a stalled process catches up and does not drift', async () => {
  const ticker = new Ticker(() => performance.now());
  const startedAt = performance.now();
  let slots = 0;
  let late = 0;
  await new Promise<void>((resolve) => {
    const handle = ticker.add((now) => {
      while (startedAt + slots * 20 <= now) slots += 1;
      late = now - (startedAt + (slots - 1) * 20);
      if (slots >= 40) {
        handle.remove();
        resolve();
      }
      return startedAt + slots * 20;
    });
    setTimeout(() => block(150), 100);
    setTimeout(() => block(150), 400);
  });
  expect(slots).toBe(40);
  expect(late).toBeLessThan(20);
  ticker.close();
});

test('a pump is called earlier when something earlier comes up', async () => {
  const ticker = new Ticker(() => performance.now());
  const startedAt = performance.now();
  let calls = 0;
  const second = new Promise<number>((resolve) => {
    const handle = ticker.add((now) => {
      calls += 1;
      if (calls === 2) resolve(now - startedAt);
      return now + 60_000;
    });
    setTimeout(() => handle.wakeAt(performance.now() + 10), 20);
  });
  const took = await second;
  expect(took).toBeGreaterThanOrEqual(25);
  expect(took).toBeLessThan(200);
  ticker.close();
});

test('a pump that was removed is not called again', async () => {
  const ticker = new Ticker(() => performance.now());
  let calls = 0;
  const removed = ticker.add((now) => {
    calls += 1;
    removed.remove();
    return now;
  });
  await new Promise<void>((resolve) => {
    ticker.add((now) => {
      if (calls > 0) resolve();
      return now + 5;
    });
  });
  ticker.close();
  expect(calls).toBe(1);
});

test('the mouth says one thing after the other, a frame a slot, and tells how much was delivered', async () => {
  const mouth = new Mouth();
  const frame = (byte: number) => new Uint8Array(160).fill(byte);
  const first = mouth.say([frame(1), frame(2)], 100);
  const second = mouth.say([frame(3), frame(4), frame(5)], 100);
  const said: (number | null)[] = [];
  const slot = (at: number, deaf = false) =>
    mouth.speak(at, (spoken) => {
      said.push(spoken?.[0] ?? null);
      return !deaf;
    });
  slot(100);
  slot(120, true);
  slot(140);
  second.stop();
  slot(160);
  expect(said).toEqual([1, 2, 3, null]);
  expect([first.startedAt, second.startedAt]).toEqual([100, 140]);
  expect(await first.done).toEqual({ startedAt: 100, endedAt: 140, spoken: 2, delivered: 1 });
  expect(await second.done).toEqual({ startedAt: 140, endedAt: 160, spoken: 1, delivered: 1 });
});
