export { endUnconnectedCall } from './call-over.ts';
export { buildTranscript } from './transcript.ts';
export { openCall, type IncomingForm, type OpenedCall } from './open-call.ts';
export { mintNextLeg, takeStream } from './legs.ts';
export { loadCallSetup, type CallSetup } from './setup.ts';
export { noteStreamStarted, renewLease } from './lease.ts';
export { saveTurns } from './turns.ts';
export { closeSwept, endCall, settleTranscripts, type CallEnd, type SweptCall } from './end-call.ts';
export {
  finalizeCall,
  type ExportsOf,
  type Finalized,
  type PendingDelivery,
  type PlannedExport,
} from './finalize-call.ts';
export { listCalls } from './list-calls.ts';
export type { AttemptDetail, DeliveryDetail } from '../deliveries/detail.ts';
export { getCallBySid, type CallDetail } from './read-call.ts';
export { lostCalls, type LostCall } from './lost.ts';
export type * from './types.ts';
