import { z } from 'zod';
import type { SettingsSource } from '../../../domain/settings/registry.ts';

const flag = (label: string) => ({ control: 'switch', label }) as const;

/** Sources like the plugins', so that tests of the registry do not depend on the plugins of the day. */
export const exampleSources: readonly SettingsSource[] = [
  {
    name: 'greeting-first',
    card: { tab: 'ai', title: 'פתיחה' },
    settings: z.object({
      bot_speaks_first: z.boolean().default(false),
      greeting_message: z.string().max(500).default(''),
    }),
    fields: { bot_speaks_first: flag('ראשון'), greeting_message: { control: 'textarea', label: 'פתיחה' } },
  },
  {
    name: 'monday-export',
    card: { tab: 'integrations', title: 'אינטגרציה' },
    settings: z.object({
      monday_webhook_url: z
        .url({ protocol: /^https?$/ })
        .nullable()
        .default(null),
      send_call_transcripts_to_monday: z.boolean().default(false),
    }),
    fields: {
      send_call_transcripts_to_monday: flag('שלח'),
      monday_webhook_url: { control: 'text', label: 'כתובת', dir: 'ltr' },
    },
  },
  {
    name: 'lead',
    card: { tab: 'ai', title: 'סיום' },
    settings: z.object({
      auto_end_after_lead_capture: z.boolean().default(false),
      auto_end_on_goodbye: z.boolean().default(false),
      required_lead_fields: z.array(z.string()).default(['name', 'phone', 'topic']),
      barge_in_enabled: z.boolean().default(true),
      silence_reprompt_sec: z.int().min(1).max(120).default(10),
      silence_ends_call: z.boolean().default(false),
    }),
    fields: {
      auto_end_after_lead_capture: flag('ליד'),
      auto_end_on_goodbye: flag('ביי'),
      required_lead_fields: { control: 'checklist', label: 'שדות', options: [] },
      barge_in_enabled: flag('התפרצות'),
      silence_reprompt_sec: { control: 'number', label: 'שתיקה', min: 1, max: 120 },
      silence_ends_call: flag('סיום בשתיקה'),
    },
  },
  {
    name: 'example',
    card: { tab: 'ai', title: 'דוגמה' },
    settings: z.object({ example_level: z.int().min(1).max(5, 'בין 1 ל־5 בלבד').default(1) }),
    fields: { example_level: { control: 'number', label: 'רמה', min: 1, max: 5 } },
  },
];
