export { clearLimit, giveBack, limitKey, sweepLimits, take, type Limit, type Taken } from './limits.ts';
