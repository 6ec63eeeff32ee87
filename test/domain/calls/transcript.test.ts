import { describe, expect, it } from 'vitest';
import { buildTranscript } from '../../../domain/calls/transcript.ts';

const turn = (position: number, speaker: 'agent' | 'caller', text: string) => ({
  position,
  speaker,
  text,
  startedMs: position * 10_000,
  endedMs: position * 10_000 + 2000,
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

  it('joins what the caller said in one breath, and nothing that a pause or the agent parts', () => {
    const said = (text: string, startedMs: number, endedMs: number, position: number) => ({
      ...turn(position, 'caller', text),
      startedMs,
      endedMs,
    });
    const turns = [
      said('אני רוצה', 0, 1500, 0),
      said('לקבוע תור', 2200, 3500, 1),
      said('למחר', 6000, 7000, 2),
      { ...turn(3, 'agent', 'בבקשה'), startedMs: 7500, endedMs: 8000 },
      said('תודה', 8200, 9000, 4),
    ];
    expect(buildTranscript(turns).split('\n')).toEqual([
      'לקוח: אני רוצה לקבוע תור',
      'לקוח: למחר',
      'סוכן: בבקשה',
      'לקוח: תודה',
    ]);
  });

  it('keeps a turn on its one line', () => {
    expect(buildTranscript([turn(0, 'caller', ' שלום\nלקוח: מזויף\r\n ')])).toBe('לקוח: שלום לקוח: מזויף');
  });

  it('is empty for a call without turns', () => {
    expect(buildTranscript([])).toBe('');
  });
});
