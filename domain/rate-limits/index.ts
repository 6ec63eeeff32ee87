export {
  addTries,
  clearLimit,
  giveBack,
  limitKey,
  sweepLimits,
  take,
  type Limit,
  type Taken,
  type Tries,
} from './limits.ts';
export { SharedCounts, type SharedCountsOptions } from './shared-counts.ts';
