export { DATA_KINDS, kindLabel } from './kinds.ts';
export type { DataKind, HeldFile, HeldRow, Retention, SubjectOfCalls, SubjectOfNumber } from './kind.ts';
export type { Subject } from './subject.ts';
export { RETENTION_TERMS, retentionSetting, type RetentionTerm } from './terms.ts';
export {
  businessesToPurge,
  daysKept,
  lastPurge,
  notePurge,
  purgeBusiness,
  purgeEndedSignIns,
  type PurgeCounts,
  type PurgeOutcome,
} from './purge.ts';
