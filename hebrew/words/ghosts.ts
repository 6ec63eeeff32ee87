/**
 * What speech recognition makes up out of silence: the subtitles it was trained on. In the notation of
 * {@link ../phrases.ts}.
 */

/** At the beginning of a clause: nobody says this on the telephone. */
export const ALWAYS = [
  'תודה [רבה] [לכם] (שצפיתם|שצפיתן|שצפית)',
  'תודה [רבה] [לכם] על (הצפייה|הצפיה|צפייתכם)',
  '[אנא|בבקשה|ואל תשכחו] (הירשמו|הרשמו|תירשמו|תרשמו) (לערוץ|לערוץ שלנו|לערוץ היוטיוב|ליוטיוב)',
  '[ו] אל תשכחו [לעשות לייק] (להירשם|להרשם|ולהירשם|ולהרשם) [לערוץ]',
  'אל תשכחו לעשות (לייק|מנוי|סאבסקרייב)',
  '[ה] (כתוביות|הכתוביות|התרגום|תרגום) [נעשו|נעשה|הוכנו] על ידי',
  '(thanks|thank you) [so much|very much|all] for watching',
  '(subtitles|subtitled|captions|transcribed|translated) by',
  'subtitles',
  'amara [org]',
  "(please|do not forget to|dont forget to|don't forget to) subscribe",
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
