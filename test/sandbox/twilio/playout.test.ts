import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stamp } from '../../../sandbox/audio/watermark.ts';
import { PlayoutLedger } from '../../../sandbox/twilio/ledger.ts';
import { Playout, type PlayoutOutput } from '../../../sandbox/twilio/playout.ts';

/** Frames `from`–`to` (exclusive) of a line, as one block of audio. */
function speech(line: number, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * 160).fill(0x55);
  for (let frame = from; frame < to; frame++)
    stamp(bytes.subarray((frame - from) * 160, (frame - from + 1) * 160), { line, frame });
  return bytes;
}

function rig() {
  const ledger = new PlayoutLedger();
  return { ledger, playout: new Playout(ledger) };
}

const marks = (output: PlayoutOutput[]) =>
  output.flatMap((event) => (event.kind === 'mark' ? [{ name: event.name, at: event.at, heard: event.heard }] : []));

describe('playing', () => {
  test('a minute that arrives at once is played in a minute', () => {
    const { ledger, playout } = rig();
    playout.push(speech(1, 0, 3000), 1000);
    playout.advance(31_000);
    expect(ledger.playedMsOf(1)).toBe(30_000);
    expect(playout.bufferedMs(31_000)).toBe(30_000);
    playout.advance(61_000);
    expect(ledger.audible()).toEqual([{ from: 1000, to: 61_000 }]);
    expect(playout.nextDue()).toBeNull();
  });

  test('each frame becomes audible when the one before it ends', () => {
    const { playout } = rig();
    const output = [...playout.push(speech(4, 0, 3), 10), ...playout.advance(100)];
    expect(
      output.map((event) => [event.kind, event.at, event.kind === 'frame' ? event.watermark?.frame : null]),
    ).toEqual([
      ['frame', 10, 0],
      ['frame', 30, 1],
      ['frame', 50, 2],
    ]);
  });

  test('pieces of any size play as the frames they were cut from', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const { ledger, playout } = rig();
        const audio = speech(7, 0, 40);
        let offset = 0;
        for (const size of [...sizes, audio.length]) {
          playout.push(audio.subarray(offset, offset + size), 0);
          offset = Math.min(audio.length, offset + size);
        }
        playout.advance(10_000);
        expect(ledger.audible()).toEqual([{ from: 0, to: 800 }]);
        // The first piece starts at once, so a frame that came in crumbs may stay unread; nothing else may.
        expect(ledger.playedMsOf(7)).toBeGreaterThanOrEqual(780);
        expect(ledger.underruns).toEqual([]);
      }),
    );
  });

  test('a line that begins after a short tail is still recognised', () => {
    const { ledger, playout } = rig();
    playout.push(speech(1, 0, 2).subarray(0, 250), 0);
    playout.push(speech(2, 0, 3), 5);
    playout.advance(1000);
    expect(ledger.framesOf(2)).toEqual([0, 1, 2]);
    expect(ledger.audibleMs()).toBeCloseTo(250 / 8 + 60);
  });

  test('audio that arrives in time leaves no gap, audio that comes late is an underrun', () => {
    const { ledger, playout } = rig();
    playout.push(speech(1, 0, 2), 0);
    playout.push(speech(1, 2, 4), 39);
    playout.push(speech(1, 4, 6), 110);
    playout.advance(1000);
    expect(ledger.underruns).toEqual([{ at: 80, gapMs: 30, line: 1 }]);
    expect(ledger.audible()).toEqual([
      { from: 0, to: 80 },
      { from: 110, to: 150 },
    ]);
  });

  test('a pause between two lines is no underrun', () => {
    const { ledger, playout } = rig();
    playout.push(speech(1, 0, 2), 0);
    playout.push(speech(2, 0, 2), 90);
    playout.advance(1000);
    expect(ledger.underruns).toEqual([]);
    expect(ledger.lines()).toEqual([1, 2]);
  });

  test('silence bytes are played but not audible', () => {
    const { ledger, playout } = rig();
    playout.push(new Uint8Array(320).fill(0xff), 0);
    playout.push(speech(1, 0, 1), 0);
    playout.advance(1000);
    expect(ledger.audible()).toEqual([{ from: 40, to: 60 }]);
    expect(ledger.frames().map((frame) => frame.silent)).toEqual([true, true, false]);
  });
});

describe('marks', () => {
  test('a mark comes back at once when nothing is buffered', () => {
    const { playout } = rig();
    expect(marks(playout.mark('m', 5))).toEqual([{ name: 'm', at: 5, heard: true }]);
  });

  test('a mark comes back when the audio before it was played, not when it was sent', () => {
    const { playout } = rig();
    playout.push(speech(1, 0, 5), 0);
    expect(marks(playout.mark('a', 1))).toEqual([]);
    playout.push(speech(1, 5, 7), 2);
    playout.mark('b', 2);
    expect(marks(playout.advance(99.9))).toEqual([]);
    expect(marks(playout.advance(500))).toEqual([
      { name: 'a', at: 100, heard: true },
      { name: 'b', at: 140, heard: true },
    ]);
  });

  test('a mark inside a frame does not hide whose frame it is', () => {
    const { ledger, playout } = rig();
    const audio = speech(3, 0, 5);
    playout.push(audio.subarray(0, 400), 0);
    playout.mark('half', 0);
    playout.push(audio.subarray(400), 0);
    expect(marks(playout.advance(1000))).toEqual([{ name: 'half', at: 50, heard: true }]);
    expect(ledger.playedMsOf(3)).toBe(100);
    expect(ledger.framesOf(3)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('clear', () => {
  test('cuts within the frame, sends the pending marks back as not heard, and says what was lost', () => {
    const { ledger, playout } = rig();
    playout.push(speech(1, 0, 10), 0);
    playout.mark('first', 0);
    playout.push(speech(2, 0, 5), 0);
    playout.mark('second', 0);
    expect(marks(playout.clear(50))).toEqual([
      { name: 'first', at: 50, heard: false },
      { name: 'second', at: 50, heard: false },
    ]);
    expect(ledger.playedMsOf(1)).toBe(50);
    expect(ledger.dropped).toEqual([
      {
        at: 50,
        reason: 'clear',
        ms: 250,
        lines: new Map([
          [1, 150],
          [2, 100],
        ]),
        marks: ['first', 'second'],
      },
    ]);
    expect(playout.advance(5000)).toEqual([]);
    expect(ledger.audible()).toEqual([{ from: 0, to: 50 }]);
  });

  test('a mark that came back before the clear does not come back again', () => {
    const { playout } = rig();
    playout.push(speech(1, 0, 1), 0);
    playout.mark('m', 0);
    expect(marks(playout.clear(30))).toEqual([{ name: 'm', at: 20, heard: true }]);
  });

  test('what is sent after a clear plays at once, and going on with the line is no underrun', () => {
    const { ledger, playout } = rig();
    playout.push(speech(1, 0, 10), 0);
    playout.clear(60);
    playout.push(speech(1, 3, 6), 500);
    playout.advance(2000);
    expect(ledger.framesOf(1)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(ledger.underruns).toEqual([]);
    expect(ledger.audible()).toEqual([
      { from: 0, to: 60 },
      { from: 500, to: 560 },
    ]);
  });

  test('the end of the stream drops the rest without sending marks', () => {
    const { ledger, playout } = rig();
    playout.push(speech(1, 0, 10), 0);
    playout.mark('never', 0);
    expect(marks(playout.stop(100))).toEqual([]);
    expect(ledger.dropped).toMatchObject([{ reason: 'stream_closed', ms: 100, marks: ['never'] }]);
  });
});

test('audible time is cut to the asked window', () => {
  const { ledger, playout } = rig();
  playout.push(speech(1, 0, 10), 100);
  playout.advance(1000);
  expect(ledger.audible(150, 200)).toEqual([{ from: 150, to: 200 }]);
  expect(ledger.audibleMs(0, 130)).toBe(30);
});
