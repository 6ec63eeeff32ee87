export {
  HOURS_KEYS,
  MOST_RANGES,
  WEEKDAYS,
  hoursPolicy,
  type HoursPolicy,
  type SpecialDays,
  type TimeRange,
  type WeekHours,
  type Weekday,
} from './policy.ts';
export { DAY_RULES, type DayRule, holidayName, usualRule, type HolidayId } from './holidays.ts';
export { hoursOfDay, ruleOf, type DayHours } from './day.ts';
export { isOpen, nextOpening, openUntil } from './open.ts';
export { comingHolidays, tellHours, tellNow, tellWeek, type ComingHoliday } from './tell.ts';
