import { type DayRule, type HolidayId, holidayOn, usualRule } from './holidays.ts';
import { type HoursPolicy, type TimeRange, WEEKDAYS } from './policy.ts';

/** The hours of one day, and why they are not those of its weekday. */
export interface DayHours {
  readonly ranges: readonly TimeRange[];
  readonly reason:
    | { readonly kind: 'special'; readonly name: string }
    | { readonly kind: 'holiday'; readonly id: HolidayId; readonly rule: DayRule }
    | null;
}

/** What a holiday does in this business. */
export function ruleOf(policy: Pick<HoursPolicy, 'holidays'>, id: HolidayId): DayRule {
  return policy.holidays[id] ?? usualRule(id);
}

/** The hours of a date (`YYYY-MM-DD`). A special day of the business's own goes before the calendar. */
export function hoursOfDay(policy: HoursPolicy, date: string): DayHours {
  const special = policy.special.find(({ from, until }) => from <= date && date <= until);
  if (special !== undefined) return { ranges: special.hours, reason: { kind: 'special', name: special.name } };
  const weekday = WEEKDAYS[new Date(`${date}T12:00:00Z`).getUTCDay()] ?? 'sunday';
  const usual = policy.week?.[weekday] ?? [];
  const id = holidayOn(date);
  if (id === null) return { ranges: usual, reason: null };
  const rule = ruleOf(policy, id);
  const reason = { kind: 'holiday', id, rule } as const;
  switch (rule) {
    case 'closed':
      return { ranges: [], reason };
    case 'short':
      return { ranges: usual.flatMap((range) => within(range, policy.shortDay)), reason };
    case 'usual':
      return { ranges: usual, reason };
  }
}

/** What of an opening lies within the short day, which never passes midnight. */
function within(range: TimeRange, short: TimeRange): TimeRange[] {
  const end = range.to <= range.from ? '24:00' : range.to;
  const from = range.from > short.from ? range.from : short.from;
  const to = end < short.to ? end : short.to;
  return from < to ? [{ from, to }] : [];
}
