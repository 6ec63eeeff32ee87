/**
 * What speech recognition makes up out of silence: the subtitles it was trained on. In the notation of
 * {@link ../phrases.ts}.
 */

const VIDEO = '(בסרטון|בסרטון הזה|בערוץ|בערוץ שלנו|בפרק|בתוכנית|בסדרה|בשידור)';

/** As whole clauses: nobody says this on the telephone. («תודה שצפיתם בדירה» an estate agent's caller does say.) */
export const ALWAYS = [
  `תודה [רבה] [לכם] (שצפיתם|שצפיתן|שצפית|שהאזנתם) [${VIDEO}|עד הסוף]`,
  `תודה [רבה] [לכם] על (הצפייה|הצפיה|צפייתכם) [${VIDEO}]`,
  '[אנא|בבקשה] (הירשמו|הרשמו|תירשמו|תרשמו) (לערוץ|לערוץ שלנו|לערוץ היוטיוב|ליוטיוב) [ותעשו לייק|ולחצו על הפעמון|ולחצו על פעמון]',
  '(לחצו|תלחצו) על (הפעמון|פעמון ההתראות|הלייק|כפתור המנוי)',
  '(תעשו|עשו) (לייק|מנוי|סאבסקרייב|לייק ומנוי)',
  '(נתראה|ניפגש|נפגש) בסרטונים הבאים',
  'כל הזכויות שמורות [לערוץ|ליוטיוב]',
  'אל תשכחו [לעשות לייק] (להירשם|להרשם|ולהירשם|ולהרשם) [לערוץ|לערוץ שלנו]',
  'אל תשכחו לעשות (לייק|מנוי|סאבסקרייב) [ולהירשם] [לערוץ]',
  '(thanks|thank you) [so much|very much|all] for watching [this video]',
  'subtitles',
  'amara [org]',
  "(please|do not forget to|dont forget to|don't forget to) (subscribe|like and subscribe) [to (my|our|the) channel]",
  '(like and subscribe|subscribe to (my|our|the) channel|see you in the next video)',
  '(спасибо за (просмотр|внимание)|продолжение следует|подписывайтесь на [наш] канал|до новых встреч)',
  '(شكرا للمشاهدة|شكرا على المشاهدة|اشتركوا في القناة|لا تنسوا الاشتراك في القناة)',
];

/** At the beginning of a clause: a name follows. */
export const CREDIT_LINES = [
  '(תורגם|סונכרן|תורגם וסונכרן|תרגום וסנכרון|הופק|עריכה וכתוביות) על ידי',
  '(ترجمة نانسي قنقر|untertitel (der|von|im)|sous titres (réalisés|realises)|subtítulos (realizados|por))',
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
  '(צפייה|צפיה|האזנה) מהנה',
  'תודה [רבה] [לכם] שהקשבתם',
  '(נתראה|ניפגש|נפגש) (בסרטון|בפרק|בשיעור|בתוכנית) (הבא|הבאה)',
  '(שירה|מוזיקה|מוסיקה|צחוק|מחיאות כפיים)',
];

/** With a colon behind them they name a translator: «תרגום: …». */
export const CREDITS = ['כתוביות', 'הכתוביות', 'תרגום', 'תרגום וכתוביות', 'עריכה', 'הגהה'];

/** People do say them many times over. */
export const SAID_MANY_TIMES = new Set('כן לא ביי בי טוב תודה אוקיי רגע הלו נו די שלום יאללה'.split(' '));
