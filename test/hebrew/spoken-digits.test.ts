import { expect, test } from 'vitest';
import { dictatedPhone } from '../../hebrew/digits.ts';
import { sayDigits } from '../../hebrew/spoken-digits.ts';

test.for([
  ['+972501234567', 'אפס חמש אפס, אחת שתיים שלוש, ארבע חמש שש שבע'],
  ['0521002003', 'אפס חמש שתיים, אחת אפס אפס, שתיים אפס אפס שלוש'],
  ['03-6123456', 'אפס שלוש, שש אחת שתיים, שלוש ארבע חמש שש'],
  ['+97237654321', 'אפס שלוש, שבע שש חמש, ארבע שלוש שתיים אחת'],
  ['*2040', 'כוכבית שתיים אפס ארבע אפס'],
  ['', ''],
])('%s is read digit by digit, in the feminine', ([number, said]) => {
  expect(sayDigits(number ?? '')).toBe(said);
});

test('what the agent reads is understood as the number it was', () => {
  expect(dictatedPhone(sayDigits('+972541234567'))).toMatch(/541234567$/u);
});
