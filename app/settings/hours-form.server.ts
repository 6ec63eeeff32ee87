import { WEEKDAYS, type SpecialDays, type TimeRange } from '../../domain/hours/index.ts';
import type { HoursValue } from '../components/hours-fields.tsx';

/** Controls of the opening hours. Each has several inputs, whose names begin with the setting's. */
export type HoursControl = 'week_hours' | 'time_range' | 'holiday_rules' | 'special_days';

const texts = (form: FormData, name: string): string[] =>
  form.getAll(name).map((value) => (typeof value === 'string' ? value.trim() : ''));

/** Inputs of one name are those of one row after another; an empty row is none. */
function ranges(form: FormData, from: string, to: string): TimeRange[] {
  const [begins, ends] = [texts(form, from), texts(form, to)];
  return begins
    .map((begin, index) => ({ from: begin, to: ends[index] ?? '' }))
    .filter((one) => one.from + one.to !== '');
}

/** The value of such a control in a posted form, in the terms of the settings. What is wrong in it the schema says. */
export function readHours(form: FormData, control: HoursControl, key: string): HoursValue {
  switch (control) {
    case 'week_hours':
      return Object.fromEntries(WEEKDAYS.map((day) => [day, ranges(form, `${key}.${day}.from`, `${key}.${day}.to`)]));
    case 'time_range':
      return { from: texts(form, `${key}.from`)[0] ?? '', to: texts(form, `${key}.to`)[0] ?? '' };
    case 'holiday_rules':
      return Object.fromEntries(
        [...form.keys()]
          .filter((name) => name.startsWith(`${key}.`))
          .map((name) => [name.slice(key.length + 1), texts(form, name)[0] ?? '']),
      );
    case 'special_days':
      return specialDays(form, key);
  }
}

function specialDays(form: FormData, key: string): SpecialDays[] {
  const column = (name: string) => texts(form, `${key}.${name}`);
  const [from, until, name, opens, closes] = ['from', 'until', 'name', 'opens', 'closes'].map(column);
  return (from ?? []).flatMap((first, index) => {
    const row = { until: until?.[index] ?? '', name: name?.[index] ?? '' };
    const hours = { from: opens?.[index] ?? '', to: closes?.[index] ?? '' };
    if (first + row.until + row.name + hours.from + hours.to === '') return [];
    return [
      {
        from: first,
        until: row.until === '' ? first : row.until,
        name: row.name,
        hours: hours.from + hours.to === '' ? [] : [hours],
      },
    ];
  });
}

/** A stored value as it stands in such a control. */
export function showHours(control: HoursControl, value: unknown): HoursValue {
  // Sound: what is stored came through the control's own schema, and a missing value is its empty form.
  if (control === 'special_days') return (value ?? []) as readonly SpecialDays[];
  return (value ?? {}) as HoursValue;
}
