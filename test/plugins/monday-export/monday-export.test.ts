import { describe, expect, test } from 'vitest';
import { mondayExport, mondayPayload } from '../../../plugins/monday-export/index.ts';
import type { FinishedCall } from '../../../voice/plugin.ts';

const FINISHED: FinishedCall = {
  businessId: 'b-1',
  businessName: 'מספרת דנה',
  callId: 'c-1',
  callSid: 'CA1',
  direction: 'inbound',
  fromNumber: '+972501234567',
  toNumber: '+97231234567',
  startedAt: new Date('2026-11-03T08:00:00.000Z'),
  endedAt: new Date('2026-11-03T08:01:35.400Z'),
  durationSec: 95,
  endReason: 'user_goodbye',
  transcript: 'סוכן: שלום\nלקוח: היי',
  leadFields: {},
};
const URL = 'https://hook.monday.com/abc';

/** The requests of a finished call under these settings, as a form or the database gives them. */
const exported = (settings: Record<string, unknown>) =>
  mondayExport.exports?.(FINISHED, mondayExport.settings.parse(settings));

describe('what goes out', () => {
  test('the payload has exactly the agreed keys', () => {
    expect(mondayPayload(FINISHED)).toEqual({
      source: 'prosaas_call_center',
      business_id: 'b-1',
      business_name: 'מספרת דנה',
      call_id: 'c-1',
      call_sid: 'CA1',
      direction: 'inbound',
      from_number: '+972501234567',
      to_number: '+97231234567',
      started_at: '2026-11-03T08:00:00.000Z',
      ended_at: '2026-11-03T08:01:35.400Z',
      duration_sec: 95,
      transcript: 'סוכן: שלום\nלקוח: היי',
    });
  });

  test('and, for a business that collects details of its own, what is known of the caller', () => {
    const leadFields = { name: 'דנה לוי', budget: '2000000' };
    expect(mondayPayload({ ...FINISHED, leadFields })).toEqual({ ...mondayPayload(FINISHED), lead_fields: leadFields });
  });

  test('one request, when it is switched on and has an address', () => {
    const requests = exported({ send_call_transcripts_to_monday: true, monday_webhook_url: URL });
    expect(requests).toEqual([{ name: 'transcript', url: URL, body: mondayPayload(FINISHED) }]);
  });

  test.for([
    ['nothing is set', {}],
    ['it is switched off', { monday_webhook_url: URL }],
    ['it has no address', { send_call_transcripts_to_monday: true }],
    ['the address was cleared', { send_call_transcripts_to_monday: true, monday_webhook_url: '' }],
  ] as const)('none when %s', ([, settings]) => {
    expect(exported(settings)).toEqual([]);
  });
});

describe('the address', () => {
  const parse = (value: unknown) => mondayExport.settings.safeParse({ monday_webhook_url: value });

  test.for([URL, 'http://127.0.0.1:4010/hook', null])('%s is taken as it is', (value) => {
    expect(parse(value).data).toEqual({ monday_webhook_url: value, send_call_transcripts_to_monday: false });
  });

  test('empty clears it', () => {
    expect(parse('').data).toMatchObject({ monday_webhook_url: null });
  });

  test.for([
    'monday.com/hook',
    'ftp://monday.com',
    'javascript:alert(1)',
    'https://',
    `https://a.co/${'x'.repeat(2000)}`,
    7,
  ])('%s is refused', (value) => {
    expect(parse(value).success).toBe(false);
  });

  test('what is no address is refused in Hebrew, because the owner reads it', () => {
    expect(parse('monday').error?.issues.some((issue) => /[א-ת]/u.test(JSON.stringify(issue)))).toBe(true);
  });
});

test('it takes no part in the call itself', () => {
  expect(mondayExport.call).toBeUndefined();
});
