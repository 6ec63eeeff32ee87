import { z } from 'zod';

export const SAVE_LEAD_DETAILS = 'save_lead_details';

/** What the tool tells the model, and the plugin's own hooks. */
export const leadResult = z.object({
  /** Every detail captured in this call so far. */
  saved: z.record(z.string(), z.string()),
  /** Required details that are still open. */
  missing: z.array(z.string()),
  /** The model says that the caller confirmed them all, and none is missing. */
  confirmed: z.boolean(),
  /** What to do next, for the model. */
  next: z.string(),
});
export type LeadResult = z.output<typeof leadResult>;
