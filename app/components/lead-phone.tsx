import { DialNumber, PhoneNumber } from './ltr.tsx';

/** The number of a lead, in words where the caller withheld it. `dial`: a press rings it. */
export function LeadPhone({ phone, dial = false }: { phone: string; dial?: boolean }) {
  return dial ? <DialNumber number={phone} /> : <PhoneNumber number={phone} />;
}
