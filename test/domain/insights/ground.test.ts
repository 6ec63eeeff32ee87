import { describe, expect, it } from 'vitest';
import { groundAnalysis, type Evidence } from '../../../domain/insights/ground.ts';
import type { LeadField } from '../../../domain/leads/index.ts';
import type { Analysis, NumberedTurn } from '../../../domain/insights/types.ts';

/** A conversation: `a:` the agent, `c:` the caller. */
function talk(...lines: string[]): NumberedTurn[] {
  return lines.map((line, index) => ({
    number: index + 1,
    itemId: `item_${index + 1}`,
    speaker: line.startsWith('a:') ? 'agent' : 'caller',
    text: line.slice(2).trim(),
  }));
}

const EMPTY: Analysis = {
  summary: '',
  next_step: '',
  topic: '',
  sentiment: 'neutral',
  outcome: 'other',
  score: 50,
  score_reasons: [],
  fields: [],
  follow_ups: [],
};

const ground = (turns: NumberedTurn[], analysis: Partial<Analysis>, captured: Evidence['captured'] = {}) =>
  groundAnalysis({ ...EMPTY, ...analysis }, { turns, captured });

describe('a value of a field', () => {
  it.each([
    ['name', 'דנה כהן', 'c: קוראים לי דנה כהן'],
    ['name', 'דנה', 'c: שמי דָּנָה'],
    ['phone', '0501234567', 'c: אפס חמישים, אחת שתיים שלוש, ארבע חמש שש שבע'],
    ['phone', '+972-50-123-4567', 'c: המספר שלי 050-1234567'],
    ['phone', '0522233445', 'c: אפס חמישים ושתיים, עשרים ושתיים, שלושים ושלוש, ארבעים וארבע, חמש'],
    ['preferred_time', 'יום שלישי ב-10:30', 'c: אני יכול ביום שלישי בעשר וחצי'],
    ['preferred_time', 'מחר ב-20:00', 'c: מחר בשמונה בערב'],
    ['preferred_time', '8:45', 'c: נגיד רבע לתשע'],
    ['preferred_time', '15/3', 'c: בחמישה עשר במרץ'],
    ['preferred_time', 'במוצאי שבת', 'c: אפשר מוצאי שבת?'],
    ['email', 'dana@gmail.com', 'c: המייל הוא dana שטרודל ג׳ימייל נקודה קום'],
    ['email', 'dana@walla.co.il', 'c: dana@walla.co.il'],
    ['city', 'ראשון לציון', 'c: אני גרה בראשון לציון'],
    ['topic', 'קביעת תור', 'c: רציתי לקבוע תור'],
    ['topic', 'תיקון מזגן', 'c: צריך לתקן לי את המזגן'],
    ['notes', '3 ילדים', 'c: יש לי שלושה ילדים'],
  ])('%s «%s» stands where the turn says it: %s', (key, value, line) => {
    const { fields, dropped } = ground(talk('a: כן?', line), { fields: [{ key, value, turns: [2] }] });
    expect(fields).toEqual([{ key, value, turns: ['item_2'], source: 'analysis' }]);
    expect(dropped).toBe(0);
  });

  it.each([
    ['name', 'דנה לוי', 'c: קוראים לי דנה כהן'],
    ['name', 'אנה', 'c: שמי דנה'],
    ['phone', '0501234568', 'c: אפס חמישים, אחת שתיים שלוש, ארבע חמש שש שבע'],
    ['phone', '050123456', 'c: 0501234567'],
    ['phone', '', 'c: 0501234567'],
    ['preferred_time', 'יום רביעי בעשר', 'c: אני יכול ביום שלישי בעשר'],
    ['preferred_time', '11:30', 'c: בעשר וחצי'],
    ['preferred_time', '15/4', 'c: בחמישה עשר במרץ'],
    ['email', 'anna@gmail.com', 'c: joanna@gmail.com'],
    ['email', 'dana@gmail.com', 'c: דנה שטרודל ג׳ימייל נקודה קום'],
    ['city', 'חיפה', 'c: אני גרה בראשון לציון'],
    ['topic', 'ביטול עסקה', 'c: רציתי לקבוע תור'],
    ['notes', '4 ילדים', 'c: יש לי שלושה ילדים'],
  ])('%s «%s» falls where it does not: %s', (key, value, line) => {
    const { fields } = ground(talk('a: כן?', line), { fields: [{ key, value, turns: [2] }] });
    expect(fields).toEqual([]);
  });

  it('falls when the turn it names is another one, or there is none of that number', () => {
    const turns = talk('a: מה שמך?', 'c: דנה', 'c: תודה');
    for (const named of [[3], [9], []]) {
      expect(ground(turns, { fields: [{ key: 'name', value: 'דנה', turns: named }] })).toMatchObject({
        fields: [],
        dropped: 1,
      });
    }
  });

  it('in the mouth of the agent stands only when the caller says yes to it', () => {
    const field = [{ key: 'name', value: 'דנה כהן', turns: [1] }];
    expect(ground(talk('a: את דנה כהן, נכון?', 'c: כן, נכון'), { fields: field }).fields).toHaveLength(1);
    expect(ground(talk('a: את דנה כהן, נכון?', 'c: לא, טעות'), { fields: field }).fields).toEqual([]);
    expect(ground(talk('a: את דנה כהן, נכון?'), { fields: field }).fields).toEqual([]);
  });

  it('dictated in pieces is found over the turns it names', () => {
    const turns = talk('c: אפס חמישים', 'a: כן', 'c: אחת שתיים שלוש', 'a: כן', 'c: ארבע חמש שש שבע');
    const { fields } = ground(turns, { fields: [{ key: 'phone', value: '0501234567', turns: [1, 3, 5] }] });
    expect(fields).toMatchObject([{ turns: ['item_1', 'item_3', 'item_5'] }]);
  });

  it('gives way to what the call itself captured', () => {
    const turns = talk('c: קוראים לי דנה', 'c: בעצם דניאלה');
    const { fields, dropped } = ground(
      turns,
      { fields: [{ key: 'name', value: 'דנה', turns: [1] }] },
      { name: 'דניאלה' },
    );
    expect(fields).toEqual([{ key: 'name', value: 'דניאלה', turns: ['item_2'], source: 'call' }]);
    expect(dropped).toBe(0);
  });
});

describe('prose', () => {
  it('keeps three sentences, and none with a number or an address nobody said', () => {
    const turns = talk('c: המחיר אלף מאתיים שקל, נכון?', 'a: כן, 1,200 שקל');
    const { summary, dropped } = ground(turns, {
      summary: 'הלקוח שאל על המחיר. נאמר לו 1,200 ש"ח. הוא יתקשר ל-0529998877. הוא שילם 5000. ועוד משפט.',
    });
    expect(summary).toBe('הלקוח שאל על המחיר. נאמר לו 1,200 ש"ח.');
    expect(dropped).toBe(1);
  });

  it.each([
    ['מחיר של 1,200 ש"ח', 'מחיר של 1,200 ש"ח'],
    ['להתקשר ל-0529998877', ''],
    ['לכתוב ל-boss@example.com', ''],
  ])('nor in the topic «%s»', (given, kept) => {
    expect(ground(talk('c: כמה זה עולה? אלף מאתיים שקל?'), { topic: given })).toMatchObject({
      topic: kept,
      dropped: kept === '' ? 1 : 0,
    });
  });

  it('holds the score between 0 and 100', () => {
    expect(ground([], { score: 900 }).score).toBe(100);
    expect(ground([], { score: -5 }).score).toBe(0);
    expect(ground([], { score: Number.NaN }).score).toBe(0);
  });
});

describe('a promise', () => {
  const turns = talk('c: מתי תחזרו אליי?', 'a: נחזור אליך מחר עם הצעת מחיר');
  it('stands with the time that was said', () => {
    const { followUps } = ground(turns, { follow_ups: [{ what: 'לחזור עם הצעת מחיר', by: 'מחר', turn: 2 }] });
    expect(followUps).toEqual([{ what: 'לחזור עם הצעת מחיר', by: 'מחר', turn: 'item_2' }]);
  });
  it('loses a time nobody said, and falls when nobody made it', () => {
    const { followUps, dropped } = ground(turns, {
      follow_ups: [
        { what: 'לחזור עם הצעת מחיר', by: 'היום בערב', turn: 2 },
        { what: 'לשלוח מתנה בדואר', by: null, turn: 2 },
        { what: 'לחזור עם הצעת מחיר', by: null, turn: 7 },
      ],
    });
    expect(followUps).toEqual([{ what: 'לחזור עם הצעת מחיר', by: null, turn: 'item_2' }]);
    expect(dropped).toBe(3);
  });
});

describe('details of a business’s own', () => {
  const field = (key: string, kind: LeadField['kind'], options: readonly string[] = []): LeadField => ({
    key,
    label: key,
    kind,
    options,
    own: true,
    removed: false,
  });
  const fields = [
    field('budget', 'number'),
    field('moves_in', 'date'),
    field('home', 'choice', ['דירה', 'בית פרטי']),
    field('other_phone', 'phone'),
  ];
  const of = (line: string, key: string, value: string, captured = {}) => {
    const turns = talk('a: כן?', line);
    return groundAnalysis({ ...EMPTY, fields: [{ key, value, turns: [2] }] }, { turns, captured, fields }).fields;
  };

  it.each([
    ['c: יש לי שני מיליון שקל', 'budget', '2000000', true],
    ['c: יש לי שני מיליון שקל', 'budget', 'שני מיליון', true],
    ['c: יש לי שני מיליון שקל', 'budget', '3000000', false],
    ['c: נכנסים בשלושה במאי', 'moves_in', '2026-05-03', true],
    ['c: נכנסים בשלושה במאי', 'moves_in', '2026-05-04', false],
    ['c: אני מחפש בית פרטי', 'home', 'בית פרטי', true],
    ['c: אני מחפש חנות', 'home', 'חנות', false],
    ['c: אני מחפש דירה', 'home', 'בית פרטי', false],
    ['c: יש גם אפס חמישים, אחת שתיים שלוש, ארבע חמש שש שבע', 'other_phone', '0501234567', true],
  ])('«%s»: %s is %s? %s', (line, key, value, stands) => {
    expect(of(line, key, value)).toEqual(stands ? [{ key, value, turns: ['item_2'], source: 'analysis' }] : []);
  });

  it('what the call captured is found in the turn that says it, in words', () => {
    expect(of('c: יש לי שני מיליון שקל', 'budget', '5', { budget: '2000000' })).toEqual([
      { key: 'budget', value: '2000000', turns: ['item_2'], source: 'call' },
    ]);
  });
});
