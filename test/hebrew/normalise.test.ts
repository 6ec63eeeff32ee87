import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcesWork } from '../../hebrew/busy.ts';
import { classifyAnswer, isBackchannel } from '../../hebrew/confirm.ts';
import { dictatedDigits, dictatedPhone, mentionsNumber } from '../../hebrew/digits.ts';
import { isFarewell } from '../../hebrew/farewell.ts';
import { isGhost, withoutGhosts } from '../../hebrew/ghosts.ts';
import { classifyClosing } from '../../hebrew/goodbye.ts';
import { normalise } from '../../hebrew/normalise.ts';
import { lexicon } from '../../hebrew/phrases.ts';
import { peel } from '../../hebrew/prefixes.ts';
import { endsWithQuestion } from '../../hebrew/questions.ts';
import { splitClauses, tokenise, words } from '../../hebrew/tokenise.ts';
import { asksIfRobot, wantsHuman } from '../../hebrew/wants-human.ts';

describe('normalise', () => {
  it.each([
    ['שָׁלוֹם', 'שלום'],
    ['\u200fשלום\u200e', 'שלום'],
    ['\u2067שלום\u2069', 'שלום'],
    ['\ufb2aלום', 'שלום'],
    ['מוצ״ש', 'מוצ"ש'],
    ["מוצ''ש", 'מוצ"ש'],
    ['“כן”', '"כן"'],
    ['יום ב׳', "יום ב'"],
    ['צ’ק', "צ'ק"],
    ['אחת־עשרה', 'אחת-עשרה'],
    ['  כן\t לא \u00a0 ', 'כן לא'],
    ['כן \n\n לא', 'כן\nלא'],
    ['Goodbye', 'goodbye'],
    ['םןץףך', 'םןץףך'],
    ['', ''],
  ])('%j → %j', (text, expected) => expect(normalise(text)).toBe(expected));
});

describe('tokenise', () => {
  it.each([
    ["ביום ב' ב-15:30", ['ביום', "ב'", 'ב', '15:30']],
    ['אחת־עשרה', ['אחת', 'עשרה']],
    ["ג'ורג' וצ'ק", ["ג'ורג'", "וצ'ק"]],
    ['הוא אמר "ביי" והלך', ['הוא', 'אמר', 'ביי', 'והלך']],
    ["הוא אמר 'תודות' והלך", ['הוא', 'אמר', 'תודות', 'והלך']],
    ['מע"מ של 17.5%', ['מע"מ', 'של', '17.5']],
    ['ב15 לחודש', ['ב', '15', 'לחודש']],
    ['050-1234567', ['050', '1234567']],
    ["that's all", ["that's", 'all']],
  ])('%s', (text, expected) => expect(words(text)).toEqual(expected));

  it('clauses end at punctuation and at a dash between spaces, not at a hyphen', () => {
    expect(splitClauses('כן - אבל?! שתים-עשרה, לא').map((clause) => clause.words.join(' '))).toEqual([
      'כן',
      'אבל',
      'שתים עשרה',
      'לא',
    ]);
    expect(splitClauses('כן?! לא').map((clause) => clause.end)).toEqual(['?!', '']);
    expect(splitClauses('המחיר 10.5 שקל')).toHaveLength(1);
  });
});

describe('peel', () => {
  const known = (word: string) => ['מחר', 'שלישי', 'בית'].includes(word);
  it.each([
    ['מחר', 'מחר'],
    ['ומחר', 'מחר'],
    ['בשלישי', 'שלישי'],
    ['ושבשלישי', 'שלישי'],
    ['הבית', 'בית'],
    ['חר', null],
    ['ית', null],
    ['אבית', null],
    ['', null],
  ])('%s → %s', (word, expected) => expect(peel(word, known)).toBe(expected));
});

describe('phrases', () => {
  it('a pattern stands for its phrases', () => {
    const thanks = lexicon({ thanks: ['תודה [רבה] (לך|לכם [מאוד])'] });
    const isThanks = (text: string) => thanks.cover(words(text)) !== null;
    for (const text of ['תודה לך', 'תודה רבה לכם', 'תודה לכם מאוד']) expect(isThanks(text)).toBe(true);
    for (const text of ['תודה', 'תודה רבה', 'תודה לך מאוד', 'רבה לך']) expect(isThanks(text)).toBe(false);
    for (const wrong of ['תודה (רבה', 'תודה)', '[תודה]']) expect(() => lexicon({ a: [wrong] })).toThrow();
  });

  it('covers a clause or says that it cannot', () => {
    const two = lexicon({ a: ['אחד', 'אחד שניים'], b: ['שניים שלושה'] });
    const cover = (text: string) => two.cover(words(text))?.map((found) => [found.category, found.length]) ?? null;
    expect(cover('אחד שניים')).toEqual([['a', 2]]);
    expect(cover('אחד שניים שלושה')).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(cover('אחד ארבעה')).toBeNull();
  });
});

/** Hebrew, Latin, marks, nikud, bidi controls, emoji, lone surrogates: whatever arrives. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        ...'אבהוילמשתץ'.split(''),
        'ביי',
        'תודה',
        'כן',
        'לא',
        'אפס',
        'חמישים',
        'פעמיים',
        ' ',
        ', ',
        '?',
        '.',
        '-',
        "'",
        '"',
        '־',
        '\u0301',
        '\u05b8',
        '\u200f',
        '5',
        '\ud800',
      ),
    )
    .map((parts) => parts.join('')),
);

const readers: readonly ((text: string) => unknown)[] = [
  (text) => classifyClosing(text, { atOpening: false, agentAsks: 'nothing', agentBusy: false, taskDone: false }),
  (text) => classifyAnswer(text, { asked: text }),
  isFarewell,
  isBackchannel,
  wantsHuman,
  asksIfRobot,
  announcesWork,
  endsWithQuestion,
  dictatedDigits,
  dictatedPhone,
  (text) => mentionsNumber(text, '0501234567'),
  (text) => isGhost(text, 0),
];

describe('properties', () => {
  it('normalise is idempotent', () => {
    fc.assert(
      fc.property(anyText, (text) => normalise(normalise(text)) === normalise(text)),
      { numRuns: 1000 },
    );
  });

  it('tokenising what is normalised changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(tokenise(normalise(text))).toEqual(tokenise(text));
      }),
    );
  });

  it('no reader throws on any string', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const read of readers) read(text);
        withoutGhosts(text, 500);
      }),
      { numRuns: 500 },
    );
  });

  it('nikud and direction marks change no reading', () => {
    const phrases = [
      'תודה רבה להתראות',
      'כן, הכול נכון',
      'לא, שלוש',
      'אפס חמישים ושתיים',
      'תודה שצפיתם',
      'נציג בבקשה',
      'למה לא?',
    ];
    const noise = fc.constantFrom(
      '',
      '',
      '\u05b8',
      '\u05bc',
      '\u05c1',
      '\u200f',
      '\u200e',
      '\u2068',
      '\u2069',
      '\u202b',
      '\ufeff',
    );
    const noisy = fc.constantFrom(...phrases).chain((phrase) =>
      fc.array(noise, { minLength: phrase.length, maxLength: phrase.length }).map((marks) => ({
        phrase,
        marked: [...phrase].map((letter, index) => letter + (marks[index] ?? '')).join(''),
      })),
    );
    fc.assert(
      fc.property(noisy, ({ phrase, marked }) => {
        for (const read of readers) expect(read(marked)).toEqual(read(phrase));
      }),
    );
  });

  it('long texts are read in linear time', () => {
    for (const part of [
      'כן תודה רבה להתראות אפס חמישים שתיים ',
      'אלף ',
      'תשע פעמים ',
      'פעמיים ',
      'רגע, ',
      'ביי. ',
      'ותודה ו ',
    ]) {
      const long = part.repeat(2000);
      for (const read of readers) read(long);
    }
  }, 5000);
});
