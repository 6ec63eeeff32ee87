/** How callers ask for a person, and whether they talk to one, in the notation of {@link ../phrases.ts}. */

const REPRESENTATIVES = [
  'נציג',
  'נציגה',
  'נציג שירות',
  'נציגת שירות',
  'נציג אנושי',
  'נציגה אנושית',
  'נציג אמיתי',
  'מוקדן',
  'מוקדנית',
];
const PERSONS = [
  'בן אדם',
  'בן אדם אמיתי',
  'אדם אמיתי',
  'בן אנוש',
  'מישהו אמיתי',
  'מישהו אנושי',
  'מישהי אמיתית',
  'אדם אנושי',
];
const BOSSES = ['מנהל', 'מנהלת', 'מזכירה', 'בעל הבית', 'בעל העסק', 'בעלת העסק', 'המנהל', 'המנהלת', 'המזכירה'];

const withTo = (names: readonly string[]) =>
  names.flatMap((name) => [name, `ל${name.replace(/^ה/u, '')}`, `עם ${name}`]);

/** Alone they are a request already. */
export const TARGETS = [
  ...withTo([...REPRESENTATIVES, ...PERSONS]),
  'human',
  'a human',
  'representative',
  'agent',
  'operator',
];
/** Only with a request before them. */
export const WEAK_TARGETS = [...withTo(['מישהו', 'מישהי', 'מישהו אחר', 'מישהו מהצוות', ...BOSSES])];

export const PERSON_REQUESTS = [
  '[אני] (רוצה|צריך|צריכה|מבקש|מבקשת|מעדיף|מעדיפה|חייב|חייבת|אשמח) [לדבר|לשוחח|לקבל|להגיע]',
  '(אפשר|ניתן|תוכל|תוכלי|אתה יכול|את יכולה|יש אפשרות|הייתי רוצה|בוא|רק) [לדבר|לשוחח|לקבל|להעביר אותי|לעבור]',
  '(תעביר|תעבירי|תעבירו|העבר|העבירי|תחבר|תחברי|תחברו|תפנה|תפני) אותי',
  '(תן|תני|תנו) לי [לדבר|לשוחח]',
  '(לדבר|לעבור)',
  '(i want to|can i|let me) (speak|talk) (to|with)',
];

export const PERSON_FILLERS = ['(בבקשה|אוקיי|אוקי|טוב|שלום|היי|נו|רק|עכשיו|פשוט|כבר|תודה|בטלפון|please)'];

const AM_I_WITH = '(אתה|את|זה|זאת|זו|[אני] מדבר עם|[אני] מדברת עם|אני מול|are you [a|an])';
/** Asks whether the agent is a machine. */
export const ROBOT_QUESTIONS = [
  `[סליחה|רגע] ${AM_I_WITH} [בכלל|באמת|סתם|לא|בעצם|איזה|איזה סוג של] (רובוט|רובוטית|בוט|מכונה|מחשב|בינה מלאכותית|הקלטה|בן אדם|בן אדם אמיתי|אדם אמיתי|אנושי|אנושית|מישהו אמיתי|אמיתי|אמיתית|מענה קולי|מענה אוטומטי|robot|bot|ai|human|real person|machine)`,
];
