import type { LeadFieldKind } from '../../domain/leads/index.ts';
import { formatDay, formatNumber } from '../format.ts';
import { EmailAddress, Ltr, PhoneNumber } from './ltr.tsx';

/** What was collected under a detail, written as its kind is written in Israel. */
export function LeadValue({ kind, value }: { kind: LeadFieldKind; value: string }) {
  switch (kind) {
    case 'phone':
      return <PhoneNumber number={value} />;
    case 'email':
      return <EmailAddress email={value} />;
    case 'number':
      return <Ltr className="tabular-nums">{formatNumber(value)}</Ltr>;
    case 'date':
      return <bdi>{formatDay(value)}</bdi>;
    case 'choice':
    case 'text':
      return <bdi>{value}</bdi>;
  }
}
