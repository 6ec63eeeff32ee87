import { WITHHELD_NUMBER, isWithheld } from '../lists/lead-name.ts';
import { PhoneNumber } from './ltr.tsx';

/** The number of a lead; in words where the caller withheld it. */
export function LeadPhone({ phone }: { phone: string }) {
  return isWithheld(phone) ? WITHHELD_NUMBER : <PhoneNumber number={phone} />;
}
