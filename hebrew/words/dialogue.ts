/** How the agent asks whether the conversation may end. */

/** More, … */
export const MORE_WORDS = 'עוד נוסף נוספת נוספים נוספות אחר אחרת יותר else more'.split(' ');
/** … of anything. */
export const MORE_THINGS =
  'משהו דבר דברים במה בעוד בדבר במשהו שאלה שאלות בקשה בקשות לעזור לסייע נושא בנושא anything something help'.split(' ');
/** With these the agent goes on itself: «עוד דבר אחד, מה הטלפון?». */
export const NEXT_QUESTION_WORDS = 'מה מי מתי איפה כמה איזה איזו אחד אחת רק פרט פרטים טלפון שם תאריך שעה יום'.split(
  ' ',
);

/** Whether that was all, in the notation of {@link ../phrases.ts}. */
export const ASKS_WHETHER_DONE = [
  '[אז|האם] (זה|זהו|זה היה) [זה] [הכול|הכל] [להיום|בינתיים|מבחינתך|מבחינתכם]',
  '[אז|האם] (סיימנו|גמרנו|נסיים|אפשר לסיים|נוכל לסיים) [להיום|כאן|את השיחה]',
  '[אז|האם] (עניתי|ענינו|עניתי לך) [לך|לכם] על (הכול|הכל|כל השאלות|השאלה|השאלות)',
];

/** The agent reports what it has done for the caller. */
export const DONE_WORDS =
  'קבעתי קבענו רשמתי רשמנו שלחתי שלחנו שמרתי עדכנתי עדכנו ביטלתי ביטלנו סידרתי סידרנו הזמנתי הזמנו אישרתי הוספתי העברתי העברנו תיאמתי תיקנתי נקבע נקבעה נשמר נשמרו נרשם נרשמו נשלח נשלחה בוצע בוצעה אושר אושרה הושלם הושלמה'.split(
    ' ',
  );
