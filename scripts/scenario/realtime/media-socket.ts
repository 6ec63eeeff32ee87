import twilio from 'twilio';
import { type RawData, WebSocket } from 'ws';
import { streamUrl } from '../../../sandbox/twilio/media-stream.ts';
import type { CallClock } from '../clock.ts';
import type { FarEnd, NearSocket } from '../stream.ts';
import { AUTH_TOKEN } from '../telephone.ts';

const HANDSHAKE_LIMIT_MS = 5000;
/** A closing handshake that nobody answers is cut after this. */
const CLOSE_LIMIT_MS = 2000;
/** Twilio's codes for a stream that cannot be opened, and for a binary message. */
const HANDSHAKE_FAILED = 31920;
const BINARY_MESSAGE = 31950;

/** Twilio's end of a real media socket, its handshake signed as Twilio signs it. */
export function openMediaSocket(url: string, clock: CallClock, latencyMs: number, far: FarEnd): NearSocket {
  const target = streamUrl(url);
  if ('code' in target) {
    queueMicrotask(() => far.refused(target.code, target.message));
    return { tell: () => {}, hangUp: () => {}, goSilent: () => {} };
  }
  const socket = new WebSocket(target.url, {
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: HANDSHAKE_LIMIT_MS,
    headers: { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(AUTH_TOKEN, target.url, {}) },
  });
  let isOpen = false;
  let isSilent = false;
  const travel = (run: () => void) => {
    if (latencyMs === 0) run();
    else clock.after(latencyMs, run);
  };
  socket.on('open', () => {
    isOpen = true;
    far.opened();
  });
  socket.on('message', (data: RawData, isBinary: boolean) => {
    // Told as what it is: the text of no message that Twilio obeys.
    const text = isBinary ? `binary (${BINARY_MESSAGE})` : (data as Buffer).toString('utf8');
    if (!isSilent) travel(() => far.message(text));
  });
  socket.on('error', (error) => {
    if (!isOpen) far.refused(HANDSHAKE_FAILED, error.message);
  });
  socket.on('close', (code) => travel(() => far.closed(code)));
  return {
    tell: (text) =>
      travel(() => {
        if (!isSilent && socket.readyState === WebSocket.OPEN) socket.send(text);
      }),
    hangUp: (code) =>
      travel(() => {
        if (isSilent || code === 1006) return socket.terminate();
        socket.close(code);
        setTimeout(() => socket.terminate(), CLOSE_LIMIT_MS).unref();
      }),
    goSilent: () => {
      isSilent = true;
      socket.pause();
    },
  };
}
