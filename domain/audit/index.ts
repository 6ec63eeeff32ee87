export { audit, commandActor, systemActor, type Actor, type Deed } from './record.ts';
