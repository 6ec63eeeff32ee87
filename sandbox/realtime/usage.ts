import type { RealtimeServerEvent } from './wire.ts';

type Usage = NonNullable<Extract<RealtimeServerEvent, { type: 'response.done' }>['response']['usage']>;

/** Plausible token counts: a token is 50 ms of model audio, 100 ms of caller audio, about four letters of text. */
export function usageOf(counts: {
  readonly instructions: string;
  readonly callerMs: number;
  readonly outputText: string;
  readonly outputMs: number;
}): Usage {
  const tokens = (text: string): number => Math.ceil(text.length / 4);
  const input = { text: tokens(counts.instructions), audio: Math.ceil(counts.callerMs / 100) };
  const output = { text: tokens(counts.outputText), audio: Math.ceil(counts.outputMs / 50) };
  const cached = Math.floor(input.text / 64) * 64;
  return {
    total_tokens: input.text + input.audio + output.text + output.audio,
    input_tokens: input.text + input.audio,
    output_tokens: output.text + output.audio,
    input_token_details: {
      text_tokens: input.text,
      audio_tokens: input.audio,
      image_tokens: 0,
      cached_tokens: cached,
      cached_tokens_details: { text_tokens: cached, audio_tokens: 0, image_tokens: 0 },
    },
    output_token_details: { text_tokens: output.text, audio_tokens: output.audio },
  };
}
