import { z } from 'zod';

/** What a detail is: how it is checked, read back and found in what was said. */
export const VALUE_KINDS = ['text', 'number', 'date', 'phone', 'email', 'choice'] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** When the agent asks for a detail. */
export const ASK_WHEN = ['always', 'when_relevant'] as const;

/** Details a business collects beside the fixed ones; more make an interrogation of a call. */
export const MOST_CUSTOM_FIELDS = 10;
/** With those that were removed, whose names are kept. */
export const MOST_KEPT_FIELDS = 40;
const LONGEST_LABEL = 60;
const LONGEST_OPTION = 40;
const MOST_OPTIONS = 12;

/** Names of the fixed details, of the tool's other parameters, and of what every object has. */
const TAKEN_KEYS = new Set(
  'name phone topic email city preferred_time notes use_caller_number confirmed constructor prototype'.split(' '),
);

const option = z.string().trim().min(1).max(LONGEST_OPTION, `אפשרות היא לכל היותר ${LONGEST_OPTION} תווים`);

const customField = z
  .strictObject({
    key: z
      .string()
      .regex(/^[a-z][a-z0-9_]{1,30}$/u, 'המפתח: אותיות קטנות באנגלית, ספרות וקו תחתון, עד 31 תווים')
      .refine((key) => !TAKEN_KEYS.has(key), 'המפתח הזה תפוס')
      .describe('Stable: what was collected is kept and sent under it'),
    label: z
      .string()
      .trim()
      .min(1, 'לכל פרט נדרש שם')
      .max(LONGEST_LABEL, `שם של פרט הוא לכל היותר ${LONGEST_LABEL} תווים`),
    kind: z.enum(VALUE_KINDS, { error: 'יש לבחור סוג מתוך הרשימה' }).default('text'),
    options: z
      .array(option)
      .max(MOST_OPTIONS, `לכל היותר ${MOST_OPTIONS} אפשרויות לבחירה`)
      .refine((all) => new Set(all).size === all.length, 'כל אפשרות יכולה להופיע פעם אחת')
      .default([])
      .describe('Of a choice'),
    ask: z.enum(ASK_WHEN, { error: 'יש לבחור מתי לשאול' }).default('always'),
    removed: z.boolean().default(false).describe('No longer asked for; what was collected keeps its name'),
  })
  .refine((field) => field.kind !== 'choice' || field.options.length >= 2, 'לבחירה נדרשות לפחות שתי אפשרויות')
  .transform((field) => (field.kind === 'choice' ? field : { ...field, options: [] }));

export type CustomField = z.output<typeof customField>;

const once = (values: readonly string[]) => new Set(values).size === values.length;

/** The details of a business's own, in the order the agent asks. */
export const customFields = z
  .array(customField)
  .max(MOST_KEPT_FIELDS)
  .refine((all) => once(all.map(({ key }) => key)), 'כל מפתח יכול להופיע פעם אחת')
  .refine((all) => asked(all).length <= MOST_CUSTOM_FIELDS, `לכל היותר ${MOST_CUSTOM_FIELDS} פרטים נוספים`)
  .refine((all) => once(asked(all).map(({ label }) => label)), 'שני פרטים לא יכולים לשאת אותו שם')
  .default([]);

/** Those that are collected today. */
export function asked(fields: readonly CustomField[]): readonly CustomField[] {
  return fields.filter(({ removed }) => !removed);
}
