import { describe, expect, test } from 'vitest';
import type { Playout } from '../../../voice/session/playout.ts';
import {
  EMPTY_PLAYOUT,
  MARK_GRACE_MS,
  complete,
  cut,
  enqueue,
  heardMs,
  isIdle,
  lineEndsAt,
  markHeard,
  pump,
  remainingMs,
  setPaused,
} from '../../../voice/session/playout.ts';

const audio = (ms: number, byte = 1) => new Uint8Array(ms * 8).fill(byte);
const item = (itemId: string) => ({ itemId, responseId: 'r', contentIndex: 0 });

/** A ledger that holds `ms` of one item, complete or not. */
function holding(ms: number, options: { complete?: boolean } = {}): Playout {
  const playout = enqueue(EMPTY_PLAYOUT, item('a'), audio(ms));
  return options.complete === false ? playout : complete(playout, 'a').playout;
}

/** Pumps at each of the times; returns what went out, as [time, ms], and the ledger after. */
function pumpAt(start: Playout, times: readonly number[]) {
  let playout = start;
  const sent: [number, number][] = [];
  const marks: string[] = [];
  for (const at of times) {
    const result = pump(playout, at);
    playout = result.playout;
    for (const message of result.messages) {
      sent.push([at, message.audio.length / 8]);
      marks.push(message.mark);
    }
  }
  return { playout, sent, marks };
}

describe('pacing', () => {
  test('the first message is 40 ms, so that the caller hears the agent at once; the others are 100 ms', () => {
    expect(pumpAt(holding(2000), [0]).sent).toEqual([
      [0, 40],
      [0, 100],
      [0, 100],
    ]);
  });

  test('the lead at the line never goes over 240 ms, and never under 120 ms while there is audio', () => {
    let playout = holding(5000);
    for (let at = 0; at < 4000;) {
      const result = pump(playout, at);
      playout = result.playout;
      const lead = lineEndsAt(playout) - at;
      expect(lead).toBeLessThanOrEqual(240);
      if (result.nextAt === null) break;
      expect(lineEndsAt(playout) - result.nextAt).toBeGreaterThanOrEqual(120);
      at = result.nextAt;
    }
  });

  test('after the line ran dry the next run begins with a short message again', () => {
    const { playout, marks } = pumpAt(holding(100, { complete: false }), [0, 500]);
    const heard = markHeard(playout, marks.at(-1) ?? '', 600).playout;
    expect(pumpAt(enqueue(heard, item('a'), audio(1000)), [900]).sent[0]).toEqual([900, 40]);
  });

  test('a piece shorter than a message waits for more audio while the line has enough, and goes out when it has not', () => {
    const first = pump(holding(170, { complete: false }), 0);
    expect(first.messages.map((message) => message.audio.length / 8)).toEqual([40, 100]);
    expect(first.nextAt).toBe(80);
    expect(pump(first.playout, 80).messages.map((message) => message.audio.length / 8)).toEqual([20]);
  });
});

describe('frames', () => {
  test('a part of a frame waits for the rest of it', () => {
    const { playout, sent } = pumpAt(enqueue(EMPTY_PLAYOUT, item('a'), new Uint8Array(100).fill(7)), [0, 100, 1000]);
    expect(sent).toEqual([]);
    const { messages } = pump(enqueue(playout, item('a'), new Uint8Array(60).fill(7)), 1001);
    expect(messages.map((message) => message.audio.every((byte) => byte === 7))).toEqual([true]);
  });

  test('only at the end of an item a part of a frame is filled up with silence', () => {
    const open = enqueue(EMPTY_PLAYOUT, item('a'), new Uint8Array(200).fill(7));
    const [message] = pump(complete(open, 'a').playout, 0).messages;
    expect(message?.audio.length).toBe(320);
    expect([...(message?.audio ?? [])].filter((byte) => byte === 0xff)).toHaveLength(120);
    expect(message?.audio[199]).toBe(7);
  });

  test('two items never share a message', () => {
    const both = enqueue(complete(enqueue(EMPTY_PLAYOUT, item('a'), audio(30)), 'a').playout, item('b'), audio(300, 2));
    const { messages, started } = pump(both, 0);
    expect(messages.map((message) => [message.audio[0], message.audio.length / 8])).toEqual([
      [1, 40],
      [2, 100],
      [2, 100],
    ]);
    expect(started).toEqual(['a', 'b']);
  });
});

describe('what was heard', () => {
  test('a mark advances it to the end of its message, and between marks it runs with time', () => {
    const { playout, marks } = pumpAt(holding(1000), [1000]);
    expect([1000, 1030, 1100].map((at) => heardMs(playout, 'a', at))).toEqual([0, 30, 100]);
    // The way to the line and back takes 20 ms: a clear sent now arrives as late as the audio before it did.
    const marked = markHeard(playout, marks[0] ?? '', 1060).playout;
    expect([1060, 1100].map((at) => heardMs(marked, 'a', at))).toEqual([60, 100]);
  });

  test('a line that plays late is believed: its mark takes the position back', () => {
    const { playout, marks } = pumpAt(holding(1000), [1000]);
    const first = markHeard(playout, marks[0] ?? '', 1040).playout;
    const late = markHeard(first, marks[1] ?? '', 1200).playout;
    expect([1200, 1230].map((at) => heardMs(late, 'a', at))).toEqual([140, 170]);
  });

  test('it never runs ahead of what was sent, however long no mark comes', () => {
    const { playout } = pumpAt(holding(1000), [0]);
    expect(heardMs(playout, 'a', 60_000)).toBe(240);
  });

  test('silence that filled the last frame up is not heard speech', () => {
    const open = enqueue(EMPTY_PLAYOUT, item('a'), new Uint8Array(200));
    const { playout } = pumpAt(complete(open, 'a').playout, [0]);
    expect(heardMs(playout, 'a', 1000)).toBe(25);
  });

  test('one mark stands for all before it: a lost one is made up for by the next', () => {
    const { playout, marks } = pumpAt(holding(240), [0]);
    const { playout: after, finished } = markHeard(playout, marks[2] ?? '', 240);
    expect(finished.map((done) => done.itemId)).toEqual(['a']);
    expect(isIdle(after)).toBe(true);
  });

  test('an item is finished when it is complete and heard, in whichever order the two come', () => {
    const { playout, marks } = pumpAt(holding(40, { complete: false }), [0]);
    const heard = markHeard(playout, marks[0] ?? '', 40);
    expect(heard.finished).toEqual([]);
    expect(complete(heard.playout, 'a').finished.map((done) => done.itemId)).toEqual(['a']);
  });

  test('a mark nobody sent changes nothing', () => {
    const { playout } = pumpAt(holding(240), [0]);
    expect(markHeard(playout, 'g9-9', 10).playout).toBe(playout);
  });

  test('marks that never come are given up, so that a call does not wait for ever', () => {
    const { playout } = pumpAt(holding(240), [0]);
    expect(pump(playout, 240 + MARK_GRACE_MS - 1).finished).toEqual([]);
    const given = pump(playout, 240 + MARK_GRACE_MS);
    expect(given.finished.map((done) => done.itemId)).toEqual(['a']);
    expect(isIdle(given.playout)).toBe(true);
  });
});

describe('pause', () => {
  test('nothing goes out while paused, what the line holds plays on, and nothing is lost', () => {
    const { playout } = pumpAt(holding(1000), [0]);
    const paused = setPaused(playout, true);
    expect(pump(paused, 500).messages).toEqual([]);
    expect(heardMs(paused, 'a', 500)).toBe(240);
    const resumed = pumpAt(setPaused(paused, false), [500, 600, 700, 800, 900, 1000, 1100, 1200, 1300]);
    expect(resumed.sent[0]).toEqual([500, 40]);
    expect(240 + resumed.sent.reduce((sum, [, ms]) => sum + ms, 0)).toBe(1000);
  });

  test('what remains counts what is queued and what the line still holds', () => {
    const { playout } = pumpAt(holding(1000), [0]);
    expect(remainingMs(playout, 0)).toBe(1000);
    expect(remainingMs(setPaused(playout, true), 500)).toBe(760);
  });
});

describe('a cut', () => {
  test('before anything was heard says 0, so that the item is deleted and not trimmed', () => {
    const { playout } = pumpAt(holding(1000), [0]);
    expect(cut(playout, 0).cuts).toMatchObject([{ itemId: 'a', heardMs: 0, receivedMs: 1000 }]);
  });

  test('in the middle says whole milliseconds heard', () => {
    const { playout } = pumpAt(holding(1000), [0.4]);
    expect(cut(playout, 150.9).cuts).toMatchObject([{ heardMs: 150 }]);
  });

  test('of an item that was just heard to its end cuts nothing', () => {
    const { playout } = pumpAt(holding(240), [0]);
    const { cuts, finished } = cut(playout, 240);
    expect(cuts).toEqual([]);
    expect(finished.map((done) => done.itemId)).toEqual(['a']);
  });

  test('of an item still being generated never trims beyond what was received', () => {
    const { playout } = pumpAt(holding(100, { complete: false }), [0, 60]);
    expect(cut(playout, 9000).cuts).toMatchObject([{ heardMs: 100, receivedMs: 100 }]);
  });

  test('of several items keeps the first words and drops the items behind', () => {
    const queued = enqueue(enqueue(holding(200), item('b'), audio(500)), item('c'), audio(500));
    const { playout } = pumpAt(queued, [0, 100]);
    expect(cut(playout, 150).cuts.map(({ itemId, heardMs: ms }) => [itemId, ms])).toEqual([
      ['a', 150],
      ['b', 0],
      ['c', 0],
    ]);
  });

  test('makes the marks that the line sends back for it stale: they were cleared, not heard', () => {
    const { playout, marks } = pumpAt(holding(1000), [0]);
    const { playout: after } = cut(playout, 50);
    const next = pump(enqueue(after, item('b'), audio(1000)), 60);
    for (const mark of marks) expect(markHeard(next.playout, mark, 61).playout).toBe(next.playout);
    expect(heardMs(next.playout, 'b', 61)).toBe(1);
    expect(marks).not.toContain(next.messages[0]?.mark);
  });
});
