import { describe, expect, it } from 'vitest';
import { isDialable, normalisePhone } from '../../../domain/phone/normalise.ts';

describe('normalisePhone', () => {
  it.each([
    ['052-123-4567', '+972521234567'],
    ['0521234567', '+972521234567'],
    ['+972 52 123 4567', '+972521234567'],
    ['972521234567', '+972521234567'],
    ['+972-3-123-4567', '+97231234567'],
    ['03 123 4567', '+97231234567'],
    ['\u2066+972521234567\u2069', '+972521234567'],
    ['+1 (202) 555-0143', '+12025550143'],
    ['1-700-500-123', '+9721700500123'],
    ['*2040', '*2040'],
    ['* 20-40', '*2040'],
    ['100', '100'],
    ['Anonymous', 'anonymous'],
    ['+266696687', '+266696687'],
    ['', ''],
  ])('%s becomes %s', (raw, normalised) => {
    expect(normalisePhone(raw)).toBe(normalised);
  });

  it('changes nothing the second time', () => {
    for (const raw of ['052-123-4567', '*2040', '100', 'anonymous', '+12025550143', '+266696687']) {
      const once = normalisePhone(raw);
      expect(normalisePhone(once)).toBe(once);
    }
  });
});

describe('isDialable', () => {
  it.each(['+972521234567', '*2040', '100', '#31'])('%s can be dialled', (number) => {
    expect(isDialable(number)).toBe(true);
  });
  it.each(['anonymous', '', '12', 'client:bob1', '+9725212345678901234'])('%s cannot', (number) => {
    expect(isDialable(number)).toBe(false);
  });
});
