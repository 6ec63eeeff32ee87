import { expect, it } from 'vitest';
import { newPasswordProblem } from '../../../domain/users/index.ts';

const ABOUT = ['dana.levi@example.co.il', 'המוסך של אבי'];

it.each([
  ['too short', 'ארוךכמעט', 'לפחות 10'],
  ['too long', 'א1ב2ג3ד4'.repeat(30), 'לכל היותר'],
  ['of few characters', 'ababababababab', 'חוזרת'],
  ['on the list of common ones', '1234567890', 'נפוצה'],
  ['a common word with digits after it', 'Password1234', 'נפוצה'],
  ['a common word said twice', 'passwordpassword', 'נפוצה'],
  ['a common word typed on a Hebrew keyboard', "פשדד'םרג123", 'נפוצה'],
  ['the name in the e-mail address', 'dana.levi2024', 'דומה'],
  ['the name in the e-mail address, without its dot', 'danalevi123', 'דומה'],
  ['the name of the business', 'המוסך של אבי', 'דומה'],
  ['the name of the business without spaces', 'המוסךשלאבי!', 'דומה'],
])('a password is refused that is %s', (_, password, reason) => {
  expect(newPasswordProblem(password, ABOUT)).toContain(reason);
});

it.each(['ענן כחול מעל הגליל', 'correct horse battery', 'x7#Kq!vm2Zp', 'דנה אוהבת ים וגם חצילים'])(
  'a long one passes, whatever it is made of: %s',
  (password) => expect(newPasswordProblem(password, ABOUT)).toBeNull(),
);
