import { z } from 'zod';
import { HOURS_KEYS, holidaysSchema, shortDaySchema, specialSchema, weekSchema } from '../hours/policy.ts';
import { RETENTION_SETTINGS } from '../retention/settings.ts';
import type { SettingsSource } from './types.ts';

/** Voices of the speech model. */
const VOICES = ['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar'] as const;

/** How each sounds in Hebrew, the most natural first. The agent speaks of itself in the masculine whatever its voice. */
const VOICE_LABELS: Readonly<Record<(typeof VOICES)[number], string>> = {
  cedar: 'Cedar · גברי, חם ושקט (מומלץ)',
  marin: 'Marin · נשי, בהיר וטבעי',
  ash: 'Ash · גברי, נמוך ובטוח',
  verse: 'Verse · גברי, צעיר ונמרץ',
  echo: 'Echo · גברי, רשמי ומדוד',
  ballad: 'Ballad · גברי, רך ומתנגן',
  coral: 'Coral · נשי, חם וידידותי',
  sage: 'Sage · נשי, רגוע ורציני',
  shimmer: 'Shimmer · נשי, קליל ושמח',
  alloy: 'Alloy · ניטרלי, מאוזן',
};

/** Languages the agent can go over to when a caller asks. */
const LANGUAGES = ['en', 'ar', 'ru', 'fr', 'es', 'am'] as const;
const LANGUAGE_LABELS: Readonly<Record<(typeof LANGUAGES)[number], string>> = {
  en: 'אנגלית',
  ar: 'ערבית',
  ru: 'רוסית',
  fr: 'צרפתית',
  es: 'ספרדית',
  am: 'אמהרית',
};

/** Longest prompt in characters: what a speech model takes as instructions with room for everything else. */
const MAX_PROMPT = 20_000;

const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  en: 'English',
  ar: 'Arabic',
  ru: 'Russian',
  fr: 'French',
  es: 'Spanish',
  am: 'Amharic',
};

/** The English names of the languages in `switch_languages`, for the agent's instructions; undefined where all are allowed. */
export function languageNames(chosen: unknown): readonly string[] | undefined {
  if (!Array.isArray(chosen) || LANGUAGES.every((language) => chosen.includes(language))) return undefined;
  return chosen.flatMap((language) => LANGUAGE_NAMES[String(language)] ?? []);
}

/** The settings that belong to no plugin. Limits are read-only except for a system administrator and the command line. */
export const CORE_SETTINGS: readonly SettingsSource[] = [
  {
    name: 'agent',
    card: { tab: 'ai', title: 'הסוכן', help: 'השם והקול שהלקוחות שומעים, והשפות שבהן אפשר לדבר איתו.' },
    settings: z.object({
      agent_name: z.string().trim().max(60).default(''),
      agent_introduction: z.string().trim().max(300).default(''),
      voice: z.enum(VOICES).default('cedar'),
      switch_languages: z.array(z.enum(LANGUAGES)).default([...LANGUAGES]),
    }),
    fields: {
      agent_name: { control: 'text', label: 'שם הסוכן', dir: 'auto', help: 'כך הסוכן מציג את עצמו.' },
      agent_introduction: {
        control: 'textarea',
        label: 'איך הסוכן מציג את עצמו',
        rows: 2,
        spoken: true,
        placeholder: 'מדבר נועם, העוזר הדיגיטלי של המרפאה.',
        help: 'נאמר כשלקוח שואל מי מדבר, ובתחילת שיחה יוצאת. ריק: השם ושם העסק.',
      },
      voice: {
        control: 'select',
        label: 'קול',
        voices: true,
        options: (Object.keys(VOICE_LABELS) as (typeof VOICES)[number][]).map((voice) => ({
          value: voice,
          label: VOICE_LABELS[voice],
        })),
        help: 'כל המשפטים הקבועים מוקלטים מחדש בקול שנבחר, תוך דקה מהשמירה.',
      },
      switch_languages: {
        control: 'checklist',
        label: 'שפות שהסוכן עובר אליהן לבקשת הלקוח',
        options: LANGUAGES.map((value) => ({ value, label: LANGUAGE_LABELS[value] })),
        help: 'השיחה מתחילה תמיד בעברית. שפה שלא סומנה: הסוכן יסביר שהוא מדבר רק בשפות שסומנו.',
      },
    },
  },
  {
    name: 'prompts',
    card: { tab: 'ai', title: 'הנחיות לסוכן', help: 'מה הסוכן יודע על העסק וכיצד עליו לנהל את השיחה.' },
    settings: z.object({
      prompt: z.string().max(MAX_PROMPT).default(''),
      outbound_calls_prompt: z.string().max(MAX_PROMPT).default(''),
      whatsapp_prompt: z.string().max(MAX_PROMPT).default(''),
    }),
    fields: {
      prompt: {
        control: 'textarea',
        label: 'הנחיות לשיחות נכנסות',
        rows: 10,
        help: 'כתבו כמו לעובד חדש: מה העסק עושה, מה שואלים, מה מותר להבטיח ומה לא.',
      },
      outbound_calls_prompt: {
        control: 'textarea',
        label: 'הנחיות לשיחות יוצאות',
        rows: 8,
        help: 'למה מתקשרים, מה מציעים, ומה עושים כשהלקוח אינו מעוניין.',
      },
      whatsapp_prompt: {
        control: 'textarea',
        label: 'הנחיות ל־WhatsApp',
        rows: 8,
        help: 'בכתב אפשר להאריך מעט יותר, לשלוח קישורים ולענות כעבור זמן.',
      },
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
    name: 'recording',
    card: {
      tab: 'ai',
      title: 'הקלטת שיחות',
      help: 'ההקלטה נשמרת ליד התמלול, ונמחקת אחרי הזמן שנקבע בלשונית אבטחה.',
    },
    flag: 'recordings',
    settings: z.object({
      record_calls: z.boolean().default(false),
    }),
    fields: {
      record_calls: {
        control: 'switch',
        label: 'הקלט שיחות',
        help: 'יש להודיע ללקוחות שהשיחה מוקלטת, למשל בהודעת הפתיחה.',
      },
    },
  },
  {
    name: 'call-limits',
    card: { tab: 'ai', title: 'משך השיחה', help: 'גבול עליון לכל שיחה, כדי ששיחה שנשכחה לא תימשך לנצח.' },
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
        help: 'דקה לפני הסוף הסוכן מודיע ללקוח, וכשהזמן עובר הוא נפרד ומסיים.',
      },
    },
  },
  {
    name: 'hours',
    card: {
      tab: 'business',
      title: 'שעות פתיחה',
      help: 'הסוכן יודע מתי העסק פתוח, מה השעה עכשיו ואילו חגים מתקרבים, ועונה לפי זה.',
    },
    settings: z.object({
      [HOURS_KEYS.week]: weekSchema,
      [HOURS_KEYS.shortDay]: shortDaySchema,
      [HOURS_KEYS.holidays]: holidaysSchema,
      [HOURS_KEYS.special]: specialSchema,
    }),
    fields: {
      [HOURS_KEYS.week]: {
        control: 'week_hours',
        label: 'שעות השבוע',
        help: 'יום בלי שעות הוא יום סגור. שעת סיום שקודמת לשעת הפתיחה היא למחרת בלילה. כל עוד לא הוזנה אף שעה, הסוכן לא מוסר שעות פתיחה.',
      },
      [HOURS_KEYS.shortDay]: {
        control: 'time_range',
        label: 'שעות מקוצרות',
        help: 'ביום מקוצר פתוח רק בתוך השעות האלה, ורק אם העסק פתוח אז גם ביום רגיל.',
      },
      [HOURS_KEYS.holidays]: { control: 'holiday_rules', label: 'חגים וערבי חג' },
      [HOURS_KEYS.special]: {
        control: 'special_days',
        label: 'ימים מיוחדים',
        help: 'חופשות, אירועים וימים עם שעות אחרות. הם גוברים על השבוע ועל החגים.',
      },
    },
  },
  {
    name: 'capacity',
    card: { tab: 'business', title: 'שיחות בו־זמנית', help: 'את המכסות קובע מנהל המערכת.' },
    changedBy: 'limits.write',
    settings: z.object({
      max_total_calls: z.int().min(1).max(10_000).default(5),
      max_outbound_calls: z.int().min(0).max(10_000).default(3),
    }),
    fields: {
      max_total_calls: { control: 'number', label: 'מספר שיחות מרבי', min: 1, max: 10_000 },
      max_outbound_calls: { control: 'number', label: 'מספר שיחות יוצאות מרבי', min: 0, max: 10_000 },
    },
  },
  RETENTION_SETTINGS,
];
