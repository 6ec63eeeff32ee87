export { dispatchOutbox, dispatchOutboxes, dispatchWaiting, lostOutbox, type Enqueue } from './dispatch.ts';
