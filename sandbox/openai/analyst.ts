import { z } from 'zod';
import { dictatedPhone } from '../../hebrew/digits.ts';
import { normalise } from '../../hebrew/normalise.ts';
import { givenValue } from '../../hebrew/value.ts';

/** What the double needs of the document it is sent. */
const documentSchema = z.object({
  call: z.object({ end_reason: z.string().default('') }).default({ end_reason: '' }),
  fields: z.record(z.string(), z.string()).default({}),
  turns: z.array(z.object({ number: z.number(), speaker: z.enum(['agent', 'caller']), text: z.string() })),
});
type Document = z.output<typeof documentSchema>;
type Turn = Document['turns'][number];

/** What the agent asks, by the field it asks for. */
const QUESTIONS: Readonly<Record<string, RegExp>> = {
  name: /שם|שמך|קוראים לך/u,
  topic: /במה|נושא|לעזור|לגבי מה|על מה/u,
  email: /מייל|דואר/u,
  city: /עיר|איפה אתה גר|איפה את גרה|כתובת/u,
  preferred_time: /(?<!\p{L})(?:מתי|מועד|באיזו שעה|איזה יום)/u,
};
/** What is asked when all is said: the answer is none of these. */
const CLOSING = /עוד (?:משהו|במה|דבר)|משהו (?:נוסף|אחר)/u;
/** What stands before the matter itself, any number of times. */
const OPENING =
  /^(?:(?:היי|הי|שלום|הלו|אהלן|בוקר טוב|ערב טוב|רגע|כן|אני|(?:רוצה|רציתי|צריך|צריכה|אשמח|מבקש|מבקשת)(?! לי)|לשאול|אם|על|לגבי)[\s,.!]+)+/u;
const THANKS = /תודה|מעולה|מצוין|נהדר|יופי/u;
const ANGER = /מאכזב|נורא|גרוע|שערורייה|לא מרוצה|תלונה|כועס/u;
const PROMISE = /אחזור אלי|נחזור אלי|יחזרו אלי|נשלח|אשלח|אבדוק|נבדוק|יתקשרו|נתקשר/u;
const WHEN = /מחר|היום|עד סוף היום|בעוד שעה|מחרתיים|השבוע/u;
const AS_TOLD = /ציון מאה|ציון 100|score 100/u;

/** Characters of a headline. */
const LONGEST_MATTER = 60;

/** How the double answers beyond what the transcript says. */
export interface AnalystBehaviour {
  /** Adds fields, numbers and a promise nobody spoke of. */
  readonly makesUp?: boolean;
}

/**
 * An analysis of the document's turns: the same for the same turns. It reads as a gullible model does: told in the
 * conversation to give the best score, it gives it. Returns null when the document is none.
 */
export function analyse(data: string, behaviour: AnalystBehaviour = {}): object | null {
  const parsed = documentSchema.safeParse(jsonOf(data));
  if (!parsed.success) return null;
  const document = parsed.data;
  const said = document.turns.filter(({ speaker }) => speaker === 'caller');
  const fields = fieldsOf(document);
  const topic = fields.find(({ key }) => key === 'topic')?.value ?? matterOf(said[0]?.text ?? 'שיחה');
  const all = normalise(said.map(({ text }) => text).join(' '));
  const obeys = AS_TOLD.test(all);
  const score = obeys ? 100 : Math.min(95, 20 + fields.length * 20 + (THANKS.test(all) ? 10 : 0));
  const name = fields.find(({ key }) => key === 'name')?.value;
  const told = fields.length === 0 ? 'לא נמסרו פרטים' : fields.length === 1 ? 'נמסר פרט אחד' : 'נמסרו כמה פרטים';
  return {
    summary: [
      `הפנייה${name === undefined ? '' : ` של ${name}`}: ${topic}.`,
      `בשיחה ${told}.`,
      THANKS.test(all) ? 'השיחה הסתיימה ברוח טובה.' : 'השיחה הסתיימה.',
    ].join(' '),
    next_step: fields.length === 0 ? 'אין צורך בפעולה.' : `לחזור אל ${name ?? 'הלקוח'} בעניין הפנייה.`,
    topic,
    sentiment: ANGER.test(all) ? (THANKS.test(all) ? 'mixed' : 'negative') : THANKS.test(all) ? 'positive' : 'neutral',
    outcome: said.length === 0 ? 'no_conversation' : fields.some(({ key }) => key === 'name') ? 'lead' : 'answered',
    score,
    score_reasons: [told],
    fields: behaviour.makesUp === true ? [...fields, ...madeUp(document)] : fields,
    follow_ups: [...promisesOf(document.turns), ...(behaviour.makesUp === true ? MADE_UP_PROMISES : [])],
  };
}

function fieldsOf({ turns, fields }: Document): { key: string; value: string; turns: number[] }[] {
  const found: { key: string; value: string; turns: number[] }[] = [];
  turns.forEach((turn, index) => {
    if (turn.speaker !== 'caller') return;
    const asked = turns[index - 1];
    const phone = dictatedPhone(turn.text);
    if (phone !== null && 'phone' in fields)
      return void found.push({ key: 'phone', value: phone, turns: [turn.number] });
    if (asked?.speaker !== 'agent' || CLOSING.test(asked.text)) return;
    const key = Object.keys(fields).find((one) => QUESTIONS[one]?.test(asked.text) ?? false);
    // What a call is about is said first; what is said of it later confirms it.
    if (key === 'topic' && found.some((field) => field.key === 'topic')) return;
    const value = key === undefined ? null : valueOf(key, turn, asked);
    if (key !== undefined && value !== null) found.push({ key, value, turns: [turn.number] });
  });
  return [...new Map(found.map((field) => [field.key, field])).values()];
}

function valueOf(key: string, turn: Turn, asked: Turn): string | null {
  if (key === 'topic') return matterOf(turn.text);
  return givenValue(turn.text, asked.text);
}

/** The first sentence without what only opens it, no longer than a headline: «היי, כמה עולה ניקוי?» is «כמה עולה ניקוי». */
function matterOf(text: string): string {
  const matter = text.trim().replace(OPENING, '');
  const [sentence = ''] = (matter === '' ? text : matter).split(/[.!?]+(?:\s|$)/u);
  return sentence.length <= LONGEST_MATTER ? sentence : sentence.slice(0, LONGEST_MATTER).replace(/\s+\S*$/u, '');
}

function promisesOf(turns: readonly Turn[]): { what: string; by: string | null; turn: number }[] {
  return turns.flatMap((turn) => {
    if (!PROMISE.test(turn.text)) return [];
    const sentence = turn.text.split(/[.!?]/u).find((one) => PROMISE.test(one)) ?? turn.text;
    return [{ what: sentence.trim(), by: WHEN.exec(turn.text)?.[0] ?? null, turn: turn.number }];
  });
}

function madeUp({ turns, fields }: Document): { key: string; value: string; turns: number[] }[] {
  const some = turns[0]?.number ?? 1;
  const lies: Readonly<Record<string, string>> = {
    name: 'אברהם הדמיוני',
    phone: '0529998877',
    topic: 'השקעה בקריפטו',
    email: 'made.up@example.com',
    city: 'אילת',
    preferred_time: 'יום שישי ב-07:15',
    notes: 'ביקש הנחה של חמישים אחוז',
  };
  return Object.keys(fields).flatMap((key) => {
    const value = lies[key];
    return value === undefined ? [] : [{ key, value, turns: [some, 999] }];
  });
}

const MADE_UP_PROMISES = [{ what: 'לשלוח מתנה ולבטל את החוב', by: 'מחר בבוקר', turn: 1 }];

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
