import OpenAI, { APIConnectionError, APIError, toFile } from 'openai';
import { AppError } from '../../platform/errors.ts';
import { retryAfterMs, type VendorError } from './retry-after.ts';

/** Writes down a WAV file of Hebrew speech. Rejects with AppError `transcription_failed`. */
export type Transcribe = (
  wav: Buffer,
  signal: AbortSignal,
) => Promise<{ readonly text: string; readonly model: string }>;

export interface TranscriptionOptions {
  /** Base of the vendor's REST API, or a peer on loopback. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** In order of preference: the next is asked when one is refused or fails. */
  readonly models: readonly string[];
  /** Milliseconds for one file. Default 60 000. */
  readonly timeoutMs?: number;
}

/** Models that take a list of languages instead of one. */
const WITH_LANGUAGES = /^gpt-(?:live-)?transcribe/u;

/** Asks the vendor's transcription models, one after the other. */
export function openAiTranscription({ baseUrl, apiKey, models, timeoutMs = 60_000 }: TranscriptionOptions): Transcribe {
  const client = new OpenAI({ apiKey, baseURL: baseUrl, timeout: timeoutMs, maxRetries: 0, logLevel: 'off' });
  return async (wav, signal) => {
    let failure: unknown = null;
    let mayPass = false;
    for (const model of models) {
      try {
        const language = WITH_LANGUAGES.test(model) ? { languages: ['he'] } : { language: 'he' };
        const file = await toFile(wav, 'speech.wav', { type: 'audio/wav' });
        const body = { file, model, response_format: 'json' as const, ...language };
        const { text } = await client.audio.transcriptions.create(body, { signal });
        return { text, model };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof APIError)) throw error;
        failure = error;
        mayPass ||= error instanceof APIConnectionError || passes(error);
      }
    }
    throw new AppError('transcription_failed', { permanent: !mayPass, cause: failure });
  };
}

function passes(error: VendorError): boolean {
  if (error.code === 'insufficient_quota') return false;
  const status = Number(error.status ?? 0);
  return status === 408 || status === 429 || status >= 500 || retryAfterMs(error) !== null;
}
