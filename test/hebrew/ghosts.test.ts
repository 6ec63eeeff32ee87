import { describe, expect, it } from 'vitest';
import { GHOST_PROVEN_SPEECH_MS, isGhost, withoutGhosts } from '../../hebrew/ghosts.ts';

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
