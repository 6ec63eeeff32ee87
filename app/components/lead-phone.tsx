import { WITHHELD_NUMBER, isWithheld } from '../lists/lead-name.ts';
import { DialNumber, PhoneNumber } from './ltr.tsx';

/** The number of a lead, in words where the caller withheld it. `dial`: a press rings it. */
export function LeadPhone({ phone, dial = false }: { phone: string; dial?: boolean }) {
  if (isWithheld(phone)) return WITHHELD_NUMBER;
  return dial ? <DialNumber number={phone} /> : <PhoneNumber number={phone} />;
}
