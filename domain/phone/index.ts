export { isDialable, normalisePhone } from './normalise.ts';
export { lastDigits, lastTwo } from './last-digits.ts';
