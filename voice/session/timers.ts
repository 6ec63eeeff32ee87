/** Ids of timers that one part of the engine sets and another clears. */
export const RECONNECT_TIMER = 'reconnect';
export const ROTATE_TIMER = 'rotate';
export const WARNING_TIMER = 'warning';
export const FILLER_TIMER = 'filler';
export const WORDS_TIMER = 'words';
