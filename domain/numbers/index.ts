export { addNumber, labelNumber, listNumbers, removeNumber, type NumberFacts } from './numbers.ts';
