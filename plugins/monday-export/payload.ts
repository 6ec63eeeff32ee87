import { z } from 'zod';

/** The body Monday gets: the names are fixed, keys are only ever added. */
export const MondayPayload = z
  .object({
    source: z.literal('prosaas_call_center'),
    business_id: z.string(),
    business_name: z.string(),
    call_id: z.string(),
    call_sid: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    from_number: z.string(),
    to_number: z.string(),
    started_at: z.iso.datetime(),
    ended_at: z.iso.datetime(),
    duration_sec: z.int(),
    transcript: z.string().describe('שורה לכל תור: «סוכן: …» או «לקוח: …»'),
    lead_fields: z
      .record(z.string(), z.string())
      .optional()
      .describe('מה ידוע על הלקוח: מפתח של פרט ← ערכו. רק בעסק שהגדיר פרטים משלו'),
  })
  .meta({ id: 'MondayTranscript' });
export type MondayPayload = z.output<typeof MondayPayload>;
