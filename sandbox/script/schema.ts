import { z } from 'zod';
import { NOISE_KINDS } from '../audio/noise.ts';

/**
 * The conversation file: what both sides of a call say. One list, read by the model double (agent and tool entries,
 * what transcription makes of the caller) and by the caller's side (everything else). docs/conversation-scripts.md
 * describes it.
 */

const ms = z.number().int().min(0).max(3_600_000);
const line = z.string().trim().min(1).max(900);

/**
 * What a later runner may hold against the call at this point. Kept as it stands: neither the model double nor the
 * caller's side reads it.
 */
const expectation = z.record(z.string(), z.unknown());

/** When the caller acts: after the agent's line was heard to its end, or into it. */
const timing = {
  after_ms: ms.optional(),
  interrupt_after_ms: ms.optional(),
  expect: expectation.optional(),
};

export const ENTRY_SCHEMAS = {
  agent: z.strictObject({ agent: line, expect: expectation.optional() }),
  caller: z.strictObject({
    caller: line,
    ...timing,
    /** What transcription makes of the whole line; "" for nothing. Default: the words that arrived. */
    heard_as: z.string().max(900).optional(),
    /** From the commit of the utterance to its transcription. */
    transcript_delay_ms: ms.optional(),
    transcript: z.enum(['never', 'failed', 'twice']).optional(),
    /** The commit of the utterance is reported this much later, after what was said meanwhile. Default 0. */
    commit_delay_ms: ms.optional(),
  }),
  tool: z.strictObject({
    tool: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
    arguments: z.record(z.string(), z.unknown()).default({}),
    /** Called in the same response as the agent line or tool before it. */
    together: z.literal(true).optional(),
    expect: expectation.optional(),
  }),
  noise: z.strictObject({ noise: z.enum(NOISE_KINDS), ms: ms.min(20).max(30_000), ...timing }),
  dtmf: z.strictObject({ dtmf: z.string().regex(/^[0-9*#]{1,32}$/), ...timing }),
  silence_ms: z.strictObject({ silence_ms: ms, expect: expectation.optional() }),
  hang_up: z.strictObject({ hang_up: z.literal(true), ...timing }),
} as const;

export type EntryKind = keyof typeof ENTRY_SCHEMAS;
export const ENTRY_KINDS = Object.keys(ENTRY_SCHEMAS) as EntryKind[];

export type AgentEntry = { readonly kind: 'agent' } & Readonly<z.output<typeof ENTRY_SCHEMAS.agent>>;
export type CallerEntry = { readonly kind: 'caller' } & Readonly<z.output<typeof ENTRY_SCHEMAS.caller>>;
export type ToolEntry = { readonly kind: 'tool' } & Readonly<z.output<typeof ENTRY_SCHEMAS.tool>>;
export type NoiseEntry = { readonly kind: 'noise' } & Readonly<z.output<typeof ENTRY_SCHEMAS.noise>>;
export type DtmfEntry = { readonly kind: 'dtmf' } & Readonly<z.output<typeof ENTRY_SCHEMAS.dtmf>>;
export type SilenceEntry = { readonly kind: 'silence_ms' } & Readonly<z.output<typeof ENTRY_SCHEMAS.silence_ms>>;
export type HangUpEntry = { readonly kind: 'hang_up' } & Readonly<z.output<typeof ENTRY_SCHEMAS.hang_up>>;
export type Entry = AgentEntry | CallerEntry | ToolEntry | NoiseEntry | DtmfEntry | SilenceEntry | HangUpEntry;

/** Faults of the model double. All off by default. */
export const faultsSchema = z.strictObject({
  /** Handshakes are refused with HTTP 503: all (true) or the first n. */
  refuse_connection: z.union([z.literal(true), z.number().int().min(1)]).optional(),
  /** A handshake takes this long. Default 0. */
  connect_ms: ms.optional(),
  /** The faults below hold for the first n accepted connections only. Default: for all. */
  first_connections: z.number().int().min(1).optional(),
  /** The socket dies without a close frame this long after the session began. */
  drop_after_ms: ms.optional(),
  /** Multiple of real time at which audio is produced. Default 5. */
  speed: z.number().min(0.5).max(50).optional(),
  /** A reply falls silent: the n-th of a connection, after so much of its audio (0: before any), for ever or for a time. */
  stalls: z
    .array(z.strictObject({ on_reply: z.number().int().min(1), after_audio_ms: ms, for_ms: ms.optional() }))
    .optional(),
  /** A cancelled reply goes on for this long: its audio was on its way. Default 0. */
  audio_after_cancel_ms: ms.optional(),
  /** Text frames out of the blue, as they stand, this long after the session began. */
  messages: z.array(z.strictObject({ after_ms: ms, text: z.string() })).optional(),
  /** From response.created to the first audio. Default 300. */
  first_audio_delay_ms: ms.optional(),
  /** The session expires. Default 60 minutes. */
  expires_after_ms: ms.min(1).optional(),
  /** Models the key may not use: the connection answers with an error and closes. */
  reject_models: z.array(z.string()).optional(),
  /** Transcription models that session.update refuses. */
  reject_transcription_models: z.array(z.string()).optional(),
  errors: z
    .array(
      z.union([
        /** The n-th reply of a connection (from 1) fails with this code. */
        z.strictObject({ on_reply: z.number().int().min(1), code: z.string().min(1), message: z.string().optional() }),
        /** An error event this long after the session began. */
        z.strictObject({ after_ms: ms, code: z.string().min(1), message: z.string().optional() }),
      ]),
    )
    .optional(),
});
export type Faults = Readonly<z.output<typeof faultsSchema>>;

/** What Twilio does, where it is not the usual. A runner that cannot do one of these says so. */
export const twilioSchema = z.strictObject({
  /** One way between Twilio and the server. Default 10. */
  latency_ms: ms.max(2000).optional(),
  /** Answers to the REST hang-up, one entry an attempt; the last one holds for all that follow. Default ok. */
  rest: z
    .array(
      z.union([
        z.enum(['ok', 'not_found', 'not_in_progress', 'down', 'never']),
        z.number().int().min(400).max(599),
        z.strictObject({ slow_ms: ms }),
      ]),
    )
    .min(1)
    .optional(),
  /** When the final status callback comes, seen from the `stop` message. Default after_stop. */
  status_callback: z.enum(['after_stop', 'before_stop', 'never']).optional(),
  /** The final status callback comes this much later. Default 0. */
  status_delay_ms: ms.optional(),
  /** How often the first webhook is delivered. Default once. */
  webhook: z.enum(['once', 'twice', 'twice_at_once']).optional(),
  /** How often the stream is opened, or that it never is. Default once. */
  stream: z.enum(['once', 'twice', 'never']).optional(),
  /** The socket opens, but `start` comes only after this long, or never. */
  start: z.union([z.enum(['at_once', 'never']), z.strictObject({ after_ms: ms })]).optional(),
  /** In place of `start` the stream says `stop`. */
  stop_without_start: z.literal(true).optional(),
  /** What becomes of the stream when the call is over: `stop` and a closed socket; a closed socket alone; nothing at all. Default sent. */
  stop: z.enum(['sent', 'missing', 'forgotten']).optional(),
  /** The socket breaks this long after `start`; the call itself goes on as TwiML says. */
  drop_socket_after_ms: ms.optional(),
  /** From then on nothing is sent or read, and nothing is closed. */
  half_open_after_ms: ms.optional(),
  /** Whether marks come back: as they should, never, or this much later. */
  marks: z.union([z.enum(['returned', 'lost']), z.strictObject({ late_ms: ms })]).optional(),
  /** Text frames out of the blue, this long after `start`; `$streamSid` and `$callSid` are filled in. */
  messages: z.array(z.strictObject({ after_ms: ms, text: z.string() })).optional(),
});
export type TwilioDirections = Readonly<z.output<typeof twilioSchema>>;

/** How a plugin's services behave in the call: by the name of the tool that uses them. */
const toolWorld = z.strictObject({ delay_ms: ms.optional(), fails: z.literal(true).optional() });

export const headSchema = z.strictObject({
  title: z.string().trim().min(1),
  description: z.string().optional(),
  settings: z.record(z.string(), z.unknown()).default({}),
  from: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'an E.164 number in quotes, such as "+972501234567"')
    .optional(),
  model: faultsSchema.default({}),
  twilio: twilioSchema.default({}),
  tools: z.record(z.string(), toolWorld).default({}),
  /** Other calls of the business that go on when this one rings. */
  calls_under_way: z.number().int().min(1).max(100).optional(),
  /** The business's sentences (greeting, fillers, reprompts, …) are there as audio when the call begins. */
  rendered_speech: z.literal(true).optional(),
  /** A caller whose script is over stays on the line this long, then hangs up. */
  stay_on_line_ms: ms.optional(),
  /** Longest silence of the agent while the caller waits for it. */
  patience_ms: ms.optional(),
  expect: expectation.optional(),
});

/** A conversation file, parsed. The index of an entry is the line index of its speech. */
export interface Script {
  readonly title: string;
  readonly description?: string | undefined;
  /** Merged over the demo business's settings; JSON names of the settings API. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly from?: string | undefined;
  readonly conversation: readonly Entry[];
  readonly model: Faults;
  readonly twilio?: TwilioDirections;
  readonly tools?: Readonly<
    Record<string, { readonly delay_ms?: number | undefined; readonly fails?: true | undefined }>
  >;
  readonly calls_under_way?: number | undefined;
  readonly rendered_speech?: true | undefined;
  readonly stay_on_line_ms?: number | undefined;
  readonly patience_ms?: number | undefined;
  readonly expect?: Readonly<Record<string, unknown>> | undefined;
}

/** Speech that stands in no script entry is stamped with these line indices, so a script has at most this many entries. */
export const FIRST_FREE_LINE = 200;
