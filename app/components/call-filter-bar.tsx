import { CALL_OUTCOMES, type ShownCallFilter } from '../lists/call-outcomes.ts';
import { SelectField } from './choice-fields.tsx';
import { DateField } from './date-fields.tsx';
import { FilterBar } from './filter-bar.tsx';
import { SearchField } from './text-fields.tsx';

const isSet = (filter: ShownCallFilter) => Object.values(filter).some((value) => value !== '');

/** What the list of calls is narrowed by. */
export function CallFilterBar({ filter, maySeeDeliveries }: { filter: ShownCallFilter; maySeeDeliveries: boolean }) {
  return (
    <FilterBar
      label="סינון השיחות"
      filtered={isSet(filter)}
      unfolded={isSet({ ...filter, q: '' })}
      search={
        <SearchField name="q" label="חיפוש" value={filter.q} placeholder="מילים מהשיחה, שם או מספר" maxLength={100} />
      }
    >
      <SelectField
        name="outcome"
        label="איך הסתיימה"
        value={filter.outcome}
        options={[
          { value: '', label: 'הכול' },
          ...Object.entries(CALL_OUTCOMES).map(([value, { text }]) => ({ value, label: text })),
        ]}
      />
      <DateField name="from" label="מיום" value={filter.from} />
      <DateField name="to" label="עד יום" value={filter.to} />
      <SelectField
        name="direction"
        label="כיוון"
        value={filter.direction}
        options={[
          { value: '', label: 'הכול' },
          { value: 'inbound', label: 'נכנסות' },
          { value: 'outbound', label: 'יוצאות' },
        ]}
      />
      {maySeeDeliveries ? (
        <SelectField
          name="delivery"
          label="שליחה למערכות"
          value={filter.delivery}
          options={[
            { value: '', label: 'הכול' },
            { value: 'delivered', label: 'נשלחו' },
            { value: 'pending', label: 'ממתינות' },
            { value: 'failed', label: 'נכשלו' },
          ]}
        />
      ) : null}
    </FilterBar>
  );
}
