import type { LeadSummary } from '../../domain/leads/index.ts';
import { formatPhone } from '../format.ts';

export const WITHHELD_NUMBER = 'מספר חסוי';

/** Whether a lead's number is the stand-in for one that the caller withheld. */
export const isWithheld = (phone: string): boolean => phone.startsWith('unknown-');

/** What a lead is called: by name, else by number. */
export function leadName({ name, phone }: Pick<LeadSummary, 'name' | 'phone'>): string {
  if (name !== null && name !== '') return name;
  return isWithheld(phone) ? WITHHELD_NUMBER : formatPhone(phone);
}
