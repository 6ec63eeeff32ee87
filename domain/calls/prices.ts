/**
 * What the models cost, US dollars a million tokens or a minute of audio.
 *
 * Source: the vendor's pages of each model (developers.openai.com/api/docs/models/…), read in November 2026. A model
 * that is not here has no known price; its calls say so rather than guess.
 */
export interface ModelPrice {
  readonly textIn?: number;
  readonly textInCached?: number;
  readonly audioIn?: number;
  readonly audioInCached?: number;
  readonly textOut?: number;
  readonly audioOut?: number;
  /** Of audio, where the model is charged by time. */
  readonly minute?: number;
}

const REALTIME = { textIn: 4, textInCached: 0.4, audioIn: 32, audioInCached: 0.4, audioOut: 64 };
const REALTIME_MINI = { textIn: 0.6, textInCached: 0.06, textOut: 2.4, audioIn: 10, audioInCached: 0.3, audioOut: 20 };

export const PRICES: Readonly<Record<string, ModelPrice>> = {
  'gpt-realtime-2.1': { ...REALTIME, textOut: 24 },
  'gpt-realtime-2': { ...REALTIME, textOut: 24 },
  'gpt-realtime-1.5': { ...REALTIME, textOut: 16 },
  'gpt-realtime': { ...REALTIME, textOut: 16 },
  'gpt-realtime-2.1-mini': REALTIME_MINI,
  'gpt-realtime-mini': REALTIME_MINI,
  'gpt-transcribe': { minute: 0.0045 },
  'gpt-live-transcribe': { minute: 0.017 },
  'gpt-realtime-whisper': { minute: 0.017 },
  'gpt-4o-transcribe': { textIn: 2.5, audioIn: 6, textOut: 10 },
  'gpt-4o-mini-transcribe': { textIn: 1.25, audioIn: 3, textOut: 5 },
  'whisper-1': { minute: 0.006 },
  'gpt-5-mini': { textIn: 0.25, textInCached: 0.025, textOut: 2 },
  'gpt-4.1-mini': { textIn: 0.4, textInCached: 0.1, textOut: 1.6 },
  'gpt-4o-mini': { textIn: 0.15, textInCached: 0.075, textOut: 0.6 },
};
