import { describe, expect, it } from 'vitest';
import { isBackchannel } from '../../hebrew/confirm.ts';
import type { DialogueContext } from '../../hebrew/dialogue.ts';
import { DIALOGUE_CONTEXTS } from '../../hebrew/dialogue.ts';
import { type Understanding, understand } from '../../hebrew/understand.ts';
import { asksIfRobot, wantsHuman } from '../../hebrew/wants-human.ts';

/**
 * The curated phrases, each of them a test: what every one comes to in every state of the dialogue. The states are
 * given as a context alone, as the agent's words alone, or as both.
 */

const CLEAR_MS = 900;
const ASKED = 'לקבוע לך תור ליום שלישי?';
const TOLD = 'אנחנו פתוחים עד שמונה בערב.';
const OFFERED = 'יש עוד משהו שאוכל לעזור?';
const WORKING = 'שנייה, אני בודק לך ביומן';

const list = (text: string) => text.split('·').map((phrase) => phrase.trim());
const say = (text: string, context: DialogueContext | null = null, agent: string | null = null): Understanding =>
  understand({ text, context, agent, speechMs: CLEAR_MS });
const endings = (text: string) => DIALOGUE_CONTEXTS.map((context) => say(text, context).ending);

const STRONG = list(
  'ביי · ביי ביי · יאללה ביי · להתראות · שלום ולהתראות · תודה רבה ולהתראות · תודה וביי · נתראה · נדבר · נהיה בקשר · כל טוב · יום טוב · שיהיה לך יום טוב · המשך יום נעים · לילה טוב · bye · goodbye',
);
const GREETINGS = list('שבת שלום · חג שמח · ערב טוב · שבוע טוב');
const SOFT_THANKS = list('תודה · תודה רבה · תודה לך · המון תודה · מעולה תודה · thanks');
const SOFT_DONE = list(
  "זהו · זהו זה · זה הכול · זה הכל · זה מה שרציתי · אין צורך · לא צריך · לא, תודה · סיימנו · אין לי עוד שאלות · that's all · no need",
);
const OPT_OUT = list('אל תתקשרו אליי יותר · תסירו אותי · תורידו אותי מהרשימה · תמחקו את המספר שלי · הסר');
const NO_GOODBYE = list(
  `תודה, ועוד שאלה · תודה, רק עוד דבר אחד · תודה, אבל לא הבנתי · תודה, ומה המחיר? · תודה שחזרתם אליי · לא תודה, עדיף יום שלישי · אין צורך בחשבונית, אבל אני רוצה לקבוע · אין צורך להביא משהו? · זהו, אז מתי אפשר? · זהו? זה המחיר? · תעודת זהות · שלום, הגעתי למרפאה? · ערב טוב, רציתי לשאול · נתראה ביום שלישי, נכון? · אמרתי לו ביי והוא ניתק · רגע, אל תנתק · קניתי באיביי`,
);
const VETOES = list('אבל · רק · עוד · רגע · שנייה · אגב · מה לגבי · כמה · מתי · איפה · למה · איך · והמחיר · והחניה');

describe('ending: strong goodbyes', () => {
  it.each(STRONG)('«%s» ends in every state', (text) => {
    expect(endings(text)).toEqual(DIALOGUE_CONTEXTS.map(() => 'goodbye'));
    for (const agent of [ASKED, TOLD, OFFERED, WORKING]) expect(say(text, null, agent).ending).toBe('goodbye');
    expect(say(text).confirmation).toBe('none');
  });
  it.each(STRONG)('«%s, רגע» does not: something stands behind it', (text) => {
    expect(say(`${text}, רגע, יש לי עוד שאלה`).ending).toBe('none');
  });
  it.each(GREETINGS)('«%s» greets at the opening and takes leave later', (text) => {
    const others = DIALOGUE_CONTEXTS.filter((context) => context !== 'opening');
    expect(say(text, 'opening').ending).toBe('none');
    for (const context of others) expect(say(text, context).ending).toBe('goodbye');
  });
});

describe('ending: soft closes', () => {
  it.each([...SOFT_THANKS, ...SOFT_DONE])('«%s» ends when nobody waits', (text) => {
    for (const context of ['task_done', 'anything_else_asked', 'mid_conversation'] as const) {
      expect(say(text, context).ending).toBe('goodbye');
      expect(say(text, context, TOLD).ending).toBe('goodbye');
    }
    expect(say(text, 'mid_conversation', OFFERED).ending).toBe('goodbye');
  });
  it.each([...SOFT_THANKS, ...SOFT_DONE])('«%s» ends nothing while a question waits', (text) => {
    expect(say(text, 'question_pending').ending).toBe('none');
    expect(say(text, 'mid_conversation', ASKED).ending).toBe('none');
    expect(say(text, 'opening', 'שלום, הגעת למרפאה, במה אפשר לעזור?').ending).toBe('none');
  });
  it.each([...SOFT_THANKS, ...SOFT_DONE])('«%s» ends nothing while the agent does what it announced', (text) => {
    for (const context of ['mid_conversation', 'task_done', null] as const)
      expect(say(text, context, WORKING).ending).toBe('none');
  });
  it.each(SOFT_THANKS)('«%s» behind the greeting is politeness', (text) =>
    expect(say(text, 'opening').ending).toBe('none'),
  );
  it.each(SOFT_THANKS.concat(SOFT_DONE))('«%s» is the whole utterance, or ends nothing', (text) => {
    expect(say(`${text}, ואני רוצה לקבוע גם לבעלי`).ending).toBe('none');
  });
  it.each(list('לא · לא תודה · זהו · הכול טוב · הכל טוב'))('«%s» to «anything else?» ends', (text) => {
    expect(say(text, 'anything_else_asked').ending).toBe('goodbye');
    expect(say(text, 'anything_else_asked', OFFERED).ending).toBe('goodbye');
    expect(say(text, 'task_done', OFFERED).ending).toBe('goodbye');
  });
  it.each(list('לא · הכול טוב'))('«%s» to anything else ends nothing', (text) => {
    expect(say(text, 'question_pending', ASKED).ending).toBe('none');
    expect(say(text, 'mid_conversation', TOLD).ending).toBe('none');
  });
});

describe('ending: opting out', () => {
  it.each(OPT_OUT)('«%s»', (text) => expect(endings(text)).toEqual(DIALOGUE_CONTEXTS.map(() => 'opt_out')));
  it.each(['לא מעוניין', 'לא מעוניינת'])('«%s» ends the pitch and is no opting out', (text) => {
    expect(say(text).ending).toBe('goodbye');
    expect(say(text, 'question_pending')).toMatchObject({ ending: 'none', confirmation: 'no' });
  });
});

describe('ending: no goodbye', () => {
  it.each(NO_GOODBYE)('«%s»', (text) => expect(endings(text)).toEqual(DIALOGUE_CONTEXTS.map(() => 'none')));
  it.each(VETOES)('«תודה, %s…»: the caller goes on', (veto) => {
    for (const text of [`תודה, ${veto}`, `תודה ${veto}`, `תודה רבה, ${veto} אפשר לשאול`])
      expect(endings(text)).toEqual(DIALOGUE_CONTEXTS.map(() => 'none'));
  });
});

const YES = list(
  'כן · כן כן · נכון · נכון מאוד · בדיוק · מדויק · בסדר · בסדר גמור · אוקיי · אוקי · טוב · סבבה · אחלה · מעולה · מצוין · יופי · מסכים · מסכימה · מאשר · מאשרת · מקובל עליי · מתאים לי · סגור · סגרנו · קבענו · בטח · בוודאי · כמובן · ברור · לגמרי · אין בעיה · הכול נכון · יאללה',
);
const NO = list(
  'לא · לא לא · ממש לא · לא נכון · לא מתאים · לא מסתדר לי · לא יכול · לא יכולה · תבטל · תבטלי · עזוב · עזבי · לא משנה',
);
const CORRECTION = list('לא בדיוק · טעות · טעית · לא אמרתי · לא התכוונתי · התבלבלתי · בעצם · תתקן · תתקני');
const UNSURE = list('אולי · לא בטוח · לא בטוחה · תלוי · אני אחשוב · נראה · צריך לבדוק');

describe('confirming and correcting', () => {
  const answer = (text: string) => say(text, 'question_pending', 'התור ליום שלישי בעשר, נכון?');
  it.each(YES)('«%s» is a yes', (text) => {
    expect(answer(text)).toMatchObject({ ending: 'none', confirmation: 'yes' });
    expect(say(text, 'question_pending').confirmation).toBe('yes');
  });
  it.each(NO)('«%s» is a no', (text) => expect(answer(text)).toMatchObject({ ending: 'none', confirmation: 'no' }));
  it.each(CORRECTION)('«%s» corrects', (text) => expect(answer(text).confirmation).toBe('correction'));
  it.each(UNSURE)('«%s» is unsure', (text) => expect(answer(text).confirmation).toBe('unsure'));
  it('«עדיף…» says what is wanted instead', () =>
    expect(answer('עדיף יום רביעי')).toMatchObject({ confirmation: 'correction', value: 'יום רביעי' }));

  it.each(list('למה לא · למה לא? · אין בעיה · אין ספק · בלי ספק'))('trap: «%s» is a yes', (text) =>
    expect(answer(text).confirmation).toBe('yes'),
  );
  it('trap: «לא, נכון» is asked again', () => expect(answer('לא, נכון').confirmation).toBe('unsure'));
  it('trap: «כן?» is hello', () => expect(answer('כן?').confirmation).toBe('none'));
  it('trap: «כן, אבל…» is not yet', () => expect(answer('כן, אבל יקר לי').confirmation).toBe('unsure'));
  it('trap: «נכון?» asks', () => expect(answer('נכון?').confirmation).toBe('none'));
  it('trap: «אתם סגורים היום?» asks whether the place is closed', () =>
    expect(answer('אתם סגורים היום?').confirmation).toBe('none'));
  it('trap: «בדיוק יצאתי» is just now', () => expect(answer('בדיוק יצאתי').confirmation).toBe('none'));
  it('trap: «תודה» alone confirms nothing', () => {
    for (const context of DIALOGUE_CONTEXTS) expect(say('תודה', context).confirmation).toBe('none');
  });

  it.each(list('אהה · ממ · כן · אוקיי · נכון · הבנתי · בסדר'))('«%s» is a backchannel', (text) =>
    expect(isBackchannel(text)).toBe(true),
  );
  it.each(list('נציג · נציג אנושי · בן אדם · תעביר אותי למישהו · תעבירי אותי למישהו'))(
    '«%s» wants a person',
    (text) => {
      expect(wantsHuman(text)).toBe(true);
      expect(say(text)).toMatchObject({ ending: 'none', confirmation: 'none', why: 'asks for a person' });
    },
  );
  it('«אתה רובוט?» is to be answered truthfully', () => {
    expect(asksIfRobot('אתה רובוט?')).toBe(true);
    expect(wantsHuman('אתה רובוט?')).toBe(false);
  });
});

const NEVER_SAID = list(
  'תודה שצפיתם · תודה רבה שצפיתם · תודה רבה לכם שצפיתם · תודה שצפיתם בסרטון · תודה על הצפייה · תודה רבה על הצפייה · הירשמו לערוץ שלנו · תירשמו לערוץ שלנו · אל תשכחו להירשם לערוץ · הכתוביות נעשו על ידי דני כהן · thanks for watching · subtitles by John · amara.org · субтитры',
);
const UNPROVEN = list(
  'כתוביות · תרגום · הירשמו · I think so, yes · תודה · תודה רבה · תודה לכם · להתראות · בבקשה · שלום לכולם · צפייה מהנה · נתראה בסרטון הבא · שירה',
);

describe('words that recognition makes up', () => {
  const heard = (text: string, speechMs: number) => understand({ text, speechMs, context: 'mid_conversation' });
  it.each(NEVER_SAID)('«%s» was never said, whatever is proven', (text) => {
    for (const speechMs of [0, 299, 300, 2000])
      expect(heard(text, speechMs)).toMatchObject({ ghost: true, ending: 'none', confirmation: 'none' });
  });
  it.each(UNPROVEN)('«%s» was said only where 300 ms of speech are proven', (text) => {
    for (const speechMs of [0, 120, 299])
      expect(heard(text, speechMs)).toMatchObject({ ghost: true, ending: 'none', confirmation: 'none' });
    for (const speechMs of [300, 2000]) expect(heard(text, speechMs).ghost).toBe(false);
  });
  it.each(['תודה', 'תודה רבה', 'להתראות'])('«%s» hangs up only on speech that the audio proves', (text) => {
    for (const context of DIALOGUE_CONTEXTS)
      expect(understand({ text, context, speechMs: 299 })).toMatchObject({ ghost: true, ending: 'none' });
    expect(heard(text, 300)).toMatchObject({ ghost: false, ending: 'goodbye' });
  });
  it.each(list('תודה רבה שבאתם · הוא נרשם לערוץ של הנכד'))('«%s» is kept', (text) => {
    for (const speechMs of [0, 299, 300, 2000]) expect(heard(text, speechMs).ghost).toBe(false);
  });
  it('nothing ends, confirms or gives anything where no speech is proven', () => {
    for (const text of ['ביי', 'כן', 'לא, דוד', 'הטלפון 0501234567']) {
      const { ending, confirmation, value, phone } = heard(text, 60);
      expect([ending, confirmation, value, phone]).toEqual(['none', 'none', undefined, undefined]);
    }
  });
});
