export { beginRecording, recordingFailed, recordingStarted, type RecordingOf } from './begin.ts';
export { forgetRecordings } from './forget.ts';
export { storedRecordingOf, toRecording, type RecordingDetail } from './read.ts';
export { reportRecording, type RecordingReport } from './report.ts';
export { scanWav, type Scan, type SpeechStretch } from './scan.ts';
export {
  CALLER_CHANNEL,
  hasCallersWords,
  lostRecordings,
  readRecording,
  recordingKey,
  recordingStored,
  sourceDeleted,
  type RecordingRow,
} from './store.ts';
export { saveRecordedTurns, turnsOfRecording, writingOf, type WrittenStretch } from './transcribed.ts';
