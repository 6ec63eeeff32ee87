import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { autoHangup } from '../../../plugins/auto-hangup/index.ts';
import type { LeadResult } from '../../../plugins/auto-hangup/lead-result.ts';
import { leadValue } from '../../../plugins/auto-hangup/lead-values.ts';
import { readsBack } from '../../../plugins/auto-hangup/read-back.ts';
import type { CallContext } from '../../../voice/plugin.ts';
import { Talk } from './harness.ts';

const CONTEXT: CallContext = {
  callId: 'call',
  businessId: 'business',
  businessName: 'תיווך',
  direction: 'inbound',
  fromNumber: '+972521112222',
  toNumber: '+97231234567',
};
const BUDGET = { key: 'budget', label: 'תקציב', kind: 'number' };
const HOME = { key: 'home', label: 'סוג הנכס', kind: 'choice', options: ['דירה', 'בית פרטי'] };
const PETS = { key: 'pets', label: 'חיות', ask: 'when_relevant' };

const parse = (custom_lead_fields: unknown) => autoHangup.settings.safeParse({ custom_lead_fields });

describe('what an owner may define', () => {
  it('fills in what is not said', () => {
    expect(parse([PETS]).data).toMatchObject({
      custom_lead_fields: [{ ...PETS, kind: 'text', options: [], removed: false }],
    });
  });

  it.each([
    ['a key twice', [BUDGET, { ...PETS, key: 'budget' }]],
    ['a name twice', [BUDGET, { ...PETS, label: 'תקציב' }]],
    ['the key of a fixed detail', [{ ...BUDGET, key: 'phone' }]],
    ['the name of another parameter of the tool', [{ ...BUDGET, key: 'confirmed' }]],
    ['a key that every object has', [{ ...BUDGET, key: 'constructor' }]],
    ['a key in Hebrew', [{ ...BUDGET, key: 'תקציב' }]],
    ['no name', [{ ...BUDGET, label: ' ' }]],
    ['a name without end', [{ ...BUDGET, label: 'א'.repeat(61) }]],
    ['a kind that is none', [{ ...BUDGET, kind: 'colour' }]],
    ['a choice of one', [{ ...HOME, options: ['דירה'] }]],
    ['a choice twice', [{ ...HOME, options: ['דירה', 'דירה'] }]],
    ['a key nobody knows', [{ ...BUDGET, required: true }]],
    ['eleven', Array.from({ length: 11 }, (_, index) => ({ key: `f${index}x`, label: `פרט ${index}` }))],
  ])('not %s', (_, fields) => expect(parse(fields).success).toBe(false));

  it('one that was removed makes room for another of its name', () => {
    expect(
      parse([
        { ...BUDGET, removed: true },
        { ...BUDGET, key: 'budget_2' },
      ]).success,
    ).toBe(true);
  });
});

/** The tool under these settings, with a keeper of details. */
function tool(fields: readonly unknown[]) {
  const kept: Record<string, string> = {};
  const leads = {
    save: (_: CallContext, details: Record<string, string>) => Promise.resolve({ ...Object.assign(kept, details) }),
  };
  const settings = autoHangup.settings.parse({ required_lead_fields: ['name'], custom_lead_fields: fields });
  const [save] = autoHangup.tools?.({ leads }) ?? [];
  if (save === undefined) throw new Error('no tool');
  const schema = save.parameters(settings);
  const run = (args: Record<string, unknown>) =>
    save.run(schema.parse(args), {
      context: CONTEXT,
      settings,
      signal: new AbortController().signal,
    }) as Promise<LeadResult>;
  return { run, schema };
}

describe('save_lead_details', () => {
  it('offers them to the model by name, and a choice with its values', () => {
    const { properties } = z.toJSONSchema(tool([BUDGET, HOME, PETS]).schema) as { properties: Record<string, object> };
    expect(properties['budget']).toMatchObject({ description: expect.stringContaining('תקציב') as string });
    expect(JSON.stringify(properties['home'])).toContain('"enum":["דירה","בית פרטי"]');
    expect(properties).toHaveProperty('pets');
    expect(z.toJSONSchema(tool([{ ...PETS, removed: true }]).schema).properties).not.toHaveProperty('pets');
  });

  it('misses those that are always asked for, and no others', async () => {
    const { run } = tool([BUDGET, PETS]);
    expect(await run({ name: 'דנה' })).toMatchObject({ missing: ['budget'], confirmed: false });
    expect(await run({ budget: 'שני מיליון', pets: 'כלב' })).toMatchObject({
      saved: { name: 'דנה', budget: '2000000', pets: 'כלב' },
      missing: [],
    });
  });

  it('refuses a value that is none, keeps the others, and says so', async () => {
    const result = await tool([BUDGET, HOME]).run({ name: 'דנה', budget: 'הרבה', home: 'חנות' });
    expect(result.saved).toEqual({ name: 'דנה' });
    expect(result.next).toContain('The budget was not saved');
    expect(result.next).toContain('The home was not saved');
  });
});

it('the agent is told what to ask, what only comes up, and what a choice is made from', () => {
  const prompt = (fields: readonly unknown[]) =>
    autoHangup.instructions?.(autoHangup.settings.parse({ custom_lead_fields: fields }), CONTEXT) ?? '';
  expect(prompt([BUDGET])).toContain('topic (נושא הפנייה), budget (תקציב).');
  expect(prompt([PETS])).toMatch(/conversation: name .*topic \(נושא הפנייה\)\.\n.*Only where.*pets \(חיות\)/su);
  expect(prompt([HOME])).toContain('home is one of: דירה / בית פרטי');
  expect(prompt([{ ...BUDGET, removed: true }])).not.toContain('budget');
});

describe('the read-back', () => {
  const kinds = { budget: 'number', moves_in: 'date', home: 'choice', phone_2: 'phone' } as const;
  it.each([
    ['budget', '2000000', 'אז התקציב הוא שני מיליון שקל, נכון?', true],
    ['budget', '2000000', 'אז התקציב הוא שלושה מיליון שקל, נכון?', false],
    ['moves_in', '2026-05-03', 'כניסה בשלושה במאי, נכון?', true],
    ['moves_in', '2026-05-03', 'כניסה בארבעה במאי, נכון?', false],
    ['home', 'בית פרטי', 'בית פרטי, נכון?', true],
    ['home', 'בית פרטי', 'בית, נכון?', false],
    ['phone_2', '0501234567', 'אפס חמישים, אחת שתיים שלוש, ארבע חמש שש שבע, נכון?', true],
  ])('%s %s: «%s» %s', (key, value, text, expected) => {
    expect(readsBack(text, { [key]: value }, [key], kinds)).toBe(expected);
  });

  it('ends the call once the caller said yes to the own detail as well', () => {
    const talk = () =>
      new Talk({ auto_end_on_goodbye: false, required_lead_fields: ['name'], custom_lead_fields: [BUDGET] })
        .agent('במה אפשר לעזור?')
        .caller('דנה לוי, יש לי שני מיליון')
        .tool({ name: 'דנה לוי', budget: '2000000' });
    expect(talk().agent('דנה לוי, נכון?').caller('כן, נכון').ended).toBeNull();
    expect(talk().agent('דנה לוי, תקציב של שני מיליון, נכון?').caller('כן, נכון').ended).toBe('user_verified');
  });
});

describe('a date', () => {
  it.each([
    ['2026-5-3', '2026-05-03'],
    ['3/5/2026', '2026-05-03'],
    ['03.05.2026', '2026-05-03'],
    ['29/2/2028', '2028-02-29'],
    ['29/2/2026', null],
    ['2026-13-01', null],
    ['0026-05-03', null],
    ['ביום ראשון הקרוב', 'ביום ראשון הקרוב'],
  ])('«%s» is kept as %s', (said, kept) => {
    expect(leadValue({ kind: 'date' }, said)).toBe(kept);
  });
});
