/** Words that ask. Followed by a word with ש they tell instead: «מה שתגידי», «מתי שנוח לך». */
export const QUESTION_WORDS =
  'מה מי מתי איפה היכן לאן מאיפה מהיכן למה מדוע איך כיצד כמה איזה איזו אילו האם בכמה ממתי למי במה במי ממה לאיזה באיזה מאיזה לאיזו באיזו מאיזו what who when where why how which'.split(
    ' ',
  );

/** At the end of a sentence they ask for agreement, question mark or not. */
export const TAG_QUESTIONS = ['נכון', 'בסדר', 'מסכים', 'מסכימה', 'מתאים', 'אוקיי', 'כן', 'טוב'];

/** Requests that are answered with words: said by the agent they leave the caller the floor. */
export const REQUESTS = [
  '[אשמח|אפשר|נשמח|אוכל|אפשר בבקשה|אשמח אם] (לדעת|לקבל|לשמוע|שתגיד|שתגידי|שתאמר|שתמסור|שתמסרי) [לי] [את|מה|מי|מתי|איפה]',
  '(תגיד|תגידי|תגידו|אמור|אמרי|ספר|ספרי|תמסור|תמסרי|תן|תני) לי [בבקשה] [את|מה|מי|מתי|איפה|איזה|על]',
];
