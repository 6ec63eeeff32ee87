import { describe, expect, test } from 'vitest';
import { knownField } from '../../app/lists/lead-fields.ts';
import {
  formatDay,
  formatLength,
  formatNumber,
  formatPhone,
  formatShortMoment,
  spellLength,
} from '../../app/format.ts';
import { callLabel, deliveriesLabel } from '../../app/labels.he.ts';
import { deliveryReason } from '../../app/errors.he.ts';
import { isOwnSender } from '../../app/origin.server.ts';
import { ownPath } from '../../app/own-path.ts';
import { END_REASONS } from '../../voice/plugin.ts';

test.each([
  [0, '0:00'],
  [999, '0:00'],
  [83_000, '1:23'],
  [3_723_000, '1:02:03'],
  [-5, '0:00'],
])('%d ms is %s long', (ms, text) => {
  expect(formatLength(ms)).toBe(text);
});

test.each([
  [1_000, 'שנייה'],
  [2_000, 'שתי שניות'],
  [60_000, 'דקה'],
  [61_000, 'דקה ושנייה'],
  [120_000, 'שתי דקות'],
  [187_000, '3 דקות ו־7 שניות'],
])('%d ms is «%s» in words', (ms, text) => {
  expect(spellLength(ms)).toBe(text);
});

test.each([
  ['+972523456789', '052-345-6789'],
  ['+97237600001', '03-760-0001'],
  ['0523456789', '052-345-6789'],
  ['052-3456789', '052-345-6789'],
  ['+442071838750', '+442071838750'],
  ['*2040', '*2040'],
])('the number %s is shown as %s', (number, text) => {
  expect(formatPhone(number)).toBe(text);
});

test.each([
  ['1650000', '1,650,000'],
  ['0', '0'],
  ['2.5', '2.5'],
  ['0123', '0123'],
  ['12345678901234567890', '12345678901234567890'],
  ['שניים', 'שניים'],
])('the number %s of a lead is shown as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  ['2027-03-01', '1 במרץ 2027'],
  ['2027-13-01', '2027-13-01'],
  ['ביום ראשון הקרוב', 'ביום ראשון הקרוב'],
])('the day %s of a lead is shown as %s', (value, text) => {
  expect(formatDay(value)).toBe(text);
});

test('a detail that no settings name is called by its key, also one that every object has', () => {
  const known = { budget: { label: 'תקציב', kind: 'number' as const } };
  expect(knownField(known, 'budget')).toEqual({ label: 'תקציב', kind: 'number' });
  expect(knownField(known, 'pets_allowed')).toEqual({ label: 'pets allowed', kind: 'text' });
  expect(knownField(known, 'constructor')).toEqual({ label: 'constructor', kind: 'text' });
});

test('days are those of the business, not of the server', () => {
  const now = new Date('2026-03-10T22:30:00Z');
  const moment = (iso: string) => formatShortMoment(new Date(iso), 'Asia/Jerusalem', now);
  expect(moment('2026-03-10T22:05:00Z')).toBe('היום, 0:05');
  expect(moment('2026-03-10T21:05:00Z')).toBe('אתמול, 23:05');
  expect(moment('2026-03-08T08:00:00Z')).toBe('8.3, 10:00');
  expect(moment('2025-12-31T08:00:00Z')).toBe('31.12.2025, 10:00');
});

describe('labels', () => {
  test('every end reason has words and an explanation of its own', () => {
    const labels = END_REASONS.map((reason) => callLabel('completed', reason));
    expect(new Set(labels.map((label) => label.text)).size).toBe(END_REASONS.length);
    for (const label of labels) expect(label.explanation).toMatch(/[א-ת]/);
    expect(callLabel('completed', 'a reason of tomorrow').text).toMatch(/[א-ת]/);
  });

  test('of several deliveries the worst counts', () => {
    expect(deliveriesLabel([])).toBeNull();
    expect(deliveriesLabel(['delivered', 'failed', 'pending'])?.tone).toBe('danger');
    expect(deliveriesLabel(['delivered', 'pending'])?.text).toBe('בדרך');
  });

  test.each([
    ['outgoing_timeout', null],
    ['something_new', null],
    ['http_301', 301],
    ['http_401', 401],
    ['http_404', 404],
    ['http_422', 422],
    ['http_429', 429],
    ['http_503', 503],
  ])('an attempt that failed with %s has a Hebrew reason', (error, status) => {
    expect(deliveryReason(error, status)).toMatch(/^[א-ת]/);
  });

  test.each([
    ['outgoing_connection_failed:ENOTFOUND', /אין שרת בשם הזה/],
    ['outgoing_connection_failed:ECONNREFUSED', /להתחבר לשרת/],
    ['outgoing_connection_failed:DEPTH_ZERO_SELF_SIGNED_CERT', /האישור המאובטח/],
    ['outgoing_connection_failed:CERT_HAS_EXPIRED', /האישור המאובטח/],
    ['secret_key_unknown', /להזין אותם מחדש/],
    ['secret_broken', /להזין אותם מחדש/],
    ['constructor', /להגיע ליעד/],
  ])('why an attempt failed without an answer is said for what it is: %s', (error, words) => {
    expect(deliveryReason(error, null)).toMatch(words);
  });
});

test.each([
  [null, '/calls'],
  ['/settings/ai?tab=1', '/settings/ai?tab=1'],
  ['/a/../calls/CA1', '/calls/CA1'],
  ['calls', '/calls'],
  ['//evil.example', '/calls'],
  ['/\\evil.example', '/calls'],
  ['/.//evil.example', '/calls'],
  ['https://evil.example/', '/calls'],
  ['/sign-in?next=/x', '/calls'],
])('after signing in, next=%j leads to %s', (next, path) => {
  expect(ownPath(next)).toBe(path);
});

test.each([
  ['our public address', 'https://app.example', null, true],
  ['the host that was asked for', 'https://10.0.0.5:3000', null, true],
  ['the host that was asked for, under another scheme', 'http://10.0.0.5:3000', null, false],
  ['another site', 'https://evil.example', 'same-origin', false],
  ['our name under another scheme', 'http://app.example', null, false],
  ['a name that begins like ours', 'https://app.example.evil.example', null, false],
  ['a hidden origin of our own page', 'null', 'same-origin', true],
  ['a hidden origin', 'null', 'cross-site', false],
  ['no origin', null, null, false],
  ['no address at all', 'evil', null, false],
])('a form from %s', (_, origin, fetchSite, own) => {
  expect(isOwnSender({ origin, fetchSite, host: '10.0.0.5:3000' }, 'https://app.example')).toBe(own);
});
