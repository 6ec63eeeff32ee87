import { MondayPayload } from '../../../plugins/monday-export/payload.ts';
import type { z } from 'zod';

/** A request that the product sends. */
export interface WebhookDeclaration {
  /** camelCase, unique. */
  readonly name: string;
  /** One line, Hebrew. */
  readonly summary: string;
  readonly description?: string;
  /** Headers beyond the usual: name → Hebrew description. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: z.ZodType;
}

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
];
