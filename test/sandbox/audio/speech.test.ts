import { describe, expect, it } from 'vitest';
import { decodeMulaw, encodeMulaw, levelDb } from '../../../sandbox/audio/mulaw.ts';
import { NOISE_KINDS, noise } from '../../../sandbox/audio/noise.ts';
import { speechFrames } from '../../../sandbox/audio/speech.ts';
import { frameCount, wordSpans, wordsUpTo } from '../../../sandbox/audio/timing.ts';
import { read } from '../../../sandbox/audio/watermark.ts';

const LINE = 'שלום, הגעתם למרפאת השיניים של דוקטור לוי. איך אפשר לעזור לכם היום?';

describe('μ-law', () => {
  it('keeps every byte through decode and encode, but for the second zero', () => {
    for (let byte = 0; byte < 256; byte++)
      if (byte !== 0x7f) expect(encodeMulaw(decodeMulaw(byte)), `byte ${byte}`).toBe(byte);
    expect(decodeMulaw(0xff)).toBe(0);
    expect(decodeMulaw(0x80)).toBe(32124);
  });

  it.each([
    [32767, 0x80],
    [-32768, 0x00],
    [99999, 0x80],
  ])('clips %i', (sample, byte) => expect(encodeMulaw(sample)).toBe(byte));
});

describe('speech frames', () => {
  it('are 160 bytes each and carry line and frame', () => {
    const frames = speechFrames(LINE, { voice: 'caller', line: 7 });
    expect(frames).toHaveLength(frameCount(LINE));
    frames.forEach((frame, index) => {
      expect(frame).toHaveLength(160);
      expect(read(frame)).toEqual({ line: 7, frame: index });
    });
  });

  it('are spoken at about two and a half words a second', () => {
    const words = LINE.split(' ').length;
    const rate = words / (frameCount(LINE) * 0.02);
    expect(rate).toBeGreaterThan(2);
    expect(rate).toBeLessThan(3);
  });

  it.each([
    ['caller', -24],
    ['agent', -21],
  ] as const)('%s speaks at %i dBFS in the words and is silent in the pauses', (voice, level) => {
    const frames = speechFrames(LINE, { voice, line: 0 });
    for (const { word, start, end } of wordSpans(LINE)) {
      const bytes = Buffer.concat(frames.slice(start, end));
      expect(Math.abs(levelDb(bytes) - level), word).toBeLessThan(1);
      const pause = frames[end];
      if (pause !== undefined) expect(levelDb(pause)).toBeLessThan(-70);
    }
  });

  it('leave no pause that an end-of-speech detector would take for the end', () => {
    const spans = wordSpans(LINE);
    const pauses = spans.slice(1).map((span, index) => (span.start - (spans[index]?.end ?? 0)) * 20);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(300);
  });

  it('are the same for the same text, differ by voice and text, and are not shared between callers', () => {
    const once = speechFrames(LINE, { voice: 'caller', line: 1 });
    const copy = once.map((frame) => Buffer.from(frame));
    once[0]?.fill(0);
    expect(speechFrames(LINE, { voice: 'caller', line: 1 }).map((frame) => Buffer.from(frame))).toEqual(copy);
    const agent = Buffer.concat(speechFrames(LINE, { voice: 'agent', line: 1 }));
    expect(agent.equals(Buffer.concat(copy))).toBe(false);
  });

  it('speak a phone number digit by digit', () => {
    expect(frameCount('050-1234567') * 20).toBeGreaterThan(2500);
  });

  it.each(['', '   ', '\n'])('of %j are none', (text) => {
    expect(speechFrames(text, { voice: 'caller', line: 0 })).toEqual([]);
  });
});

describe('words that arrived', () => {
  it.each([
    [0, ''],
    [1, ''],
    [14, 'שלום,'],
    [30, 'שלום,'],
    [41, 'שלום, הגעתם'],
    [9999, LINE],
  ])('after %i frames: %s', (frames, words) => expect(wordsUpTo(LINE, frames)).toBe(words));
});

describe('noise', () => {
  it.each(NOISE_KINDS)('%s carries no watermark and has the asked length', (kind) => {
    for (let ms = 20; ms <= 2000; ms += 90) {
      const frames = noise(kind, ms);
      expect(frames).toHaveLength(Math.ceil(ms / 20));
      for (const frame of frames) expect(read(frame)).toBeNull();
    }
  });

  it('a cough is as loud as speech, a hiss is not', () => {
    expect(levelDb(Buffer.concat(noise('cough', 200)))).toBeGreaterThan(-28);
    expect(levelDb(Buffer.concat(noise('hiss', 200)))).toBeLessThan(-40);
  });
});
