export {
  addNumber,
  importNumbers,
  isListed,
  mayCall,
  OPT_OUT_REASONS,
  removeNumber,
  type OptOutReason,
} from './list.ts';
export { listedNumbers, type ListedNumber } from './page.ts';
export { MAX_IMPORTED, readNumbers, type ReadLine } from './read-numbers.ts';
