import type { LeadSummary } from '../../domain/leads/index.ts';
import { formatPhone } from '../format.ts';

/** What a lead is called: by name, else by number. */
export function leadName({ name, phone }: Pick<LeadSummary, 'name' | 'phone'>): string {
  if (name !== null && name !== '') return name;
  return phone.startsWith('unknown-') ? 'מספר חסוי' : formatPhone(phone);
}
