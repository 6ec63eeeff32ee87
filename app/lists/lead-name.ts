import type { LeadSummary } from '../../domain/leads/index.ts';
import { formatPhone } from '../format.ts';

export const WITHHELD_NUMBER = 'מספר חסוי';

/** Whether a number is none: what a network says of a caller who withheld it, or the stand-in for it in a lead. */
export const isWithheld = (phone: string): boolean => /^(?:unknown-.*|anonymous|)$/iu.test(phone);

/** What a lead is called: by name, else by number. */
export function leadName({ name, phone }: Pick<LeadSummary, 'name' | 'phone'>): string {
  if (name !== null && name !== '') return name;
  return isWithheld(phone) ? WITHHELD_NUMBER : formatPhone(phone);
}
