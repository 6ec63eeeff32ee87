import { z } from 'zod';
import type { SettingsSource } from '../../domain/settings/index.ts';

/**
 * Settings as plugins declare them: every kind of control on both tabs, and the labels people know. Pages are made
 * from declarations, so their tests bring their own.
 */
export const SOURCES: readonly SettingsSource[] = [
  {
    name: 'monday-export',
    card: {
      tab: 'integrations',
      title: 'אינטגרציה עם Monday.com',
      help: 'אחרי כל שיחה נשלח התמלול המלא אל לוח ה־Monday שלכם.',
    },
    settings: z.object({
      monday_webhook_url: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .nullable()
        .default(null),
      send_call_transcripts_to_monday: z.boolean().default(false),
    }),
    fields: {
      monday_webhook_url: {
        control: 'text',
        label: 'Monday Webhook URL',
        dir: 'ltr',
        inputMode: 'url',
        placeholder: 'https://',
        help: 'ב־Monday: אוטומציות ← Webhook ← העתקת הכתובת.',
      },
      send_call_transcripts_to_monday: { control: 'switch', label: 'שלח תמלולי שיחות אוטומטית ל-Monday' },
    },
  },
  {
    name: 'greeting-first',
    card: { tab: 'ai', title: 'פתיחת השיחה' },
    settings: z.object({
      bot_speaks_first: z.boolean().default(false),
      greeting_message: z.string().trim().max(500).default(''),
    }),
    fields: {
      bot_speaks_first: { control: 'switch', label: 'הבוט מדבר ראשון (ניגון הודעת פתיחה לפני שמקשיבים ללקוח)' },
      greeting_message: { control: 'textarea', label: 'הודעת פתיחה', rows: 3, placeholder: 'שלום, הגעתם ל…' },
    },
  },
  {
    name: 'barge-in',
    card: { tab: 'ai', title: 'כניסה לדברי הסוכן' },
    settings: z.object({ barge_in_enabled: z.boolean().default(true) }),
    fields: {
      barge_in_enabled: {
        control: 'switch',
        label: 'הסוכן מפסיק לדבר כשהלקוח מתחיל',
        help: 'רעש רקע או «אהה» לא עוצרים אותו.',
      },
    },
  },
  {
    name: 'auto-hangup',
    card: { tab: 'ai', title: 'סיום שיחה אוטומטי', help: 'מתי הסוכן נפרד ומנתק בעצמו.' },
    settings: z.object({
      auto_end_after_lead_capture: z.boolean().default(false),
      auto_end_on_goodbye: z.boolean().default(false),
      required_lead_fields: z
        .array(z.enum(['name', 'phone', 'topic', 'email']))
        .min(1)
        .default(['name', 'phone', 'topic']),
    }),
    fields: {
      auto_end_after_lead_capture: { control: 'switch', label: 'נתק שיחה אוטומטית אחרי קבלת כל פרטי הליד' },
      auto_end_on_goodbye: { control: 'switch', label: 'נתק שיחה כשלקוח אומר ביי / תודה / אין צורך' },
      required_lead_fields: {
        control: 'checklist',
        label: 'פרטי הליד שחייבים לקבל',
        options: [
          { value: 'name', label: 'שם' },
          { value: 'phone', label: 'טלפון' },
          { value: 'topic', label: 'נושא הפנייה' },
          { value: 'email', label: 'דוא״ל' },
        ],
      },
    },
  },
  {
    name: 'silence',
    card: { tab: 'ai', title: 'שתיקות' },
    settings: z.object({
      silence_reprompt_sec: z.int().min(1).max(120).default(10),
      silence_ends_call: z.boolean().default(false),
    }),
    fields: {
      silence_reprompt_sec: { control: 'number', label: 'שתיקה עד פנייה חוזרת', min: 1, max: 120, unit: 'שניות' },
      silence_ends_call: { control: 'switch', label: 'סיים בנימוס כשהלקוח שותק' },
    },
  },
];
