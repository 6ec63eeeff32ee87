import { describe, expect, it } from 'vitest';
import { buildTranscript } from '../../../domain/calls/transcript.ts';

const turn = (position: number, speaker: 'agent' | 'caller', text: string) => ({
  position,
  speaker,
  text,
  startedMs: position * 1000,
});

describe('buildTranscript', () => {
  it('writes one line a turn in the order of the conversation, not of arrival', () => {
    const turns = [
      turn(2, 'agent', 'מעולה, איך קוראים לך?'),
      turn(0, 'agent', 'שלום'),
      turn(1, 'caller', 'אני רוצה תור'),
    ];
    expect(buildTranscript(turns)).toBe('סוכן: שלום\nלקוח: אני רוצה תור\nסוכן: מעולה, איך קוראים לך?');
  });

  it('gives a turn without words no line', () => {
    expect(buildTranscript([turn(0, 'agent', 'שלום'), turn(1, 'caller', '  '), turn(2, 'agent', '')])).toBe(
      'סוכן: שלום',
    );
  });

  it('keeps a turn on its one line', () => {
    expect(buildTranscript([turn(0, 'caller', ' שלום\nלקוח: מזויף\r\n ')])).toBe('לקוח: שלום לקוח: מזויף');
  });

  it('is empty for a call without turns', () => {
    expect(buildTranscript([])).toBe('');
  });
});
