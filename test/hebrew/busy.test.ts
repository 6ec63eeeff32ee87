import { expect, it } from 'vitest';
import { announcesWork } from '../../hebrew/busy.ts';
import { endsWithQuestion } from '../../hebrew/questions.ts';

it.each([
  'שנייה, אני בודק לך ביומן',
  'שנייה, אני בודקת לך ביומן.',
  'אני בודקת את זה, רגע.',
  'רגע אחד בבקשה.',
  'תן לי לבדוק, יוסי.',
  'מעולה. אני מעביר אותך לנציג.',
  'אחפש לך תור פנוי, שנייה',
  'נא להמתין',
])('the agent is busy: %s', (text) => expect(announcesWork(text)).toBe(true));

it.each([
  'בדקתי ביומן, יש תור ביום שלישי.',
  'אני בודק. מצאתי תור ביום שלישי בעשר.',
  'רשמתי הכול.',
  'במה אפשר לעזור?',
  '',
])('not busy: %s', (text) => expect(announcesWork(text)).toBe(false));

it.each([
  'מה השם המלא שלך?',
  'השם דני כהן, הטלפון 0501234567. נכון?',
  'הכול רשום. נכון',
  'מה מספר הטלפון שלך',
  'תודה דני. תגיד לי בבקשה את מספר הטלפון.',
  'אשמח לדעת מה נושא הפנייה',
  'יש עוד משהו שאוכל לעזור?',
  'ומתי נוח לך',
])('waits for an answer: %s', (text) => expect(endsWithQuestion(text)).toBe(true));

it.each(['רשמתי, תודה.', 'נכון.', 'מה המחיר? המחיר מאה שקלים.', 'אני כאן, מתי שנוח לך.', 'בסדר', ''])(
  'waits for nothing: %s',
  (text) => expect(endsWithQuestion(text)).toBe(false),
);
