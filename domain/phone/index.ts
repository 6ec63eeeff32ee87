export { isDialable, normalisePhone } from './normalise.ts';
