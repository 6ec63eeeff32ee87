import { z } from 'zod';
import type { Field } from '../../voice/plugin.ts';
import { type ValueKind, asked, customFields, MOST_CUSTOM_FIELDS, MOST_KEPT_FIELDS } from './custom-fields.ts';

/** What a caller can be asked for, in the order the agent asks. */
export const LEAD_FIELDS = ['name', 'phone', 'topic', 'email', 'city', 'preferred_time', 'notes'] as const;
export type LeadField = (typeof LEAD_FIELDS)[number];

export const LEAD_FIELD_LABELS: Readonly<Record<LeadField, string>> = {
  name: 'שם מלא',
  phone: 'טלפון',
  topic: 'נושא הפנייה',
  email: 'דואר אלקטרוני',
  city: 'עיר',
  preferred_time: 'מועד נוח',
  notes: 'הערות',
};

export const autoHangupSettings = z.object({
  auto_end_after_lead_capture: z.boolean().default(false),
  auto_end_on_goodbye: z.boolean().default(false),
  required_lead_fields: z
    .array(z.enum(LEAD_FIELDS, { error: 'יש לבחור שדות מתוך הרשימה' }))
    .min(1, 'יש לבחור לפחות שדה אחד')
    .refine((fields) => new Set(fields).size === fields.length, 'כל שדה יכול להופיע פעם אחת')
    .default(['name', 'phone', 'topic']),
  custom_lead_fields: customFields,
});
export type AutoHangupSettings = z.output<typeof autoHangupSettings>;

const FIXED_KINDS: Readonly<Record<LeadField, ValueKind>> = {
  name: 'text',
  phone: 'phone',
  topic: 'text',
  email: 'email',
  city: 'text',
  preferred_time: 'text',
  notes: 'text',
};

/** A detail that can be collected, fixed or of the business's own. */
export interface CollectedField {
  readonly key: string;
  readonly label: string;
  readonly kind: ValueKind;
  /** What a choice is made from; empty for every other kind. */
  readonly options: readonly string[];
}

/** Every detail that can be collected under these settings: the fixed ones, then the business's own in their order. */
export function collectedFields(settings: AutoHangupSettings): readonly CollectedField[] {
  const fixed = LEAD_FIELDS.map((key) => ({ key, label: LEAD_FIELD_LABELS[key], kind: FIXED_KINDS[key], options: [] }));
  return [...fixed, ...asked(settings.custom_lead_fields)];
}

/** Keys of the details that must be captured and confirmed, in the order the agent asks. */
export function requiredKeys(settings: AutoHangupSettings): readonly string[] {
  const own = asked(settings.custom_lead_fields).filter(({ ask }) => ask === 'always');
  return [...settings.required_lead_fields, ...own.map(({ key }) => key)];
}

export const autoHangupFields = {
  auto_end_after_lead_capture: {
    control: 'switch',
    label: 'נתק שיחה אוטומטית אחרי קבלת כל פרטי הליד',
    help: 'השיחה מסתיימת אחרי שהלקוח אישר את כל הפרטים והסוכן נפרד ממנו.',
  },
  auto_end_on_goodbye: {
    control: 'switch',
    label: 'נתק שיחה כשלקוח אומר ביי / תודה / אין צורך',
    help: 'הסוכן נפרד בקצרה לפני הניתוק. «תודה, ועוד שאלה» אינה פרידה.',
  },
  required_lead_fields: {
    control: 'checklist',
    label: 'פרטים שהסוכן אוסף ומאשר בכל שיחה',
    options: LEAD_FIELDS.map((value) => ({ value, label: LEAD_FIELD_LABELS[value] })),
  },
  custom_lead_fields: {
    control: 'lead_fields',
    label: 'פרטים נוספים שהסוכן אוסף',
    help: `עד ${MOST_CUSTOM_FIELDS} פרטים משלכם. המפתח נשלח ל־Webhook ואינו משתנה. פרט שהוסר לא יישאל עוד; מה שכבר נאסף נשמר.`,
    most: MOST_CUSTOM_FIELDS,
    mostKept: MOST_KEPT_FIELDS,
    kinds: [
      { value: 'text', label: 'טקסט' },
      { value: 'number', label: 'מספר' },
      { value: 'date', label: 'תאריך' },
      { value: 'phone', label: 'טלפון' },
      { value: 'email', label: 'דואר אלקטרוני' },
      { value: 'choice', label: 'בחירה מרשימה' },
    ],
    asks: [
      { value: 'always', label: 'בכל שיחה' },
      { value: 'when_relevant', label: 'רק אם עולה בשיחה' },
    ],
  },
} as const satisfies Record<keyof AutoHangupSettings, Field>;
