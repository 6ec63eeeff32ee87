import { z } from 'zod';
import type { ModelCounts } from '../speech-model.ts';

/**
 * The `usage` of the OpenAI Realtime API's events, reduced to counts. It is bookkeeping: one that does not fit is no
 * reason to refuse the event that carries it, so it counts as nothing.
 */

const count = z.number().nonnegative().nullish();
const byKind = z.object({ text_tokens: count, audio_tokens: count }).nullish();

/** Of `response.done`. */
export const responseUsage = z
  .object({
    input_token_details: z.object({ text_tokens: count, audio_tokens: count, cached_tokens_details: byKind }).nullish(),
    output_token_details: byKind,
  })
  .nullish()
  .catch(null);

/** Of a transcription: tokens, or seconds where the model is charged by time. */
export const transcriptionUsage = z
  .object({ input_tokens: count, input_token_details: byKind, output_tokens: count, seconds: count })
  .nullish()
  .catch(null);

/** Counts of a response; null when the server named none. */
export function responseCounts(usage: z.output<typeof responseUsage>): ModelCounts | null {
  if (usage === null || usage === undefined) return null;
  const input = usage.input_token_details;
  const cached = input?.cached_tokens_details;
  const output = usage.output_token_details;
  const textInCached = cached?.text_tokens ?? 0;
  const audioInCached = cached?.audio_tokens ?? 0;
  return {
    // There the cached tokens are a part of the input.
    textIn: Math.max(0, (input?.text_tokens ?? 0) - textInCached),
    textInCached,
    audioIn: Math.max(0, (input?.audio_tokens ?? 0) - audioInCached),
    audioInCached,
    textOut: output?.text_tokens ?? 0,
    audioOut: output?.audio_tokens ?? 0,
    seconds: 0,
  };
}

/** Counts of a transcription; null when the server named none. */
export function transcriptionCounts(usage: z.output<typeof transcriptionUsage>): ModelCounts | null {
  if (usage === null || usage === undefined) return null;
  const input = usage.input_token_details;
  const audioIn = input?.audio_tokens ?? usage.input_tokens ?? 0;
  return {
    textIn: input?.text_tokens ?? 0,
    textInCached: 0,
    audioIn,
    audioInCached: 0,
    textOut: usage.output_tokens ?? 0,
    audioOut: 0,
    seconds: usage.seconds ?? 0,
  };
}
