import { z } from 'zod';
import type { SettingsSource } from './types.ts';

/** Voices of the speech model. */
const VOICES = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'] as const;

/** Longest prompt in characters: what a speech model takes as instructions with room for everything else. */
const MAX_PROMPT = 20_000;

/** The settings that belong to no plugin. Limits are read-only except for a system administrator and the command line. */
export const CORE_SETTINGS: readonly SettingsSource[] = [
  {
    name: 'agent',
    card: { tab: 'ai', title: 'הסוכן', help: 'השם והקול שהלקוחות שומעים.' },
    settings: z.object({
      agent_name: z.string().trim().max(60).default(''),
      voice: z.enum(VOICES).default('cedar'),
    }),
    fields: {
      agent_name: { control: 'text', label: 'שם הסוכן', dir: 'auto', help: 'כך הסוכן מציג את עצמו.' },
      voice: {
        control: 'select',
        label: 'קול',
        options: VOICES.map((voice) => ({ value: voice, label: voice })),
      },
    },
  },
  {
    name: 'prompts',
    card: { tab: 'ai', title: 'הנחיות לסוכן', help: 'מה הסוכן יודע על העסק וכיצד עליו לנהל את השיחה.' },
    settings: z.object({
      prompt: z.string().max(MAX_PROMPT).default(''),
      outbound_calls_prompt: z.string().max(MAX_PROMPT).default(''),
    }),
    fields: {
      prompt: { control: 'textarea', label: 'הנחיות לשיחות נכנסות', rows: 10 },
      outbound_calls_prompt: { control: 'textarea', label: 'הנחיות לשיחות יוצאות', rows: 8 },
    },
  },
  {
    name: 'turn-taking',
    card: { tab: 'ai', title: 'תור הדיבור', help: 'מתי הסוכן עונה ומתי הוא מחכה.' },
    settings: z.object({
      turn_taking: z.enum(['guarded', 'server']).default('guarded'),
    }),
    fields: {
      turn_taking: {
        control: 'select',
        label: 'מי מחליט שהלקוח סיים לדבר',
        options: [
          { value: 'guarded', label: 'המערכת, לפי הדיבור שנשמע בקו (מומלץ)' },
          { value: 'server', label: 'המודל עצמו' },
        ],
        help: 'המערכת אינה עונה לרעש ואינה נקטעת מ«כן» או «אהה». המודל עצמו עונה מעט מהר יותר, גם לרעשים.',
      },
    },
  },
  {
    name: 'call-limits',
    card: { tab: 'ai', title: 'משך השיחה' },
    settings: z.object({
      max_call_sec: z.int().min(5).max(3600).default(1800),
    }),
    fields: {
      max_call_sec: {
        control: 'number',
        label: 'משך שיחה מרבי',
        min: 5,
        max: 3600,
        unit: 'שניות',
        help: 'הסוכן נפרד ומסיים כשהזמן עובר.',
      },
    },
  },
  {
    name: 'capacity',
    card: { tab: 'business', title: 'שיחות בו־זמנית', help: 'את המכסות קובע מנהל המערכת.' },
    readOnly: true,
    settings: z.object({
      max_total_calls: z.int().min(1).max(10_000).default(5),
      max_outbound_calls: z.int().min(0).max(10_000).default(3),
    }),
    fields: {
      max_total_calls: { control: 'number', label: 'מספר שיחות מרבי', min: 1, max: 10_000 },
      max_outbound_calls: { control: 'number', label: 'מספר שיחות יוצאות מרבי', min: 0, max: 10_000 },
    },
  },
];
