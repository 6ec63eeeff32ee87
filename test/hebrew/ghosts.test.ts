import { describe, expect, it } from 'vitest';
import { GHOST_PROVEN_SPEECH_MS, isGhost, withoutGhosts } from '../../hebrew/ghosts.ts';
import { isRepeatedSegment } from '../../hebrew/loops.ts';

const CLEAR = 2000;

describe('segments that are always made up', () => {
  it.each([
    'תודה שצפיתם',
    'תודה רבה שצפיתם',
    'תודה רבה לכם שצפיתם',
    'תודה לכם שצפיתם.',
    'תודה שצפיתם בסרטון',
    'תודה רבה שצפיתם בסרטון!',
    'תודה על הצפייה',
    'תודה רבה על הצפייה',
    'תודה על צפייתכם',
    'הירשמו לערוץ שלנו',
    'תירשמו לערוץ שלנו',
    'אל תשכחו להירשם לערוץ',
    'אל תשכחו להירשם לערוץ!',
    'ואל תשכחו לעשות לייק ולהירשם לערוץ',
    'הכתוביות נעשו על ידי קהילת אמרה',
    'הכתוביות נעשו על-ידי דני כהן',
    'כתוביות על ידי קהילת Amara.org',
    'thanks for watching',
    'Thanks for watching!',
    'Thank you for watching.',
    'Subtitles by the Amara.org community',
    'subtitles by John',
    'amara.org',
    'субтитры',
    'Субтитры сделал DimaTorzok',
    'תודה שצפיתם, נתראה בסרטון הבא',
    'תודה רבה. תודה שצפיתם.',
  ])('%s', (text) => {
    expect(isGhost(text, CLEAR)).toBe(true);
    expect(isGhost(text, 0)).toBe(true);
  });
});

describe('words that need proof', () => {
  it.each([
    'כתוביות',
    'כתוביות: דני',
    'תרגום',
    'תרגום: יוסי לוי',
    'הירשמו',
    'תודה',
    'תודה רבה',
    'תודה לכם',
    'תודה רבה.',
    'תודה. תודה רבה.',
    'להתראות',
    'להתראות!',
    'בבקשה',
    'שלום לכולם',
    'צפייה מהנה',
    'נתראה בסרטון הבא',
    'שירה',
    'you',
    'Thank you.',
    'Bye.',
    'okay so the next one',
    'Спасибо',
    'شكرا',
    '字幕',
    '♪',
    '...',
  ])('%s', (text) => {
    expect(isGhost(text, 0)).toBe(true);
    expect(isGhost(text, GHOST_PROVEN_SPEECH_MS - 1)).toBe(true);
  });

  it.each(['תודה', 'תודה רבה', 'להתראות', 'בבקשה', 'כתוביות', 'תרגום', 'bye', 'okay', 'שירה', 'Thank you'])(
    'kept where the audio proves it: %s',
    (text) => expect(isGhost(text, GHOST_PROVEN_SPEECH_MS)).toBe(false),
  );
});

describe('words to keep, whatever was proven', () => {
  it.each([
    'תודה רבה שבאתם',
    'תודה שצפיתם בדירה',
    'תודה על הצפייה בדירה אתמול',
    'הוא נרשם לערוץ של הנכד',
    'כן',
    'לא',
    'ביי',
    'אני רוצה לקבוע תור',
    'תודה, ועוד שאלה',
    'תודה שחזרתם אליי',
    'קוראים לי שירה',
    'שירה כהן',
    'שלום',
    '050-1234567',
    '2',
    'אני צופה בסרטון שלכם',
    'נרשמתי לערוץ שלכם ביוטיוב',
    'צפיתם בדירה?',
    'הירשמו אצלכם שלושה ילדים שלי',
    'להתראות ביום שלישי',
    'אני ב-Google',
  ])('%s', (text) => expect(isGhost(text, 0)).toBe(false));
});

describe('withoutGhosts', () => {
  it('keeps what was said before a made-up end', () => {
    expect(withoutGhosts('קוראים לי דני. תודה שצפיתם.', CLEAR)).toBe('קוראים לי דני.');
  });
  it('leaves real speech as it was', () => {
    expect(withoutGhosts('  תודה רבה, יום טוב! ', CLEAR)).toBe('תודה רבה, יום טוב!');
    expect(withoutGhosts('אני ב-15. הגעתי', 0)).toBe('אני ב-15. הגעתי');
  });
  it('is empty when nothing was said', () => expect(withoutGhosts('תודה רבה. להתראות.', 0)).toBe(''));
});

describe('gibberish', () => {
  it.each([
    'ご視聴ありがとうございました',
    '시청해주셔서 감사합니다',
    '字幕由社区提供',
    '[מוזיקה]',
    '(צחוק)',
    '♪ לה לה לה ♪',
    '[מחיאות כפיים] (צחוק)',
    'Спасибо за просмотр',
    'Продолжение следует...',
    'اشتركوا في القناة',
    'ترجمة نانسي قنقر',
    'תודה שהאזנתם',
    'לחצו על הפעמון',
    'תורגם וסונכרן על ידי דני כהן',
    'בלה בלה בלה בלה בלה בלה',
    'תודה רבה תודה רבה תודה רבה תודה רבה תודה רבה תודה רבה',
    'אני לא יודע, אני לא יודע, אני לא יודע, אני לא יודע',
    'זה מה שאני אומר לך זה מה שאני אומר לך זה מה שאני אומר לך זה מה',
  ])('%s', (text) => expect(isGhost(text, CLEAR)).toBe(true));

  it.each([
    'לא לא לא לא לא לא',
    'ביי ביי ביי ביי ביי ביי',
    'כן כן כן כן כן כן כן',
    'אפס אפס אפס אפס אפס אפס',
    '0 0 0 0 0 0',
    'לא יודע, לא יודע',
    'תודה רבה תודה רבה',
    'רגע רגע רגע רגע',
    'Здравствуйте, я хочу записаться',
    'مرحبا كيف الحال',
    'ሰላም',
    'אני גר ב(בניין חדש) בתל אביב',
    'I want to make an appointment',
  ])('people say: %s', (text) => expect(isGhost(text, CLEAR)).toBe(false));
});

describe('a segment that recognition says again', () => {
  const said = 'אני רוצה לקבוע תור ליום שלישי';
  it('is one where the audio has no room for it', () => expect(isRepeatedSegment(`${said}.`, said, 400)).toBe(true));
  it('is none where the caller had the time to say it', () => expect(isRepeatedSegment(said, said, 1800)).toBe(false));
  it('is none with other words, or with few', () => {
    expect(isRepeatedSegment('אני רוצה לקבוע תור ליום רביעי', said, 400)).toBe(false);
    expect(isRepeatedSegment('כן, נכון', 'כן נכון', 150)).toBe(false);
    expect(isRepeatedSegment('', '', 0)).toBe(false);
  });
});
