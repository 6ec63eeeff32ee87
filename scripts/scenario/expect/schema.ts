import { z } from 'zod';
import { END_REASONS } from '../../../voice/plugin.ts';
import { EVENT_KINDS } from '../timeline.ts';

/** The words of `expect`. docs/scenarios.md describes them; an unknown one is an error with its line. */

const ms = z.number().min(0);
/** A text, or a pattern between slashes. */
const pattern = z.string().min(1);
const kind = z.enum(EVENT_KINDS);

/** An event of the call: its kind alone, or with what its text must match, and which of several (1: the first, -1: the last). */
const event = z.union([
  kind.transform((what) => ({ what, matching: undefined, nth: undefined })),
  z.strictObject({ what: kind, matching: pattern.optional(), nth: z.number().int().optional() }),
]);
export type EventWord = z.output<typeof event>;

const turn = z.union([
  z.strictObject({ agent: pattern, interrupted: z.boolean().optional() }),
  z.strictObject({ caller: z.string() }),
]);
export type TurnWord = z.output<typeof turn>;

const amount = z.union([
  z
    .number()
    .int()
    .min(0)
    .transform((exactly) => ({ min: exactly, max: exactly })),
  z.strictObject({ min: z.number().int().min(0).default(0), max: z.number().int().min(0).default(Infinity) }),
]);

const reason = z.enum(END_REASONS);

export const callExpectation = z.strictObject({
  /** Why the call ended; one of several. */
  end: z.union([reason.transform((one) => [one]), z.array(reason).min(1)]).optional(),
  /** The whole conversation as it was written down, turns without words left out. */
  transcript: z.array(turn).optional(),
  /** These turns, in this order; others may lie between. */
  transcript_has: z.array(turn).optional(),
  /** No turn matches any of these. */
  transcript_lacks: z.array(pattern).optional(),
  /** The caller's script was played and heard to its end. */
  played_to_end: z.boolean().optional(),
  /** What must not happen: an event; or an event after, or before, another. */
  never: z
    .array(
      z.union([
        kind.transform((what) => ({ what, matching: undefined, after: undefined, before: undefined })),
        z.strictObject({ what: kind, matching: pattern.optional(), after: event.optional(), before: event.optional() }),
      ]),
    )
    .optional(),
  /** How often something happened. */
  counts: z.partialRecord(kind, amount).optional(),
  /** From one event to the first one of another kind after it. */
  times: z.array(z.strictObject({ from: event, to: event, max_ms: ms.optional(), min_ms: ms.optional() })).optional(),
  /** From the stream's beginning to the agent's first sound. */
  first_agent_audio_within_ms: ms.optional(),
  /** From the last word the caller heard to the end of the line. */
  hang_up_within_ms: ms.optional(),
  /** Every truncate is this near to what the caller really heard of that reply. */
  truncates: z.strictObject({ count: amount.optional(), within_ms: ms }).optional(),
  /** Holes in the agent's speech. */
  underruns: z.union([z.literal('none').transform(() => 0), z.number().int().min(0)]).optional(),
  /** The longest hole. */
  gaps_ms: ms.optional(),
  /** The most agent audio that one `clear` threw away: what the line held, for it was sent no faster than it is heard. */
  cleared_ms: ms.optional(),
  /** Lines of the product's log: by name, or with fields. */
  log: z
    .array(
      z.union([
        z.string().transform((event) => ({ event, fields: {}, count: undefined })),
        z.strictObject({
          event: z.string(),
          fields: z.record(z.string(), z.unknown()).default({}),
          count: amount.optional(),
        }),
      ]),
    )
    .optional(),
  /** Lines that must not be there. */
  no_log: z.array(z.string()).optional(),
  /** What the model heard of the caller, an utterance each. */
  model_heard: z.array(z.string()).optional(),
  /** Details of the caller as they were saved. */
  lead: z.record(z.string(), z.string()).optional(),
  /** What every call must keep to, and this one may not: a reason stands beside it as a comment. */
  allow: z.array(z.enum(['agent_silent', 'model_error', 'line_error', 'no_end'])).default([]),
});
export type CallExpectation = z.output<typeof callExpectation>;

/** What may stand at an entry of the conversation. */
export const entryExpectation = z.strictObject({
  /** Agent: how much of the line the caller heard. */
  heard: z.enum(['full', 'partly', 'none']).optional(),
  /** Agent: from the end of what the caller did last to the line's first sound. */
  within_ms: ms.optional(),
  /** Caller or noise: whether the line was cleared because of it, and how soon after its beginning. */
  clears: z.boolean().optional(),
  clears_within_ms: ms.optional(),
  /** Tool: whether it was called. */
  called: z.boolean().optional(),
});
export type EntryExpectation = z.output<typeof entryExpectation>;
