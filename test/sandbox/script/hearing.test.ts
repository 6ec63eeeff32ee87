import { describe, expect, it } from 'vitest';
import { frameCount } from '../../../sandbox/audio/timing.ts';
import { hear } from '../../../sandbox/script/hearing.ts';
import { parseScript } from '../../../sandbox/script/parse.ts';

const SCRIPT = parseScript(`
title: t
conversation:
  - agent: שלום
  - caller: אחת שתיים שלוש ארבע
    heard_as: אחד שניים שלושה ארבעה
    transcript_delay_ms: 900
  - caller: חמש שש
    transcript: failed
  - caller: שבע שמונה
`);
const frames = (line: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ line, frame: from + index }));
const whole = (line: number) => {
  const entry = SCRIPT.conversation[line];
  return frames(line, 0, frameCount(entry?.kind === 'caller' ? entry.caller : ''));
};
const half = Math.floor(whole(1).length / 2);

describe('what the model hears', () => {
  it.each([
    ['nothing of silence', [null, null], '', []],
    ['a whole line as the script says', whole(1), 'אחד שניים שלושה ארבעה', [1]],
    ['half a line as half of it', frames(1, 0, half), 'אחד שניים', [1]],
    ['the rest as the rest', frames(1, half, whole(1).length), 'שלושה ארבעה', [1]],
    ['two lines joined', [...whole(1), null, ...whole(3)], 'אחד שניים שלושה ארבעה שבע שמונה', [1, 3]],
    ['a few lost frames do not matter', whole(3).filter(({ frame }) => frame % 10 !== 3), 'שבע שמונה', [3]],
    ['nothing of its own voice', frames(0, 0, 10), '', []],
    ['nothing of lines outside the script', frames(222, 0, 10), '', []],
  ])('%s', (_name, marks, text, lines) => {
    expect(hear(SCRIPT, marks)).toMatchObject({ text, lines });
  });

  it('takes the slowest delay and the fault of any line in it', () => {
    expect(hear(SCRIPT, [...whole(1), ...whole(2), ...whole(3)])).toMatchObject({ delayMs: 900, transcript: 'failed' });
    expect(hear(SCRIPT, whole(3))).toMatchObject({ delayMs: null, transcript: 'once' });
  });
});
