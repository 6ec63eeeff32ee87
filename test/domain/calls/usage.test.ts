import { describe, expect, it } from 'vitest';
import { costMicroUsd, storedUsage, type UsageEntry } from '../../../domain/calls/usage.ts';
import { readEnv } from '../../../platform/env.ts';
import { addUsage } from '../../../voice/session/usage.ts';

const NONE = { textIn: 0, textInCached: 0, audioIn: 0, audioInCached: 0, textOut: 0, audioOut: 0, seconds: 0 };
const used = (model: string, counts: Partial<UsageEntry>): UsageEntry => ({
  kind: 'speech',
  model,
  ...NONE,
  ...counts,
});

describe('what a call cost', () => {
  it.each([
    ['a million tokens of text in', used('gpt-realtime-2.1', { textIn: 1_000_000 }), 4_000_000],
    ['cached text', used('gpt-realtime-2.1', { textInCached: 1_000_000 }), 400_000],
    ['audio in', used('gpt-realtime-2.1', { audioIn: 1_000_000 }), 32_000_000],
    ['cached audio', used('gpt-realtime-2.1', { audioInCached: 1_000_000 }), 400_000],
    ['text out', used('gpt-realtime-2.1', { textOut: 1_000_000 }), 24_000_000],
    ['audio out', used('gpt-realtime-2.1', { audioOut: 1_000_000 }), 64_000_000],
    ['the smaller model', used('gpt-realtime-2.1-mini', { audioIn: 600, audioOut: 1200 }), 30_000],
    ['a minute of transcription', used('gpt-transcribe', { seconds: 60 }), 4500],
    ['the same, counted in tokens of 100 ms', used('gpt-transcribe', { audioIn: 600, textOut: 40 }), 4500],
    ['transcription by tokens', used('gpt-4o-transcribe', { audioIn: 600, textOut: 100 }), 4600],
  ])('%s', (_what, usage, cost) => {
    expect(costMicroUsd([usage])).toBe(cost);
  });

  it('is the sum of its models, and unknown when the price of one is', () => {
    const models = [used('gpt-realtime-2.1', { textOut: 100 }), used('whisper-1', { seconds: 30 })];
    expect(costMicroUsd(models)).toBe(2400 + 3000);
    expect(costMicroUsd([...models, used('gpt-of-tomorrow', { textIn: 1 })])).toBeNull();
    expect(costMicroUsd([])).toBe(0);
  });

  it('is known for every model that is used by default', () => {
    const { openaiRealtimeModels, openaiTranscriptionModels } = readEnv({}, 'development');
    for (const model of [...openaiRealtimeModels, ...openaiTranscriptionModels]) {
      expect(costMicroUsd([used(model, { textIn: 1000, audioIn: 1000 })])).toBeGreaterThan(0);
    }
  });
});

describe('summing', () => {
  it('keeps models and kinds apart', () => {
    const total = [
      used('a', { textIn: 1, audioOut: 10 }),
      used('b', { textIn: 2 }),
      used('a', { textIn: 3, seconds: 1 }),
    ].reduce(addUsage, []);
    expect(total).toEqual([used('a', { textIn: 4, audioOut: 10, seconds: 1 }), used('b', { textIn: 2 })]);
  });

  it('what cannot be read any more counts as nothing', () => {
    expect(storedUsage.parse([used('a', {})])).toEqual([used('a', {})]);
    expect(storedUsage.parse([{ model: 'a' }])).toEqual([]);
    expect(storedUsage.parse(null)).toEqual([]);
  });
});
