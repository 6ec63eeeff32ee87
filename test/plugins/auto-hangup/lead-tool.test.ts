import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { autoHangup } from '../../../plugins/auto-hangup/index.ts';
import type { LeadResult } from '../../../plugins/auto-hangup/lead-result.ts';
import { leadValue } from '../../../plugins/auto-hangup/lead-values.ts';
import type { CallContext } from '../../../voice/plugin.ts';

const CONTEXT: CallContext = {
  callId: 'call',
  businessId: 'business',
  businessName: 'מרפאה',
  direction: 'inbound',
  fromNumber: '+972521112222',
  toNumber: '+97231234567',
};

/** Keeps the details of one call, as the port promises. */
function fakeLeads() {
  const kept: Record<string, string> = {};
  return {
    kept,
    save: async (_: CallContext, details: Record<string, string>) => ({ ...Object.assign(kept, details) }),
  };
}

function tool(input: Record<string, unknown> = {}, context = CONTEXT) {
  const leads = fakeLeads();
  const settings = autoHangup.settings.parse(input);
  const [save] = autoHangup.tools?.({ leads }) ?? [];
  if (save === undefined) throw new Error('no tool');
  const schema = save.parameters(settings);
  const run = (args: Record<string, unknown>) =>
    save.run(schema.parse(args), { context, settings, signal: new AbortController().signal }) as Promise<LeadResult>;
  return { run, schema, kept: leads.kept };
}

describe('save_lead_details', () => {
  it('saves what is heard and says what is missing', async () => {
    const { run } = tool();
    expect(await run({ name: ' דני כהן ' })).toMatchObject({
      saved: { name: 'דני כהן' },
      missing: ['phone', 'topic'],
      confirmed: false,
    });
    expect(await run({ phone: '050-123-4567', topic: 'תור' })).toMatchObject({
      saved: { name: 'דני כהן', phone: '0501234567', topic: 'תור' },
      missing: [],
      confirmed: false,
      next: expect.stringContaining('«נכון?»'),
    });
    expect(await run({ confirmed: true })).toMatchObject({
      missing: [],
      confirmed: true,
      next: expect.stringContaining('goodbye'),
    });
  });

  it('a detail just heard is repeated before the next is asked for, a number digit by digit', async () => {
    const { run } = tool();
    const { next } = await run({ phone: '0501234567' });
    expect(next).toMatch(
      /repeat what you just heard \(phone\).*«אפס חמש אפס, אחת שתיים שלוש, ארבע חמש שש שבע».*Ask for: name/u,
    );
  });

  it('a corrected detail is repeated again, with its new value', async () => {
    const { run } = tool();
    await run({ phone: '0501234567' });
    expect((await run({ phone: '0501234568' })).next).toContain('ארבע חמש שש שמונה');
  });

  it('nothing is confirmed while a detail is missing', async () => {
    expect(await tool().run({ name: 'דני', confirmed: true })).toMatchObject({
      confirmed: false,
      missing: ['phone', 'topic'],
    });
  });

  it('the caller’s own number only when the caller agreed', async () => {
    const { run, kept } = tool();
    const first = await run({ name: 'דני' });
    expect(first.next).toContain('use_caller_number');
    expect(kept['phone']).toBeUndefined();
    expect((await run({ use_caller_number: true })).saved['phone']).toBe('0521112222');
  });

  it('on an outbound call it is the number that was called; a withheld number is not offered', async () => {
    const outbound = tool({}, { ...CONTEXT, direction: 'outbound', toNumber: '+972541112222' });
    expect((await outbound.run({ use_caller_number: true })).saved['phone']).toBe('0541112222');
    const withheld = tool({}, { ...CONTEXT, fromNumber: 'anonymous' });
    const result = await withheld.run({ name: 'דני', use_caller_number: true });
    expect(result.saved['phone']).toBeUndefined();
    expect(result.next).not.toContain('use_caller_number');
  });

  it('an incomplete number is asked for again', async () => {
    const result = await tool().run({ phone: '05012345' });
    expect(result.missing).toContain('phone');
    expect(result.next).toContain('phone was not saved');
  });

  it('offers the required fields beside the common ones, all optional', () => {
    const properties = (input: Record<string, unknown>) => {
      const schema = z.toJSONSchema(tool(input).schema);
      expect(schema.required ?? []).toEqual([]);
      return Object.keys(schema.properties ?? {});
    };
    expect(properties({})).toEqual(['name', 'phone', 'topic', 'notes', 'use_caller_number', 'confirmed']);
    expect(properties({ required_lead_fields: ['city', 'email'] })).toEqual(
      expect.arrayContaining(['city', 'email', 'name']),
    );
  });

  it('takes null for what is not known', async () => {
    expect((await tool().run({ name: null, confirmed: null })).missing).toEqual(['name', 'phone', 'topic']);
  });

  it('a port that fails makes the tool fail', async () => {
    const leads = { save: () => Promise.reject(new Error('down')) };
    const [save] = autoHangup.tools?.({ leads }) ?? [];
    const settings = autoHangup.settings.parse({});
    await expect(save?.run({}, { context: CONTEXT, settings, signal: new AbortController().signal })).rejects.toThrow(
      'down',
    );
  });
});

describe('leadValue', () => {
  it.each([
    '',
    '  ',
    'unknown',
    'N/A',
    'Unknown.',
    'null',
    '-',
    '?',
    'לא ידוע',
    'לא נמסר',
    'לקוח',
    '[name]',
    '<שם>',
    '{{name}}',
    '...',
  ])('«%s» is no name', (raw) => expect(leadValue({ kind: 'text' }, raw)).toBeNull());
  it.each([
    ['phone', '050-123 4567', '0501234567'],
    ['phone', '+972501234567', '0501234567'],
    ['phone', 'אפס חמישים, אחת שתיים שלוש, ארבע חמש שש שבע', '0501234567'],
    ['phone', '03-5551234', '035551234'],
    ['phone', '+12125550100', '+12125550100'],
    ['phone', '0501234', null],
    ['phone', '0500000000', null],
    ['phone', '123', null],
    ['phone', 'אין לי', null],
    ['email', 'Dani@Gmail.com', 'dani@gmail.com'],
    ['email', 'dani', null],
    ['text', 'דנה לוי', 'דנה לוי'],
    ['text', 'לא עובד לי המזגן', 'לא עובד לי המזגן'],
    ['text', undefined, null],
    ['number', '2,000,000 ₪', '2000000'],
    ['number', 'שני מיליון', '2000000'],
    ['number', '3.5 חדרים', '3.5'],
    ['number', '3 או 4', null],
    ['number', 'הרבה', null],
    ['date', '2026-05-03', '2026-05-03'],
    ['date', '3.5.2026', '2026-05-03'],
    ['date', '31/02/2026', null],
    ['date', 'ביום ראשון הקרוב', 'ביום ראשון הקרוב'],
    ['choice', 'בית פרטי', 'בית פרטי'],
    ['choice', 'בית פרטי עם גינה', 'בית פרטי'],
    ['choice', 'דירה או מגרש', null],
    ['choice', 'חנות', null],
  ] as const)('%s %s → %s', (kind, raw, value) =>
    expect(leadValue({ kind, options: ['דירה', 'בית פרטי', 'מגרש'] }, raw)).toBe(value),
  );
});

describe('the plugin', () => {
  it('is off by default', () => {
    expect(autoHangup.settings.parse({})).toEqual({
      auto_end_after_lead_capture: false,
      auto_end_on_goodbye: false,
      required_lead_fields: ['name', 'phone', 'topic'],
      custom_lead_fields: [],
    });
  });

  it('asks for at least one field, each once and known', () => {
    for (const fields of [[], ['name', 'name'], ['shoe_size']]) {
      expect(autoHangup.settings.safeParse({ required_lead_fields: fields }).success).toBe(false);
    }
  });

  it('carries the fixed labels', () => {
    expect(autoHangup.fields['auto_end_after_lead_capture']?.label).toBe('נתק שיחה אוטומטית אחרי קבלת כל פרטי הליד');
    expect(autoHangup.fields['auto_end_on_goodbye']?.label).toBe('נתק שיחה כשלקוח אומר ביי / תודה / אין צורך');
  });

  it('tells the model which details to collect, and to say goodbye only where that ends the call', () => {
    const prompt = (input: Record<string, unknown>) =>
      autoHangup.instructions?.(autoHangup.settings.parse(input), CONTEXT) ?? '';
    expect(prompt({ required_lead_fields: ['name', 'city'] })).toContain('name (שם מלא), city (עיר)');
    expect(prompt({})).toContain('«נכון?»');
    expect(prompt({})).not.toContain('Saying goodbye');
    expect(prompt({ auto_end_on_goodbye: true })).toContain('Saying goodbye');
  });
});
