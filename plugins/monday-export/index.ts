import { z } from 'zod';
import { type FinishedCall, definePlugin } from '../../voice/plugin.ts';
import type { MondayPayload } from './payload.ts';

const settings = z.object({
  monday_webhook_url: z
    .union([
      z.literal('').transform(() => null),
      z.url({ protocol: /^https?$/u, error: 'כתובת ה-Webhook אינה תקינה. היא צריכה להתחיל ב-https://' }).max(2000),
    ])
    .nullable()
    .default(null),
  send_call_transcripts_to_monday: z.boolean().default(false),
});

/** What Monday gets of a call. */
export function mondayPayload(call: FinishedCall): MondayPayload {
  return {
    source: 'prosaas_call_center',
    business_id: call.businessId,
    business_name: call.businessName,
    call_id: call.callId,
    call_sid: call.callSid,
    direction: call.direction,
    from_number: call.fromNumber,
    to_number: call.toNumber,
    started_at: call.startedAt.toISOString(),
    ended_at: call.endedAt.toISOString(),
    duration_sec: call.durationSec,
    transcript: call.transcript,
    ...(Object.keys(call.leadFields).length === 0 ? {} : { lead_fields: { ...call.leadFields } }),
  };
}

/** Sends the transcript of every finished call to the business's Monday webhook. */
export const mondayExport = definePlugin({
  name: 'monday-export',
  settings,
  card: {
    tab: 'integrations',
    title: 'אינטגרציה עם Monday.com',
    help: 'בסיום כל שיחה נשלח התמלול ללוח שלכם. ב-Monday: פתחו את הלוח, בחרו Integrate ואז Webhooks, העתיקו את הכתובת והדביקו אותה כאן.',
  },
  fields: {
    send_call_transcripts_to_monday: {
      control: 'switch',
      label: 'שלח תמלולי שיחות אוטומטית ל-Monday',
    },
    monday_webhook_url: {
      control: 'text',
      label: 'Monday Webhook URL',
      dir: 'ltr',
      inputMode: 'url',
      placeholder: 'https://hook.monday.com/…',
      help: 'השאירו ריק כדי לא לשלוח. שום שיחה אינה נפגעת אם השליחה נכשלת; כל ניסיון מוצג בדף השיחה.',
    },
  },
  secrets: {
    monday_authorization: {
      label: 'אסימון הרשאה (Authorization)',
      header: 'authorization',
      help: 'לא חובה. נשלח ככותרת Authorization עם כל תמלול, למי שהכתובת שלו דורשת אסימון. אחרי השמירה רואים רק את ארבעת התווים האחרונים.',
    },
  },
  testExport: (call, { monday_webhook_url }) =>
    monday_webhook_url === null ? null : { name: 'test', url: monday_webhook_url, body: mondayPayload(call) },
  exports(call, { monday_webhook_url, send_call_transcripts_to_monday }) {
    if (!send_call_transcripts_to_monday || monday_webhook_url === null) return [];
    return [{ name: 'transcript', url: monday_webhook_url, body: mondayPayload(call) }];
  },
});
