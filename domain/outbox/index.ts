export { dispatchOutbox, lostOutbox, type Enqueue } from './dispatch.ts';
