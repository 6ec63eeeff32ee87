import { z } from 'zod';
import { readUsualMedia } from './usual-media.ts';

/** Media Streams messages from Twilio, each reduced to what the engine uses. Numbers arrive as strings. */

const mediaMessage = z.object({
  event: z.literal('media'),
  streamSid: z.string(),
  media: z.object({ track: z.string().default('inbound'), payload: z.string() }),
});
const startMessage = z.object({
  event: z.literal('start'),
  streamSid: z.string().min(1),
  start: z.object({
    callSid: z.string().min(1),
    accountSid: z.string().default(''),
    mediaFormat: z.object({ encoding: z.string(), sampleRate: z.coerce.number() }).optional(),
    customParameters: z.record(z.string(), z.string()).default({}),
  }),
});
const markMessage = z.object({ event: z.literal('mark'), streamSid: z.string(), mark: z.object({ name: z.string() }) });
const dtmfMessage = z.object({
  event: z.literal('dtmf'),
  streamSid: z.string(),
  dtmf: z.object({ digit: z.string() }),
});
const stopMessage = z.object({ event: z.literal('stop'), streamSid: z.string() });
const connectedMessage = z.object({ event: z.literal('connected') });

const MESSAGES = {
  media: mediaMessage,
  start: startMessage,
  mark: markMessage,
  dtmf: dtmfMessage,
  stop: stopMessage,
  connected: connectedMessage,
} as const;

export type StartMessage = z.output<typeof startMessage>;
export type TwilioMessage =
  | z.output<typeof mediaMessage>
  | StartMessage
  | z.output<typeof markMessage>
  | z.output<typeof dtmfMessage>
  | z.output<typeof stopMessage>
  | z.output<typeof connectedMessage>;

/** Why a frame is no message. `unknown_event` may be a newer kind of Twilio's and is no reason to close. */
export type MessageProblem = 'not_json' | 'bad_shape' | 'unknown_event';

/** Reads one text frame. Never throws. */
export function readTwilioMessage(text: string): TwilioMessage | { readonly problem: MessageProblem } {
  return readUsualMedia(text) ?? readBySchema(text);
}

/** The same for a message of any shape: the schemas say what is one. */
export function readBySchema(text: string): TwilioMessage | { readonly problem: MessageProblem } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'not_json' };
  }
  const event = typeof value === 'object' && value !== null && 'event' in value ? value.event : undefined;
  if (typeof event !== 'string') return { problem: 'bad_shape' };
  if (!Object.hasOwn(MESSAGES, event)) return { problem: 'unknown_event' };
  const parsed = MESSAGES[event as keyof typeof MESSAGES].safeParse(value);
  return parsed.success ? parsed.data : { problem: 'bad_shape' };
}

/** One message of audio for the line. `payload` is base64 μ-law without a header. */
export function mediaFor(streamSid: string, payload: string): string {
  return `{"event":"media","streamSid":${JSON.stringify(streamSid)},"media":{"payload":"${payload}"}}`;
}

export function markFor(streamSid: string, name: string): string {
  return JSON.stringify({ event: 'mark', streamSid, mark: { name } });
}

export function clearFor(streamSid: string): string {
  return JSON.stringify({ event: 'clear', streamSid });
}
