/** What one media socket may do, and for how long. Each number with where it comes from. */

/** Twilio's messages are under 1 KiB; more than this is not Twilio's. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** Twilio sends a message in one frame. `ws` closes with 1008 beyond this many. */
export const MAX_FRAGMENTS = 64;
/** `start` follows the handshake at once; a socket that says nothing is no stream. */
export const START_LIMIT_MS = 5000;
/** Twilio sends 50 frames a second, silence included: a socket quiet for this long is half open. */
export const QUIET_LIMIT_MS = 10_000;
/** A peer that does not answer our close of a call that is over is cut after this long. */
export const CLOSE_ANSWER_LIMIT_MS = 5000;
/** The same for a peer that was refused. */
export const CLOSE_LIMIT_MS = 1000;

/**
 * Sustained messages a second, pings included. Twilio sends 50 frames (one each 20 ms) and gives our marks back, at
 * most 25 a second in the first moment of a reply and 10 after it.
 */
export const MESSAGES_PER_SECOND = 100;
/** What a line that was stuck for all of the quiet limit brings at once: 500 frames and their marks, with room. */
export const MESSAGE_BURST = 1000;

/** Messages kept while the call is being opened: 15 s of frames, which is as long as Twilio waits for a webhook. */
export const KEPT_MESSAGES = 750;
/** Characters of audio kept meanwhile: 750 frames are 162,000. */
export const KEPT_CHARACTERS = 256 * 1024;

/** Bytes of ours that wait for a peer to read: 10 s of agent audio (13 kB a second with its envelope). */
export const MAX_BUFFERED_BYTES = 128 * 1024;

/** Sockets without a `start` for which a model's line is opened ahead; the others' is opened at their `start`. */
export const WARM_STREAMS = 50;
/** Sockets that may wait for their `start` at the same time; more get 503. */
export const WAITING_STREAMS = 1000;
/**
 * The same of one address. `start` follows the handshake within a tenth of a second, so this is some 2000 calls a second;
 * whoever replays a captured handshake leaves most places to others. Sockets of running calls are not counted by
 * address: Twilio's calls come from few, and a token that is good for one call proves more than an address.
 */
export const WAITING_STREAMS_OF_ADDRESS = 250;
/** Media sockets in all, calls and waiting ones; more get 503. Ten times what one core carries well. */
export const MEDIA_SOCKETS = 2000;
