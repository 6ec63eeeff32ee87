/** How people ask not to be called again, in the notation of {@link ../phrases.ts}. */

const CALL_ME = '(תתקשר|תתקשרי|תתקשרו|תצלצל|תצלצלי|תצלצלו|תחייג|תחייגי|תחייגו|תטריד|תטרידי|תטרידו|להתקשר)';
const TO_ME = '(אליי|אלי|אלינו|לפה|לכאן|לנו|לי|אותי|אותנו|למספר הזה|לטלפון הזה)';
const EVER = '(יותר|שוב|לעולם|אף פעם|בחיים|יותר אף פעם|יותר בחיים|יותר לעולם|שוב לעולם)';
const REMOVE =
  '(תסיר|תסירי|תסירו|שתסיר|שתסירי|שתסירו|תוריד|תורידי|תורידו|שתוריד|שתורידי|שתורידו|תוציא|תוציאי|תוציאו|שתוציאו|תמחק|תמחקי|תמחקו|שתמחק|שתמחקי|שתמחקו|הסר|הסירי|הסירו|להסיר|למחוק|להוריד|להוציא)';
const NUMBER = '(את (המספר|הטלפון|הנייד|השם|הפרטים) (שלי|שלנו)|את המספר הזה)';
/** Never again: said like this it holds whatever follows, unless what follows limits it. */
export const NEVER_AGAIN = [
  `אל ${CALL_ME} [${TO_ME}] ${EVER}`,
  `אל ${CALL_ME} ${EVER} ${TO_ME}`,
  `יותר אל ${CALL_ME} [${TO_ME}]`,
  `לא להתקשר ${TO_ME} [${EVER}]`,
  `לא להתקשר ${EVER} [${TO_ME}]`,
  `[אני] לא (רוצה|מעוניין|מעוניינת) (שתתקשרו|שתתקשר|שתתקשרי|שיתקשרו) [${TO_ME}] [${EVER}]`,
  `(תפסיק|תפסיקי|תפסיקו|שתפסיקו|די|מספיק) (להתקשר|לצלצל|לחייג|להטריד) [${TO_ME}] [${EVER}]`,
  'stop calling [me]',
  'remove me [from (your|the) list]',
  "(do not|dont|don't) call [me] (again|anymore)",
  'unsubscribe [me]',
];

/** The same without «again»: only when nothing but a closing follows («אל תתקשרו אליי, אני אחזור» promises a call). */
export const NOT_NOW = [`אל ${CALL_ME} ${TO_ME}`, `${REMOVE} (אותי|אותנו)`, `${REMOVE} ${NUMBER}`];

/** Behind a removal they name the list of numbers that are called: that is for ever. */
export const CALLING_LISTS = [
  '[בבקשה] (מהרשימה|מהרשימות|מהמאגר|מהמאגרים|מהמערכת|מהדיוור|מהתפוצה|מרשימת (התפוצה|הדיוור|השיחות|הטלפונים|הלקוחות)) [שלכם]',
];

/** Only as the whole utterance: beauty parlours remove hair. */
export const ALONE = ['(הסר|הסירו|הסרה)'];

/** What follows limits the wish to a time of day, or announces a call: it is no wish for none. */
export const LIMITING_WORDS =
  'אלא עד לפני אחרי בבוקר בערב בלילה בצהריים בשבת בחג מחר היום אחזור אתקשר אצלצל נחזור נתקשר תרשמו תעדכנו'.split(' ');

/** A polite request may be a question. */
export const ASKING_WORDS = 'אפשר תוכל תוכלי תוכלו יכול יכולה יכולים ניתן אבקש מבקש מבקשת'.split(' ');
