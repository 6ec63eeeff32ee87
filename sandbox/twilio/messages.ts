import { z } from 'zod';

/** A message of the server that Twilio obeys. */
export type ServerMessage =
  | { readonly kind: 'media'; readonly payload: Buffer }
  | { readonly kind: 'mark'; readonly name: string }
  | { readonly kind: 'clear' };

/** Why Twilio does not obey a message: warning 31951. */
export interface InvalidMessage {
  readonly kind: 'invalid';
  readonly reason: string;
}

const base64 = z
  .string()
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'is not base64')
  .min(1);

const serverMessage = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('media'), streamSid: z.string(), media: z.strictObject({ payload: base64 }) }),
  z.strictObject({
    event: z.literal('mark'),
    streamSid: z.string(),
    mark: z.strictObject({ name: z.string().min(1) }),
  }),
  z.strictObject({ event: z.literal('clear'), streamSid: z.string() }),
]);

/** Reads a text frame of the server as strictly as Twilio: the three events, their fields and no others, the exact sid. */
export function parseServerMessage(text: string, streamSid: string): ServerMessage | InvalidMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'invalid', reason: 'not JSON' };
  }
  const parsed = serverMessage.safeParse(json);
  if (!parsed.success) return { kind: 'invalid', reason: z.prettifyError(parsed.error) };
  const message = parsed.data;
  if (message.streamSid !== streamSid) return { kind: 'invalid', reason: 'streamSid is not that of the stream' };
  switch (message.event) {
    case 'media':
      return { kind: 'media', payload: Buffer.from(message.media.payload, 'base64') };
    case 'mark':
      return { kind: 'mark', name: message.mark.name };
    case 'clear':
      return { kind: 'clear' };
  }
}

/** What the `start` message says about a stream. */
export interface StreamStart {
  readonly streamSid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly customParameters: Readonly<Record<string, string>>;
}

/** Writes what Twilio sends over one stream, counting sequence numbers and chunks; numbers are strings, as on the wire. */
export class StreamWriter {
  readonly #start: StreamStart;
  #sequence = 0;
  #chunk = 0;

  constructor(start: StreamStart) {
    this.#start = start;
  }

  connected(): string {
    return '{"event":"connected","protocol":"Call","version":"1.0.0"}';
  }

  start(): string {
    const { streamSid, accountSid, callSid, customParameters } = this.#start;
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    const start = { accountSid, streamSid, callSid, tracks: ['inbound'], mediaFormat, customParameters };
    return JSON.stringify({ event: 'start', sequenceNumber: this.#next(), start, streamSid });
  }

  /** One frame of the caller. `timestamp`: ms since the stream began. Written by hand: fifty a second and call. */
  media(payload: string, timestamp: number): string {
    this.#chunk += 1;
    const { streamSid } = this.#start;
    return `{"event":"media","sequenceNumber":"${this.#next()}","media":{"track":"inbound","chunk":"${this.#chunk}","timestamp":"${timestamp}","payload":"${payload}"},"streamSid":"${streamSid}"}`;
  }

  mark(name: string): string {
    const { streamSid } = this.#start;
    return JSON.stringify({ event: 'mark', sequenceNumber: this.#next(), streamSid, mark: { name } });
  }

  dtmf(digit: string): string {
    const { streamSid } = this.#start;
    const dtmf = { track: 'inbound_track', digit };
    return JSON.stringify({ event: 'dtmf', streamSid, sequenceNumber: this.#next(), dtmf });
  }

  stop(): string {
    const { streamSid, accountSid, callSid } = this.#start;
    return JSON.stringify({ event: 'stop', sequenceNumber: this.#next(), streamSid, stop: { accountSid, callSid } });
  }

  #next(): string {
    this.#sequence += 1;
    return String(this.#sequence);
  }
}
