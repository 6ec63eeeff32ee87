import type { BusinessFacts } from '../../domain/businesses/index.ts';
import { formatPhone } from '../format.ts';
import { BUSINESS_LABELS } from '../settings/labels.ts';
import { Card } from './card.tsx';
import type { FieldValue } from './generated-field.tsx';
import { PhoneNumber } from './ltr.tsx';
import { SelectField, type Option } from './choice-fields.tsx';
import { TextField } from './text-fields.tsx';

interface BusinessCardProps {
  readonly business: Omit<BusinessFacts, 'id'>;
  /** Every time zone, in Hebrew. */
  readonly timeZones: readonly Option[];
  readonly typed: Readonly<Record<string, FieldValue>>;
  readonly errors: Readonly<Record<string, string>>;
}

/** Who the business is, as its people and the agent tell it. */
export function BusinessCard({ business, timeZones, typed, errors }: BusinessCardProps) {
  const value = (name: string, stored: string | null) => {
    const text = typed[name];
    return typeof text === 'string' ? text : (stored ?? '');
  };
  return (
    <Card id="card-business" title="פרטי העסק" help="הסוכן משתמש בפרטים האלה כשלקוחות שואלים עליהם.">
      <div className="grid gap-x-6 gap-y-5 sm:grid-cols-2">
        <TextField
          name="business_name"
          label={BUSINESS_LABELS.business_name}
          value={value('business_name', business.name)}
          error={errors['business_name']}
          autoComplete="organization"
          required
        />
        <TextField
          name="contact_phone"
          label={BUSINESS_LABELS.contact_phone}
          type="tel"
          dir="ltr"
          value={value('contact_phone', business.contactPhone === null ? null : formatPhone(business.contactPhone))}
          error={errors['contact_phone']}
        />
        <TextField
          name="contact_email"
          label={BUSINESS_LABELS.contact_email}
          type="email"
          dir="ltr"
          value={value('contact_email', business.contactEmail)}
          error={errors['contact_email']}
        />
        <TextField
          name="address"
          label={BUSINESS_LABELS.address}
          value={value('address', business.address)}
          error={errors['address']}
        />
        <SelectField
          name="time_zone"
          label={BUSINESS_LABELS.time_zone}
          value={value('time_zone', business.timeZone)}
          options={timeZones}
          error={errors['time_zone']}
          help="לפיו נקבעות שעות הפתיחה, ובו מוצגים כל הזמנים."
        />
      </div>
      {business.numbers.length === 0 ? null : (
        <p className="mt-6 border-t border-line pt-4 text-muted">
          {business.numbers.length === 1 ? 'המספר שהלקוחות מחייגים:' : 'המספרים שהלקוחות מחייגים:'}{' '}
          {business.numbers.map((number, index) => (
            <span key={number} className="font-medium text-ink">
              {index > 0 ? ' · ' : ''}
              <PhoneNumber number={number} />
            </span>
          ))}
        </p>
      )}
    </Card>
  );
}
