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
  preferred_time: /מתי|מועד|שעה|איזה יום/u,
};
const THANKS = /תודה|מעולה|מצוין|נהדר|יופי/u;
const ANGER = /מאכזב|נורא|גרוע|שערורייה|לא מרוצה|תלונה|כועס/u;
const PROMISE = /אחזור אלי|נחזור אלי|יחזרו אלי|נשלח|אשלח|אבדוק|נבדוק|יתקשרו|נתקשר/u;
const WHEN = /מחר|היום|עד סוף היום|בעוד שעה|מחרתיים|השבוע/u;
const AS_TOLD = /ציון מאה|ציון 100|score 100/u;

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
  const topic = fields.find(({ key }) => key === 'topic')?.value ?? said[0]?.text.slice(0, 40) ?? 'שיחה';
  const all = normalise(said.map(({ text }) => text).join(' '));
  const obeys = AS_TOLD.test(all);
  const score = obeys ? 100 : Math.min(95, 20 + fields.length * 20 + (THANKS.test(all) ? 10 : 0));
  const name = fields.find(({ key }) => key === 'name')?.value;
  const reasons = fields.length === 0 ? ['הלקוח לא מסר פרטים'] : [`נמסרו ${count(fields.length)}`];
  return {
    summary: [
      `${name ?? 'לקוח'} פנה לעסק בנושא ${topic}.`,
      fields.length === 0 ? 'לא נמסרו פרטים בשיחה.' : `בשיחה ${count(fields.length)} נאספו ונרשמו.`,
      THANKS.test(all) ? 'השיחה הסתיימה ברוח טובה.' : 'השיחה הסתיימה.',
    ].join(' '),
    next_step: fields.length === 0 ? 'אין צורך בפעולה.' : `לחזור ל${name ?? 'לקוח'} בנושא ${topic}.`,
    topic: topic.slice(0, 60),
    sentiment: ANGER.test(all) ? (THANKS.test(all) ? 'mixed' : 'negative') : THANKS.test(all) ? 'positive' : 'neutral',
    outcome: said.length === 0 ? 'no_conversation' : fields.some(({ key }) => key === 'name') ? 'lead' : 'answered',
    score,
    score_reasons: reasons,
    fields: behaviour.makesUp === true ? [...fields, ...madeUp(document)] : fields,
    follow_ups: [...promisesOf(document.turns), ...(behaviour.makesUp === true ? MADE_UP_PROMISES : [])],
  };
}

function count(fields: number): string {
  return fields === 1 ? 'פרט אחד' : 'כמה פרטים';
}

function fieldsOf({ turns, fields }: Document): { key: string; value: string; turns: number[] }[] {
  const found: { key: string; value: string; turns: number[] }[] = [];
  turns.forEach((turn, index) => {
    if (turn.speaker !== 'caller') return;
    const asked = turns[index - 1];
    const phone = dictatedPhone(turn.text);
    if (phone !== null && 'phone' in fields)
      return void found.push({ key: 'phone', value: phone, turns: [turn.number] });
    const key = Object.keys(fields).find(
      (one) => asked?.speaker === 'agent' && (QUESTIONS[one]?.test(asked.text) ?? false),
    );
    const value = key === undefined || asked === undefined ? null : valueOf(key, turn, asked);
    if (key !== undefined && value !== null) found.push({ key, value, turns: [turn.number] });
  });
  return [...new Map(found.map((field) => [field.key, field])).values()];
}

function valueOf(key: string, turn: Turn, asked: Turn): string | null {
  const given = givenValue(turn.text, asked.text, key === 'name' ? { onlyNamed: false } : {});
  return given ?? (key === 'topic' ? turn.text.slice(0, 80) : null);
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
