import { z } from 'zod';

// The parts that several answers share. Descriptions are read by people, in Hebrew.

/** A moment as the API writes it. */
export const moment = z.iso.datetime().describe('מועד, ISO 8601 ב־UTC');
export const id = z.uuid();

/** How every list goes on. */
export const nextCursor = z.string().nullable().describe('להמשך הרשימה: שלחו את הערך כ־cursor. ריק (null) בדף האחרון');

/** How a list is asked for. */
export const cursor = z.string().min(1).max(500).optional().describe('מהיכן להמשיך: next_cursor של התשובה הקודמת');
export const limit = z.coerce.number().int().min(1).max(100).default(25).describe('כמה פריטים להחזיר, עד 100');

/** An error of the API. */
export const apiError = z
  .object({
    error: z.object({
      code: z.string().describe('קוד קבוע, לקריאה במכונה'),
      message: z.string().describe('הסבר בעברית'),
      fields: z.record(z.string(), z.string()).optional().describe('שם שדה ← מה שגוי בו'),
    }),
  })
  .meta({ id: 'Error' });
