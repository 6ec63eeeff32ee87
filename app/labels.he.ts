import type { EndReason } from '../voice/plugin.ts';
import { wordOf } from './word-of.ts';

/** How strongly a badge speaks. */
export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'danger';

/** A state in a word or two, with its tone and, where it helps, a sentence. */
export interface Label {
  readonly text: string;
  readonly tone: Tone;
  readonly explanation?: string;
}

const END_REASON_LABELS: Readonly<Record<EndReason, Label>> = {
  user_goodbye: { text: 'הלקוח נפרד', tone: 'ok', explanation: 'הלקוח אמר שלום, והסוכן נפרד וסיים את השיחה.' },
  lead_captured_confirmed: {
    text: 'הליד הושלם',
    tone: 'ok',
    explanation: 'כל פרטי הליד נאספו ואושרו, והשיחה הסתיימה.',
  },
  user_verified: {
    text: 'הפרטים אושרו',
    tone: 'ok',
    explanation: 'הלקוח אישר את הפרטים שהסוכן הקריא לו, והשיחה הסתיימה.',
  },
  ai_goodbye_auto_end: { text: 'הסוכן נפרד', tone: 'ok', explanation: 'הסוכן אמר שלום ללקוח וסיים את השיחה.' },
  caller_hangup: { text: 'הלקוח ניתק', tone: 'neutral', explanation: 'הלקוח ניתק את השיחה מצידו.' },
  silence: { text: 'שקט בקו', tone: 'warn', explanation: 'הלקוח לא ענה לאורך זמן, והסוכן נפרד וניתק.' },
  max_duration: { text: 'הגיעה למשך המרבי', tone: 'warn', explanation: 'השיחה הגיעה לאורך המרבי שהוגדר לעסק.' },
  transferred: { text: 'הועברה לנציג', tone: 'accent', explanation: 'הלקוח הועבר לשיחה עם אדם.' },
  voicemail_recorded: { text: 'הושארה הודעה', tone: 'accent', explanation: 'הלקוח השאיר הודעה מוקלטת.' },
  model_unavailable: {
    text: 'הסוכן לא היה זמין',
    tone: 'danger',
    explanation: 'שירות הבינה המלאכותית לא ענה, ולכן השיחה הסתיימה.',
  },
  stream_lost: { text: 'הקו נותק', tone: 'danger', explanation: 'החיבור לספק הטלפוניה נפל באמצע השיחה.' },
  ended_by_staff: { text: 'הצוות סיים', tone: 'neutral', explanation: 'מישהו מצוות העסק סיים את השיחה.' },
  rejected: { text: 'נדחתה', tone: 'warn', explanation: 'השיחה לא התקבלה, למשל כי כל הקווים היו תפוסים.' },
  swept: { text: 'נסגרה אוטומטית', tone: 'warn', explanation: 'השיחה נקטעה בלי הודעת סיום, והמערכת סגרה אותה.' },
};

const isEndReason = (reason: string): reason is EndReason => Object.hasOwn(END_REASON_LABELS, reason);

/** The label of an end reason; an unknown one (newer than this page) is shown in general words. */
export function endReasonLabel(reason: string | null): Label {
  if (reason !== null && isEndReason(reason)) return END_REASON_LABELS[reason];
  return { text: 'הסתיימה', tone: 'neutral' };
}

/** The badge of a call: its state while it goes on, afterwards why it ended. */
export function callLabel(status: string, endReason: string | null): Label {
  if (status === 'in_progress') return { text: 'מתקיימת עכשיו', tone: 'accent', explanation: 'השיחה עדיין מתנהלת.' };
  return endReasonLabel(endReason);
}

export const DIRECTION_LABELS = { inbound: 'נכנסת', outbound: 'יוצאת' } as const;

type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** The badge of a delivery. */
export const DELIVERY_LABELS: Readonly<Record<DeliveryStatus, Label>> = {
  delivered: { text: 'נשלח', tone: 'ok' },
  pending: { text: 'בדרך', tone: 'accent' },
  failed: { text: 'השליחה נכשלה', tone: 'danger' },
};

/** What each type of event is called. */
export const EVENT_LABELS: Readonly<Record<string, string>> = {
  'call.started': 'שיחה התחילה',
  'call.completed': 'שיחה הסתיימה',
  'call.analyzed': 'שיחה נותחה',
  'lead.created': 'ליד חדש',
  'lead.updated': 'ליד עודכן',
  test: 'ניסיון',
};

/** The Hebrew name of a type of event; an unknown one as it is. */
export const eventLabel = (event: string): string => wordOf(EVENT_LABELS, event) ?? event;

/** The badge of a destination: whether it gets anything. */
export function destinationLabel(destination: {
  readonly status: 'active' | 'off';
  readonly offReason: string | null;
  readonly failingSince: unknown;
  readonly removed?: boolean;
}): Label {
  if (destination.removed === true) return { text: 'הוסר', tone: 'neutral' };
  if (destination.status === 'off') {
    return destination.offReason === 'by_hand'
      ? { text: 'כבוי', tone: 'neutral' }
      : {
          text: 'כובה אוטומטית',
          tone: 'danger',
          explanation:
            destination.offReason === 'gone'
              ? 'היעד ענה שהכתובת כבר לא קיימת (410).'
              : 'היעד לא קיבל אף משלוח במשך חמישה ימים.',
        };
  }
  return destination.failingSince === null ? { text: 'פעיל', tone: 'ok' } : { text: 'נכשל כרגע', tone: 'warn' };
}

/** One badge for all deliveries of a call: the worst state counts. Null when there is none. */
export function deliveriesLabel(statuses: readonly DeliveryStatus[]): Label | null {
  const worst = (['failed', 'pending', 'delivered'] as const).find((status) => statuses.includes(status));
  return worst === undefined ? null : DELIVERY_LABELS[worst];
}

const ROLE_LABELS: Readonly<Record<string, string>> = {
  system_admin: 'מנהל המערכת',
  owner: 'בעל העסק',
  admin: 'מנהל',
  agent: 'נציג',
};

/** The Hebrew name of a role. */
export function roleLabel(role: string): string {
  return wordOf(ROLE_LABELS, role) ?? role;
}

/** What it says between the turns that a tool was used; of one without words here, its name. */
const TOOL_TEXTS: Readonly<Record<string, { readonly done: string; readonly failed: string }>> = {
  save_lead_details: { done: 'פרטי הלקוח נרשמו', failed: 'רישום פרטי הלקוח נכשל' },
};

/** A tool's use in words. */
export function toolText({ name, failed }: { readonly name: string; readonly failed: boolean }): string {
  const texts = Object.hasOwn(TOOL_TEXTS, name) ? TOOL_TEXTS[name] : undefined;
  const said = texts ?? { done: `הפעולה \u2068${name}\u2069 בוצעה`, failed: `הפעולה \u2068${name}\u2069 נכשלה` };
  return failed ? said.failed : said.done;
}
