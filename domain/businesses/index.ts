export { createBusiness, type CreatedBusiness, type NewBusiness } from './create.ts';
export {
  changeBusiness,
  getBusiness,
  isTimeZone,
  updateBusiness,
  type BusinessFacts,
  type BusinessPatch,
} from './business.ts';
export {
  listBusinesses,
  readAdministration,
  requireSecondFactorOf,
  resumeBusiness,
  setFlags,
  suspendBusiness,
  type BusinessAdministration,
  type BusinessSummary,
} from './administration.ts';
export { originIsAllowed, parseOrigin, readOrigins, tokenMayBeUsedFrom, writeOrigins } from './origins.ts';
export { FLAG_NAMES, FLAGS, flagsOf, hasFlag, readFlags, type Flag } from './flags.ts';
