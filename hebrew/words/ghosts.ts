/**
 * What speech recognition makes up out of silence: the subtitles it was trained on. In the notation of
 * {@link ../phrases.ts}.
 */

const VIDEO = '(בסרטון|בסרטון הזה|בערוץ|בערוץ שלנו|בפרק|בתוכנית|בסדרה|בשידור)';

/** As whole clauses: nobody says this on the telephone. («תודה שצפיתם בדירה» an estate agent's caller does say.) */
export const ALWAYS = [
  `תודה [רבה] [לכם] (שצפיתם|שצפיתן|שצפית) [${VIDEO}]`,
  `תודה [רבה] [לכם] על (הצפייה|הצפיה|צפייתכם) [${VIDEO}]`,
  '[אנא|בבקשה] (הירשמו|הרשמו|תירשמו|תרשמו) (לערוץ|לערוץ שלנו|לערוץ היוטיוב|ליוטיוב)',
  'אל תשכחו [לעשות לייק] (להירשם|להרשם|ולהירשם|ולהרשם) [לערוץ|לערוץ שלנו]',
  'אל תשכחו לעשות (לייק|מנוי|סאבסקרייב) [ולהירשם] [לערוץ]',
  '(thanks|thank you) [so much|very much|all] for watching [this video]',
  'subtitles',
  'amara [org]',
  "(please|do not forget to|dont forget to|don't forget to) subscribe [to (my|our) channel]",
];

/** At the beginning of a clause: a name follows. */
export const CREDIT_LINES = [
  '(כתוביות|הכתוביות|התרגום|תרגום) [נעשו|נעשה|הוכנו] על ידי',
  '(subtitles|subtitled|captions|transcribed|translated) by',
  '(субтитры|субтитров|редактор субтитров)',
];

/** As whole clauses, where the audio proves no speech. */
export const UNPROVEN = [
  '(כתוביות|הכתוביות|תרגום|תרגום וכתוביות|הירשמו|הרשמו|תירשמו)',
  'תודה [רבה] [לכם|לך]',
  'תודה רבה רבה',
  '[שלום] (להתראות|ולהתראות)',
  'בבקשה',
  'שלום לכולם',
  '(צפייה|צפיה) מהנה',
  'נתראה (בסרטון|בפרק|בשיעור) הבא',
  '(שירה|מוזיקה|מוסיקה|צחוק|מחיאות כפיים)',
];

/** With a colon behind them they name a translator: «תרגום: …». */
export const CREDITS = ['כתוביות', 'הכתוביות', 'תרגום', 'תרגום וכתוביות', 'עריכה', 'הגהה'];
