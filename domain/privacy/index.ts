export { heldData, subjectOf, type HeldData, type HeldKind } from './subject.ts';
export { heldRows, noteExport, type HeldRows } from './export.ts';
export {
  beginErasure,
  continueErasure,
  phoneHash,
  readErasure,
  SUBJECT_ERASE,
  type Erasure,
  type ErasureProgress,
} from './erase.ts';
