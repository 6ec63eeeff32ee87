import { describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS, parseRetryAfter, retryDelayMs, verdictOfStatus } from '../../../domain/deliveries/schedule.ts';

const NOW = new Date('2026-03-01T10:00:00.000Z');

describe('verdictOfStatus', () => {
  it.each([200, 201, 202, 204])('%i is delivered', (status) => expect(verdictOfStatus(status)).toBe('delivered'));
  it.each([408, 425, 429, 500, 502, 503, 504])('%i is tried again', (status) =>
    expect(verdictOfStatus(status)).toBe('retry'),
  );
  it.each([301, 302, 307, 308, 400, 401, 403, 404, 410, 422])('%i is given up', (status) =>
    expect(verdictOfStatus(status)).toBe('give_up'),
  );
});

describe('retryDelayMs', () => {
  it('is 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h, and ends after the eighth attempt', () => {
    const waits = Array.from({ length: MAX_ATTEMPTS }, (_, index) => retryDelayMs(index + 1, null, 0.5));
    expect(waits).toEqual([5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000, null]);
  });

  it('varies by a fifth either way', () => {
    expect(retryDelayMs(1, null, 0)).toBe(4_000);
    expect(retryDelayMs(1, null, 1)).toBe(6_000);
  });

  it('waits as long as a receiver asks, never shorter, and at most twelve hours', () => {
    expect(retryDelayMs(1, 30_000, 0)).toBe(30_000);
    expect(retryDelayMs(5, 5_000, 1)).toBe(5_500);
    expect(retryDelayMs(1, 0, 0)).toBe(1_000);
    expect(retryDelayMs(1, 86_400_000, 1)).toBe(43_200_000);
    expect(retryDelayMs(MAX_ATTEMPTS, 5_000, 0)).toBeNull();
  });
});

describe('parseRetryAfter', () => {
  it.each([
    ['5', 5_000],
    [' 120 ', 120_000],
    ['Sun, 01 Mar 2026 10:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 09:00:00 GMT', 0],
    ['-5', null],
    ['2.5', null],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%s', (header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms);
  });
});
