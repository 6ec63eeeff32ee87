import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkPatch, readThroughRegistry } from '../../../domain/settings/check.ts';
import { SETTING_COLUMNS, settingsRegistry } from '../../../domain/settings/registry.ts';
import type { Role } from '../../../domain/users/permissions.ts';
import { exampleSources } from './example-sources.ts';

const registry = settingsRegistry(exampleSources);
const check = (patch: Record<string, unknown>, role: Role = 'owner') =>
  checkPatch(patch, registry, { role, current: registry.defaults });

describe('settingsRegistry', () => {
  it('knows every column of business_settings once, with the fixed defaults', () => {
    for (const column of SETTING_COLUMNS) expect(registry.entries.get(column)?.column, column).toBe(true);
    expect(registry.defaults).toMatchObject({
      monday_webhook_url: null,
      send_call_transcripts_to_monday: false,
      bot_speaks_first: false,
      barge_in_enabled: true,
      required_lead_fields: ['name', 'phone', 'topic'],
      silence_reprompt_sec: 10,
      silence_ends_call: false,
      max_call_sec: 1800,
      max_outbound_calls: 3,
      max_total_calls: 5,
    });
  });

  it('keeps a plugin key without a column apart', () => {
    expect(registry.entries.get('example_level')).toMatchObject({ column: false, source: 'example', defaultValue: 1 });
  });

  it('puts the cards of plugins first, in their order', () => {
    expect(registry.cards.map((card) => card.name).slice(0, 3)).toEqual(['greeting-first', 'monday-export', 'lead']);
  });

  const card = { tab: 'ai', title: 'כרטיס' } as const;
  const field = { control: 'switch', label: 'מתג' } as const;

  const SECRET_SOURCE = { name: 'x', card, settings: z.object({}), fields: {} };

  it('keeps a secret out of the settings', () => {
    const secrets = { api: { label: 'סוד', header: 'authorization' } };
    const { entries, cards, defaults } = settingsRegistry([{ ...SECRET_SOURCE, secrets }]);
    expect(cards[0]).toMatchObject({ name: 'x', entries: [], secrets: [{ key: 'api', name: 'plugin:x:api' }] });
    expect(entries.has('api')).toBe(false);
    expect(defaults).not.toHaveProperty('api');
  });

  it.each([
    [
      'settings_key_taken',
      { name: 'x', card, settings: z.object({ prompt: z.boolean().default(false) }), fields: { prompt: field } },
    ],
    [
      'settings_key_taken',
      {
        name: 'x',
        card,
        settings: z.object({ business_id: z.boolean().default(false) }),
        fields: { business_id: field },
      },
    ],
    ['settings_field_missing', { name: 'x', card, settings: z.object({ a: z.boolean().default(false) }), fields: {} }],
    ['settings_default_missing', { name: 'x', card, settings: z.object({ a: z.boolean() }), fields: { a: field } }],
    ['settings_key_taken', { ...SECRET_SOURCE, secrets: { prompt: { label: 'סוד', header: 'authorization' } } }],
    ['settings_secret_invalid', { ...SECRET_SOURCE, secrets: { a: { label: 'סוד', header: 'Content-Type' } } }],
    ['settings_secret_invalid', { ...SECRET_SOURCE, secrets: { 'a b': { label: 'סוד', header: 'authorization' } } }],
  ])('fails at start: %s', (code, source) => {
    expect(() => settingsRegistry([source])).toThrow(expect.objectContaining({ code, permanent: true }));
  });
});

describe('checkPatch', () => {
  it('looks at the named keys alone', () => {
    expect(check({ bot_speaks_first: true })).toEqual({ ok: true, values: { bot_speaks_first: true } });
  });

  it.each(['', '   ', null])('clears the webhook address for %j', (value) => {
    expect(check({ monday_webhook_url: value })).toEqual({ ok: true, values: { monday_webhook_url: null } });
  });

  it.each([
    ['bot_speaks_first', 'yes', 'יש לבחור כן או לא'],
    ['max_call_sec', 1.5, 'יש להזין מספר שלם'],
    ['max_call_sec', '60', 'יש להזין מספר'],
    ['max_call_sec', 4, 'הערך הקטן ביותר הוא 5'],
    ['max_call_sec', 99999, 'הערך הגדול ביותר הוא 3600'],
    ['agent_name', 'א'.repeat(61), 'לכל היותר 60 תווים'],
    ['agent_name', null, 'יש להזין טקסט'],
    ['agent_name', 'א\u0000', 'הערך אינו תקין'],
    ['prompt', '\ud800', 'הערך אינו תקין'],
    ['voice', 'nobody', 'יש לבחור אחד מהערכים שברשימה'],
    ['required_lead_fields', 'name', 'יש לשלוח רשימה'],
    ['monday_webhook_url', 'not a url', 'יש להזין כתובת מלאה שמתחילה ב־https://'],
    ['example_level', 7, 'בין 1 ל־5 בלבד'],
  ])('%s = %j is answered in Hebrew', (key, value, message) => {
    expect(check({ [key]: value })).toEqual({ ok: false, code: 'validation_failed', fields: { [key]: message } });
  });

  it('finds the Hebrew message inside a union', () => {
    const card = { tab: 'ai', title: 'כרטיס' } as const;
    const url = z.union([z.literal(''), z.url({ error: 'כתובת לא תקינה' })]).default('');
    const fields = { either: { control: 'text', label: 'כתובת' } } as const;
    const own = settingsRegistry([{ name: 'x', card, settings: z.object({ either: url }), fields }]);
    for (const value of ['not a url', 5]) {
      const checked = checkPatch({ either: value }, own, { role: 'owner', current: own.defaults });
      expect(checked).toMatchObject({ ok: false, fields: { either: 'כתובת לא תקינה' } });
    }
  });

  it('names unknown keys beside everything else that is wrong', () => {
    expect(check({ nonsense: 1, bot_speaks_first: 1, prompt: 'טוב' })).toEqual({
      ok: false,
      code: 'unknown_field',
      fields: { nonsense: 'שדה לא מוכר', bot_speaks_first: 'יש לבחור כן או לא' },
    });
  });

  it('refuses a key that hides in the prototype', () => {
    expect(check(JSON.parse('{"__proto__": {"a": 1}}') as Record<string, unknown>).ok).toBe(false);
  });

  it('changes a limit only where that is allowed, but takes it back unchanged', () => {
    expect(check({ max_total_calls: 50 })).toMatchObject({
      ok: false,
      fields: { max_total_calls: expect.stringMatching(/מנהל מערכת/) },
    });
    expect(check({ max_total_calls: 5 })).toEqual({ ok: true, values: {} });
    expect(check({ max_total_calls: 50 }, 'system_admin')).toEqual({ ok: true, values: { max_total_calls: 50 } });
  });
});

describe('readThroughRegistry', () => {
  it('fills in what is missing, mends what is invalid, leaves out what nobody knows', () => {
    const settings = readThroughRegistry({ max_call_sec: -1, prompt: 'שלום', gone_plugin: true }, registry);
    expect(settings).toMatchObject({ max_call_sec: 1800, prompt: 'שלום', example_level: 1 });
    expect('gone_plugin' in settings).toBe(false);
    expect(Object.keys(settings)).toHaveLength(registry.entries.size);
  });
});
