import type { FinishedCall } from '../../voice/plugin.ts';

/** Seconds the made-up call took. */
const SAMPLE_SEC = 42;

/**
 * A made-up call for a test of where calls are sent: complete, and marked as a test wherever a person or a system looks
 * at it. `at`: when it is said to have ended.
 */
export function sampleCall(
  business: { readonly id: string; readonly name: string; readonly number: string },
  at: Date,
): FinishedCall {
  return {
    businessId: business.id,
    businessName: business.name,
    callId: '00000000-0000-0000-0000-000000000000',
    callSid: 'TEST',
    direction: 'inbound',
    fromNumber: '+972500000000',
    toNumber: business.number,
    startedAt: new Date(at.getTime() - SAMPLE_SEC * 1000),
    endedAt: at,
    durationSec: SAMPLE_SEC,
    endReason: 'user_goodbye',
    transcript: 'סוכן: זו הודעת בדיקה מ־ProSaaS. לא התקיימה שיחה.\nלקוח: בדיקה.',
    leadFields: {},
  };
}
