import { MondayPayload } from '../../../plugins/monday-export/payload.ts';
import { EVENT_TYPES, eventSchema } from '../../../domain/deliveries/index.ts';
import type { z } from 'zod';

/** A request that the product sends. */
export interface WebhookDeclaration {
  /** camelCase, or the event's type; unique. */
  readonly name: string;
  /** One line, Hebrew. */
  readonly summary: string;
  readonly description?: string;
  /** Headers beyond the usual: name → Hebrew description. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: z.ZodType;
}

const EVENT_SUMMARIES: Readonly<Record<(typeof EVENT_TYPES)[number], string>> = {
  'call.started': 'שיחה התקבלה',
  'call.completed': 'שיחה הסתיימה והתמלול סופי',
  'call.analyzed': 'הסיכום והניתוח של שיחה מוכנים, או שידוע למה אינם',
  'lead.created': 'נשמרו פרטים של פונה חדש',
  'lead.updated': 'פרטים של פונה השתנו',
};

/** Every webhook of the product. */
export const WEBHOOKS: readonly WebhookDeclaration[] = [
  {
    name: 'mondayTranscript',
    summary: 'תמלול של שיחה שהסתיימה, אל Monday',
    description:
      'נשלח פעם אחת בסוף כל שיחה לכתובת שבהגדרות. תשובה שאינה 2xx היא כישלון: ננסה שוב, במרווחים הולכים וגדלים.',
    headers: { 'Idempotency-Key': 'זהה בכל ניסיון של אותו משלוח' },
    body: MondayPayload,
  },
  ...EVENT_TYPES.map((type): WebhookDeclaration => ({
    name: type,
    summary: EVENT_SUMMARIES[type],
    description:
      'נשלח לכל יעד שביקש את האירוע, חתום לפי Standard Webhooks. אירועים של אותה שיחה מגיעים לפי הסדר. תשובה שאינה 2xx היא כישלון, וננסה שוב עד שמונה פעמים.',
    headers: {
      'webhook-id': 'זהה בכל ניסיון ובכל שליחה חוזרת של אותו משלוח',
      'webhook-timestamp': 'מועד הניסיון, בשניות',
      'webhook-signature': 'החתימה; בזמן החלפת סוד שתי חתימות, מופרדות ברווח',
    },
    body: eventSchema(type),
  })),
];
