import { describe, expect, it } from 'vitest';
import { byteRange } from '../../app/byte-range.ts';

describe('the part of 100 bytes that is asked for', () => {
  it.each([
    [null, null],
    ['bytes=0-', { from: 0, to: 99 }],
    ['bytes=0-0', { from: 0, to: 0 }],
    ['bytes=10-19', { from: 10, to: 19 }],
    ['bytes=90-500', { from: 90, to: 99 }],
    ['bytes=-10', { from: 90, to: 99 }],
    ['bytes=-500', { from: 0, to: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', null],
    ['bytes=0-1,5-9', null],
    ['bytes=-', null],
    ['items=0-1', null],
    ['bytes=a-b', null],
    ['bytes=0-99999999999999999999', null],
  ])('%s', (header, part) => {
    expect(byteRange(header, 100)).toEqual(part);
  });

  it('of an empty file is none', () => {
    expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(byteRange('bytes=-5', 0)).toBe('unsatisfiable');
  });
});
