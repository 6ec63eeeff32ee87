import { z } from 'zod';
import { ERRORS } from './errors.ts';
import type { ApiError } from './errors.ts';

// audio/pcma exists there too; nobody here speaks it.
const format = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24000).default(24000) }),
  z.strictObject({ type: z.literal('audio/pcmu') }),
]);

const turnDetection = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('server_vad'),
    threshold: z.number().min(0).max(1).default(0.5),
    prefix_padding_ms: z.number().int().min(0).default(300),
    silence_duration_ms: z.number().int().min(0).default(500),
    create_response: z.boolean().default(true),
    interrupt_response: z.boolean().default(true),
    idle_timeout_ms: z.number().int().min(5000).max(30000).nullable().default(null),
  }),
  z.strictObject({
    type: z.literal('semantic_vad'),
    eagerness: z.enum(['low', 'medium', 'high', 'auto']).default('auto'),
    create_response: z.boolean().default(true),
    interrupt_response: z.boolean().default(true),
  }),
]);
export type TurnDetection = z.output<typeof turnDetection>;

const transcription = z.strictObject({
  model: z.string().optional(),
  language: z.string().optional(),
  languages: z.array(z.string()).min(1).optional(),
  keywords: z.array(z.string()).optional(),
  prompt: z.string().optional(),
  delay: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
});

export const voice = z.union([
  z.enum(['alloy', 'ash', 'ballad', 'coral', 'echo', 'sage', 'shimmer', 'verse', 'marin', 'cedar']),
  z.strictObject({ id: z.string() }),
]);
const tool = z.strictObject({
  type: z.literal('function'),
  name: z.string().min(1).max(64),
  description: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});
const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.strictObject({ type: z.literal('function'), name: z.string() }),
]);
const maxTokens = z.union([z.number().int().min(1).max(4096), z.literal('inf')]);
const modalities = z
  .array(z.enum(['text', 'audio']))
  .min(1)
  .max(1);
const reasoning = z.strictObject({ effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional() });
const truncation = z.union([
  z.enum(['auto', 'disabled']),
  z.strictObject({
    type: z.literal('retention_ratio'),
    retention_ratio: z.number().min(0).max(1),
    token_limits: z.strictObject({ post_instructions: z.number().int().min(0).optional() }).optional(),
  }),
]);

/** What `response.create` may set, besides conversation and input. */
export const shared = {
  output_modalities: modalities.optional(),
  instructions: z.string().optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  parallel_tool_calls: z.boolean().optional(),
  reasoning: reasoning.optional(),
  max_output_tokens: maxTokens.optional(),
};
export const outputFormat = format;

/** The `session` of a `session.update`. */
export const sessionUpdate = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().optional(),
  ...shared,
  audio: z
    .strictObject({
      input: z
        .strictObject({
          format: format.optional(),
          transcription: transcription.nullable().optional(),
          noise_reduction: z
            .strictObject({ type: z.enum(['near_field', 'far_field']) })
            .nullable()
            .optional(),
          turn_detection: turnDetection.nullable().optional(),
        })
        .optional(),
      output: z
        .strictObject({
          format: format.optional(),
          voice: voice.optional(),
          speed: z.number().min(0.25).max(1.5).optional(),
        })
        .optional(),
    })
    .optional(),
  include: z.array(z.literal('item.input_audio_transcription.logprobs')).nullable().optional(),
  tracing: z
    .union([z.literal('auto'), z.record(z.string(), z.unknown())])
    .nullable()
    .optional(),
  truncation: truncation.optional(),
});
export type SessionUpdate = z.output<typeof sessionUpdate>;
type Format = z.output<typeof format>;

/** The whole configuration of a session, as `session.updated` echoes it. */
export interface Session {
  readonly id: string;
  readonly object: 'realtime.session';
  readonly type: 'realtime';
  readonly model: string;
  readonly expires_at: number;
  readonly output_modalities: ('text' | 'audio')[];
  readonly instructions: string;
  readonly audio: {
    readonly input: {
      readonly format: Format;
      readonly transcription: z.output<typeof transcription> | null;
      readonly noise_reduction: { readonly type: 'near_field' | 'far_field' } | null;
      readonly turn_detection: TurnDetection | null;
    };
    readonly output: { readonly format: Format; readonly voice: z.output<typeof voice>; readonly speed: number };
  };
  readonly tools: z.output<typeof tool>[];
  readonly tool_choice: z.output<typeof toolChoice>;
  readonly max_output_tokens: z.output<typeof maxTokens>;
  readonly truncation: z.output<typeof truncation>;
}

/** The session a connection begins with. `expiresAt` is in Unix seconds. */
export function defaultSession(id: string, model: string, expiresAt: number): Session {
  return {
    id,
    object: 'realtime.session',
    type: 'realtime',
    model,
    expires_at: expiresAt,
    output_modalities: ['audio'],
    instructions: '',
    audio: {
      input: {
        format: { type: 'audio/pcm', rate: 24000 },
        transcription: null,
        noise_reduction: null,
        turn_detection: turnDetection.parse({ type: 'server_vad' }),
      },
      output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'marin', speed: 1 },
    },
    tools: [],
    tool_choice: 'auto',
    max_output_tokens: 'inf',
    truncation: 'auto',
  };
}

const OWN_LANGUAGES = new Set(['gpt-transcribe', 'gpt-live-transcribe']);

function present<T extends object>(patch: T | undefined): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(patch ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/**
 * The session after an update: only the fields present change. Returns the vendor's error when the update asks for
 * what this session cannot have; the session then stays as it was, whole.
 */
export function applyUpdate(
  session: Session,
  update: SessionUpdate,
  limits: { readonly hasSpoken: boolean; readonly rejectedTranscriptionModels: readonly string[] },
): Session | ApiError {
  const { audio, model, ...rest } = update;
  if (model !== undefined && model !== session.model) return ERRORS.modelFixed();
  const wanted = audio?.output?.voice;
  if (limits.hasSpoken && wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(session.audio.output.voice))
    return ERRORS.voiceFixed();
  const asked = audio?.input?.transcription;
  if (asked?.model !== undefined && limits.rejectedTranscriptionModels.includes(asked.model))
    return ERRORS.badTranscriptionModel(asked.model);
  for (const key of ['languages', 'keywords'] as const)
    if (asked?.[key] !== undefined && !OWN_LANGUAGES.has(asked.model ?? ''))
      return ERRORS.unsupportedWithModel(`session.audio.input.transcription.${key}`);
  return {
    ...session,
    ...present(rest),
    audio: {
      input: { ...session.audio.input, ...present(audio?.input) },
      output: { ...session.audio.output, ...present(audio?.output) },
    },
  };
}
