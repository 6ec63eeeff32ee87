import fc from 'fast-check';

/**
 * Values that programs have stumbled over. Every one is plain data, so that what is found can be printed, made shorter
 * and played again.
 */

const WORDS = [
  '',
  ' ',
  '\0',
  'א\0ב',
  '\u202eabc\u202c',
  '\u200f\u200e\u2066',
  '\ud800',
  'a\udc00b',
  '\ufeff',
  '👩‍👩‍👧‍👦',
  'e\u0301\u0301\u0301',
  '\r\n',
  'a\r\nSet-Cookie: x=1',
  '\u2028',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../../../etc/passwd',
  '..%2f..%2f.env',
  '%00',
  '%',
  '%ff%fe',
  '//example.com',
  '/\\example.com',
  'javascript:alert(1)',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' OR 1=1 --",
  '\\',
  '${7*7}',
  '{{7*7}}',
  'null',
  'undefined',
  'NaN',
  'true',
  '-1',
  '0',
  '1e309',
  '9007199254740993',
  '0x10',
  '٣',
  '99999999999999999999999999',
  '0000-00-00',
  '+275760-09-13T00:00:00.001Z',
  '2026-02-30T25:61:61Z',
  '00000000-0000-0000-0000-000000000000',
  '00000000-0000-0000-0000-00000000000g',
  'psk_0123456789abcdefghijklmnopqrstuvwxyz',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.',
  'CA00000000000000000000000000000000',
  '+972501234567',
  '*6565',
  'http://169.254.169.254/latest/meta-data/',
  'a@b',
  '"a b"@example.com',
] as const;

/** Texts: the usual suspects, long ones, and chance. */
export const weirdText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('a', 'א', '9', '%', '\0', '\u0301'), fc.constantFrom(256, 501, 2001, 20_001))
      .map(([one, times]) => one.repeat(times)),
  },
);

/** Values of JSON; as JSON text where only a text can say it (a key twice, nesting too deep to build). */
export const weirdJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: weirdText },
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -0,
      -1,
      1.5,
      1e308,
      2 ** 53,
      -(2 ** 31) - 1,
      [],
      {},
      [null],
      [[[[[[[[]]]]]]]],
      { length: 1e9 },
      { toString: null },
      { valueOf: 1, toJSON: 'x' },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom('name', 'phone', '', '\0'), { maxLength: 60 }) },
);

/** Whole bodies that are no JSON object, or one that was never made from JavaScript. */
export const brokenJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '1',
    '{"a":1',
    '{"a":1}}',
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"prompt":"a","prompt":"b"}',
    '{"prompt":"\\ud800"}',
    '{"prompt":"\\u0000"}',
    '\ufeff{}',
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    `{"prompt":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
    `{"prompt":"${'א'.repeat(30_000)}"}`,
    `{${Array.from({ length: 2_000 }, (_, index) => `"k${index}":1`).join()}}`,
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** Names of fields that are not there. */
export const weirdKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'businessId',
    'business_id',
    'id',
    '',
    '\0',
    'a[b]',
  ),
  fc.string({ maxLength: 12 }),
);
