import { z } from 'zod';
import type { Field } from '../../voice/plugin.ts';

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
});
export type AutoHangupSettings = z.output<typeof autoHangupSettings>;

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
} as const satisfies Record<keyof AutoHangupSettings, Field>;
