import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import {
  comingHolidays,
  hoursOfDay,
  hoursPolicy,
  isOpen,
  nextOpening,
  openUntil,
  tellHours,
  tellNow,
  tellWeek,
} from '../../../domain/hours/index.ts';
import { holidaysOf } from '../../../domain/hours/holidays.ts';

const ZONE = 'Asia/Jerusalem';
const workday = [{ from: '09:00', to: '18:00' }];
const WEEK = {
  sunday: workday,
  monday: workday,
  tuesday: [
    { from: '09:00', to: '13:00' },
    { from: '16:00', to: '19:00' },
  ],
  wednesday: workday,
  thursday: workday,
  friday: [{ from: '08:00', to: '14:00' }],
};

const office = hoursPolicy(ZONE, { opening_hours: WEEK });
/** A bar: open into the night, at the change of the clock as well. */
const bar = hoursPolicy(ZONE, {
  opening_hours: { thursday: [{ from: '20:00', to: '02:30' }], saturday: [{ from: '20:00', to: '01:30' }] },
});
const allDay = hoursPolicy(ZONE, {
  opening_hours: Object.fromEntries(
    ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'].map((day) => [
      day,
      [{ from: '00:00', to: '00:00' }],
    ]),
  ),
});

const at = (local: string, zone = ZONE) => DateTime.fromISO(local, { zone }).toJSDate();
const shown = (moment: DateTime | null) => moment?.toFormat("yyyy-MM-dd'T'HH:mm") ?? null;

describe('open or closed', () => {
  it.each([
    ['a minute before', '2026-11-29T08:59', false],
    ['the first minute', '2026-11-29T09:00', true],
    ['the last minute', '2026-11-29T17:59', true],
    ['the end is closed', '2026-11-29T18:00', false],
    ['between two openings', '2026-12-01T14:00', false],
    ['the second opening', '2026-12-01T16:30', true],
    ['a closed day', '2026-11-28T12:00', false],
  ])('%s', (_, local, open) => {
    expect(isOpen(office, at(local))).toBe(open);
  });

  it('goes by the clock of the business, not by that of the server', () => {
    const inNewYork = hoursPolicy('America/New_York', { opening_hours: { monday: workday } });
    expect(isOpen(inNewYork, new Date('2026-11-30T14:30:00Z'))).toBe(true);
    expect(isOpen(inNewYork, new Date('2026-11-30T13:30:00Z'))).toBe(false);
  });

  it.each([
    ['the evening', '2026-12-03T23:00', '2026-12-04T02:30'],
    ['after midnight, on a day without hours of its own', '2026-12-04T01:00', '2026-12-04T02:30'],
    ['after the end', '2026-12-04T02:30', null],
  ])('an opening that passes midnight: %s', (_, local, until) => {
    expect(shown(openUntil(bar, at(local)))).toBe(until);
  });

  it('openings that meet at midnight are one', () => {
    expect(tellNow(allDay, at('2026-11-30T23:30'))).toBe('פתוח עכשיו, בלי הפסקה');
  });

  it('is never open, and will not be, where no hours were told', () => {
    const unknown = hoursPolicy(ZONE, {});
    expect(isOpen(unknown, at('2026-11-30T12:00'))).toBe(false);
    expect(nextOpening(unknown, at('2026-11-30T12:00'))).toBeNull();
  });
});

describe('the change of the clock', () => {
  // Summer time began on Friday 27 March 2026 at 2:00 (→ 3:00), winter time on Sunday 25 October 2026 at 2:00 (→ 1:00).
  it('a closing time that is left out comes as much later, and the opening is no longer than it was', () => {
    const until = openUntil(bar, new Date('2026-03-26T22:00:00Z'));
    expect(until?.toUTC().toISO()).toBe('2026-03-27T00:30:00.000Z');
    expect(shown(until)).toBe('2026-03-27T03:30');
  });

  it('a closing time that comes twice is the second', () => {
    expect(openUntil(bar, new Date('2026-10-24T20:00:00Z'))?.toUTC().toISO()).toBe('2026-10-24T23:30:00.000Z');
  });

  it('opens at nine on both sides of it', () => {
    expect(nextOpening(office, new Date('2026-03-28T20:00:00Z'))?.toUTC().toISO()).toBe('2026-03-29T06:00:00.000Z');
    expect(nextOpening(office, new Date('2026-10-24T20:00:00Z'))?.toUTC().toISO()).toBe('2026-10-25T07:00:00.000Z');
    expect(isOpen(office, new Date('2026-10-25T06:59:00Z'))).toBe(false);
    expect(isOpen(office, new Date('2026-10-25T07:00:00Z'))).toBe(true);
  });
});

describe('holidays', () => {
  it('are those of Israel: one day of a feast, Memorial and Independence Day among them, moved where the law moves them', () => {
    const of = (year: number) => Object.fromEntries([...holidaysOf(year)].map(([date, id]) => [date, id]));
    expect(of(2026)).toMatchObject({
      '2026-04-01': 'pesach_eve',
      '2026-04-02': 'pesach',
      '2026-04-03': 'pesach_days',
      '2026-04-07': 'pesach_seventh_eve',
      '2026-04-08': 'pesach_seventh',
      '2026-04-21': 'memorial_day',
      '2026-04-22': 'independence_day',
      '2026-09-12': 'rosh_hashana',
      '2026-09-13': 'rosh_hashana',
      '2026-09-21': 'yom_kippur',
      '2026-10-02': 'simchat_torah_eve',
      '2026-10-03': 'simchat_torah',
    });
    expect(of(2026)['2026-04-09']).toBeUndefined();
    // The fifth of Iyar on a Shabbat (2025: brought forward to Thursday) and on a Monday (2028: put off to Tuesday).
    expect(of(2025)['2025-05-01']).toBe('independence_day');
    expect(of(2028)['2028-05-02']).toBe('independence_day');
  });

  it.each([
    ['a feast is closed', '2026-04-08', []],
    ['an eve is short: only as far as the business is open then', '2026-04-01', [{ from: '09:00', to: '13:00' }]],
    ['a day between is as usual', '2026-04-06', workday],
    ['the eve of a feast on a day that is closed anyway stays closed', '2029-03-31', []],
  ])('%s', (_, date, ranges) => {
    expect(hoursOfDay(office, date).ranges).toEqual(ranges);
  });

  it('the business’s own choice goes before the calendar’s, and its own days before both', () => {
    const policy = hoursPolicy(ZONE, {
      opening_hours: WEEK,
      short_day_hours: { from: '10:00', to: '12:00' },
      holiday_hours: { pesach_days: 'short', independence_day: 'usual' },
      special_days: [
        { from: '2026-04-05', until: '2026-04-06', name: 'חופשת צוות' },
        { from: '2026-04-22', until: '2026-04-22', name: 'יריד', hours: [{ from: '20:00', to: '23:00' }] },
      ],
    });
    expect(hoursOfDay(policy, '2026-04-07').ranges).toEqual([{ from: '10:00', to: '12:00' }]);
    expect(hoursOfDay(policy, '2026-04-06')).toEqual({ ranges: [], reason: { kind: 'special', name: 'חופשת צוות' } });
    expect(hoursOfDay(policy, '2026-04-22').ranges).toEqual([{ from: '20:00', to: '23:00' }]);
    expect(shown(nextOpening(policy, at('2026-04-02T12:00')))).toBe('2026-04-03T10:00');
  });

  it('are listed a year ahead, each once, the next first', () => {
    const coming = comingHolidays(ZONE, at('2026-11-28T12:00'));
    expect(coming.slice(0, 2)).toEqual([
      { id: 'chanukah', name: 'חנוכה', date: '2026-12-05' },
      { id: 'purim', name: 'פורים', date: '2027-03-23' },
    ]);
    expect(new Set(coming.map(({ id }) => id)).size).toBe(24);
    expect(coming.at(-1)?.date.slice(0, 4)).toBe('2027');
  });
});

describe('what the agent is told', () => {
  it.each([
    ['2026-11-30T12:00', 'פתוח היום עד 18:00'],
    ['2026-11-30T07:00', 'סגור עכשיו, נפתח היום ב־09:00'],
    ['2026-12-01T14:00', 'סגור עכשיו, נפתח היום ב־16:00'],
    ['2026-11-28T12:00', 'סגור עכשיו, נפתח מחר ב־09:00'],
    ['2026-04-07T15:00', 'סגור עכשיו (ערב שביעי של פסח), נפתח ביום חמישי ב־09:00'],
    ['2026-04-08T12:00', 'סגור עכשיו (שביעי של פסח), נפתח מחר ב־09:00'],
  ])('%s: %s', (local, words) => {
    expect(tellNow(office, at(local))).toBe(words);
  });

  it('days with the same hours are told together', () => {
    expect(tellWeek(office)).toBe(
      'ראשון–שני 09:00–18:00; שלישי 09:00–13:00 ו־16:00–19:00; רביעי–חמישי 09:00–18:00; שישי 08:00–14:00; שבת סגור',
    );
  });

  it('day, hour, hours, and the days ahead that are unlike others', () => {
    expect(tellHours(office, at('2026-03-30T10:15'))).toEqual([
      'Now, at the start of this call, it is יום שני, 30 במרץ 2026, 10:15.',
      expect.stringContaining('Opening hours: ראשון'),
      'At the moment: פתוח היום עד 18:00.',
      expect.stringMatching(
        /^Days ahead that are unlike others: ערב פסח, יום רביעי 1 באפריל: 09:00–13:00; פסח, יום חמישי 2 באפריל: סגור; /,
      ),
    ]);
  });

  it('no hours are made up where none were told', () => {
    const told = tellHours(hoursPolicy(ZONE, {}), at('2026-03-30T10:15')).join('\n');
    expect(told).toContain('ערב פסח, יום רביעי 1 באפריל;');
    expect(told).not.toMatch(/סגור|\d\d:\d\d–/);
  });
});

describe('settings of a business', () => {
  it('that cannot be read count as not told', () => {
    const broken = hoursPolicy(ZONE, {
      opening_hours: 'always',
      holiday_hours: { no_such: 'closed' },
      special_days: 5,
    });
    expect(broken).toEqual({ ...hoursPolicy(ZONE, {}) });
  });

  it('a week without an hour is one that was not told', () => {
    expect(hoursPolicy(ZONE, { opening_hours: { sunday: [] } }).week).toBeNull();
  });
});
