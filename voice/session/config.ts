import type { CallContext } from '../plugin.ts';

/** Everything a call needs to know, read once when its stream starts and never changed after. */
export interface CallConfig {
  readonly context: CallContext;
  readonly callSid: string;
  /** Hard limit from the start of the stream, ms. Always applies. */
  readonly maxCallMs: number;
  /** Settings of each plugin, parsed by its own schema: plugin name → settings. */
  readonly pluginSettings: Readonly<Record<string, unknown>>;
  /** Spoken when the model is lost for good: μ-law audio and its words. */
  readonly apology: SpokenText;
}

/** A text with its audio, μ-law 8 kHz. */
export interface SpokenText {
  readonly text: string;
  readonly audio: Uint8Array;
}
