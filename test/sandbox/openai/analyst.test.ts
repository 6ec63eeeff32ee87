import { describe, expect, it } from 'vitest';
import { analyse } from '../../../sandbox/openai/analyst.ts';
import { conversationPath, loadScript } from '../../../sandbox/script/parse.ts';

const FIELDS = { name: 'שם', phone: 'טלפון', topic: 'נושא הפנייה', preferred_time: 'מועד מועדף' };

interface Answer {
  readonly summary: string;
  readonly next_step: string;
  readonly topic: string;
  readonly fields: readonly { readonly key: string; readonly value: string }[];
}

/** What the double makes of a conversation that comes with the sandbox, all of it heard. */
function analysisOf(name: string): Answer {
  const turns = loadScript(conversationPath(name)).conversation.flatMap((entry) => {
    if (entry.kind === 'agent') return [{ speaker: 'agent', text: entry.agent }];
    return entry.kind === 'caller' ? [{ speaker: 'caller', text: entry.caller }] : [];
  });
  const data = { fields: FIELDS, turns: turns.map((turn, index) => ({ number: index + 1, ...turn })) };
  return analyse(JSON.stringify(data)) as Answer;
}

describe('what a new user reads of a demo call', () => {
  it.each([
    [
      'lead-captured',
      'לקבוע תור לטיפול שורש',
      { name: 'נועה ברק', phone: '0501234567', topic: 'לקבוע תור לטיפול שורש' },
      'הפנייה של נועה ברק: לקבוע תור לטיפול שורש. בשיחה נמסרו כמה פרטים. השיחה הסתיימה ברוח טובה.',
    ],
    [
      'barge-in',
      'כמה עולה ניקוי שיניים',
      { topic: 'כמה עולה ניקוי שיניים', preferred_time: 'יום שלישי בבוקר' },
      'הפנייה: כמה עולה ניקוי שיניים. בשיחה נמסרו כמה פרטים. השיחה הסתיימה ברוח טובה.',
    ],
    [
      'caller-hangs-up',
      'אתם פתוחים ביום שישי',
      { topic: 'אתם פתוחים ביום שישי' },
      'הפנייה: אתם פתוחים ביום שישי. בשיחה נמסר פרט אחד. השיחה הסתיימה.',
    ],
  ])('%s: its matter is what the caller came with, not the goodbye', (name, topic, fields, summary) => {
    const analysis = analysisOf(name);
    expect(analysis).toMatchObject({ topic, summary });
    expect(Object.fromEntries(analysis.fields.map(({ key, value }) => [key, value]))).toEqual(fields);
  });
});
