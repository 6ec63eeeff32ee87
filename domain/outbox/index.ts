export { dispatchOutbox, dispatchWaiting, lostOutbox, type Enqueue } from './dispatch.ts';
