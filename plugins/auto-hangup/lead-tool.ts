import { z } from 'zod';
import { sayDigits } from '../../hebrew/spoken-digits.ts';
import { type CallContext, type Tool, defineTool } from '../../voice/plugin.ts';
import { type CustomField, type ValueKind, asked } from './custom-fields.ts';
import { type LeadResult, SAVE_LEAD_DETAILS } from './lead-result.ts';
import { leadValue, phoneValue } from './lead-values.ts';
import { type AutoHangupSettings, type LeadField, LEAD_FIELDS, collectedFields, requiredKeys } from './settings.ts';

/** Where the details of a call are kept. */
export interface LeadsPort {
  /**
   * Keeps these details of the caller; those given before stay unless they are named again. With `{}` it only reads.
   * Returns every detail captured in this call so far.
   */
  save(call: CallContext, details: Record<string, string>): Promise<Record<string, string>>;
}

const DESCRIPTIONS: Readonly<Record<LeadField, string>> = {
  name: 'Full name, in Hebrew letters as the caller says it',
  phone: 'Telephone number for calling back, digits only, exactly as dictated, e.g. 0501234567',
  topic: 'What the caller wants, a few words in Hebrew',
  email: 'E-mail address',
  city: 'City or town, in Hebrew letters',
  preferred_time: 'When it suits the caller, in Hebrew',
  notes: 'Anything else worth knowing, short, in Hebrew',
};

/** Offered to the model in any case. */
const COMMON_FIELDS: readonly LeadField[] = ['name', 'phone', 'topic', 'notes'];

/** Every field as one shape, so that the arguments have one type whatever a business requires. */
const text = (field: LeadField) => z.string().nullish().describe(DESCRIPTIONS[field]);
const parameters = z.object({
  name: text('name'),
  phone: text('phone'),
  topic: text('topic'),
  email: text('email'),
  city: text('city'),
  preferred_time: text('preferred_time'),
  notes: text('notes'),
  use_caller_number: z
    .boolean()
    .nullish()
    .describe('True only when the caller agreed that the number of this call is the one to call back'),
  confirmed: z
    .boolean()
    .nullish()
    .describe('True only after the caller answered yes to your reading back of every detail'),
});

const KIND_HINTS: Readonly<Record<ValueKind, string>> = {
  text: 'short, in Hebrew, as the caller says it',
  number: 'one number in digits, e.g. 120',
  date: 'YYYY-MM-DD where day, month and year are certain, else in Hebrew as the caller says it',
  phone: 'digits only, exactly as dictated',
  email: 'an e-mail address',
  choice: 'one of the values listed, spelt as there',
};

/** The parameter of a detail of the business's own. */
function ownParameter({ label, kind, options }: CustomField): z.ZodType<string | null | undefined> {
  // The values are told to the model, and checked with the value: another one must not cost the details beside it.
  const value = kind === 'choice' ? z.string().meta({ enum: options }) : z.string();
  return value.nullish().describe(`${label}: ${KIND_HINTS[kind]}`);
}

/** The tool with which the model saves what the caller tells. Returns {@link LeadResult}; fails when the port does. */
export function saveLeadDetails(leads: LeadsPort): Tool {
  return defineTool({
    name: SAVE_LEAD_DETAILS,
    description:
      'Saves details the caller gave. Call it as soon as one is heard, with what is new or corrected only; ' +
      'call it with confirmed=true once the caller confirmed the read-back of all of them.',
    parameters: (settings: AutoHangupSettings): typeof parameters => {
      const offered = new Set<string>([...COMMON_FIELDS, ...settings.required_lead_fields]);
      const hidden = LEAD_FIELDS.filter((field) => !offered.has(field)).map((field) => [field, true]);
      // The fields left out are optional: what parses with them parses without.
      const fixed = parameters.omit(Object.fromEntries(hidden) as Record<never, true>);
      // Its keys are a business's own, which no type knows.
      const own: Record<never, z.ZodType> = Object.fromEntries(
        asked(settings.custom_lead_fields).map((field) => [field.key, ownParameter(field)]),
      );
      return fixed.extend(own);
    },
    run: async (args, { context, settings }): Promise<LeadResult> => {
      const callerNumber = phoneValue(context.direction === 'inbound' ? context.fromNumber : context.toNumber);
      const fields = collectedFields(settings);
      const given = new Map(Object.entries(args).filter((entry): entry is [string, string] => isText(entry[1])));
      const details: Record<string, string> = {};
      for (const field of fields) {
        const value = leadValue(field, given.get(field.key));
        if (value !== null) details[field.key] = value;
      }
      if (args.use_caller_number === true && callerNumber !== null && details['phone'] === undefined) {
        details['phone'] = callerNumber;
      }
      const saved = await leads.save(context, details);
      const missing = requiredKeys(settings).filter((key) => (saved[key] ?? '') === '');
      const confirmed = args.confirmed === true && missing.length === 0;
      const refused = fields.map(({ key }) => key).filter((key) => given.has(key) && details[key] === undefined);
      return {
        saved,
        missing,
        confirmed,
        next: nextStep({ heard: details, saved, missing, confirmed, refused, hasNumber: callerNumber !== null }),
      };
    },
  });
}

const isText = (value: unknown) => typeof value === 'string' && value.trim() !== '';

interface Step {
  /** Saved with this very call: the caller has just said it. */
  readonly heard: Readonly<Record<string, string>>;
  readonly saved: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
  readonly confirmed: boolean;
  readonly refused: readonly string[];
  /** The call shows the caller's own number. */
  readonly hasNumber: boolean;
}

function nextStep(step: Step): string {
  const refused = step.refused.map(
    (field) => `The ${field} was not saved: it is incomplete or no real value; ask for it again. `,
  );
  return refused.join('') + repeat(step) + whatToDo(step);
}

/** A detail is confirmed when it is heard: said back at once, it can be corrected at once. */
function repeat({ heard, missing }: Step): string {
  const fields = Object.keys(heard).filter((field) => field !== 'topic' && field !== 'notes');
  if (fields.length === 0 || missing.length === 0) return '';
  const phone = heard['phone'] === undefined ? '' : ` Say the number digit by digit: «${sayDigits(heard['phone'])}».`;
  return `First repeat what you just heard (${fields.join(', ')}) so that the caller can correct it.${phone} `;
}

function whatToDo({ saved, missing, confirmed, hasNumber }: Step): string {
  const first = missing[0];
  if (first === undefined) {
    if (confirmed) return 'Everything is saved and confirmed. Say goodbye in one short sentence and ask nothing more.';
    const phone =
      saved['phone'] === undefined ? '' : ` (the phone number digit by digit: «${sayDigits(saved['phone'])}»)`;
    return `Read back all saved details in one turn${phone} and ask «נכון?». After a yes call this tool with confirmed=true.`;
  }
  if (first === 'phone' && hasNumber) {
    return (
      'Ask for the phone number. You may ask whether to use the number the caller is calling from; ' +
      'only if the caller agrees, call this tool with use_caller_number=true.'
    );
  }
  return `Ask for: ${first}. One detail at a time.`;
}
