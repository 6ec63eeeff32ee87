import type { CallContext } from '../plugin.ts';
import type { TurnTaking } from '../model/speech-model.ts';
import type { CallTimeouts } from './limits.ts';

/** Everything a call needs to know, read once when its stream starts and never changed after. */
export interface CallConfig {
  readonly context: CallContext;
  readonly callSid: string;
  /** Hard limit from the start of the stream, ms. Always applies. */
  readonly maxCallMs: number;
  /** Who decides when the agent answers: `guarded`: we do, on proven speech; `server`: the model's own VAD. */
  readonly turnTaking: TurnTaking;
  /** Settings of each plugin, parsed by its own schema: plugin name → settings. */
  readonly pluginSettings: Readonly<Record<string, unknown>>;
  /** Spoken when the model is lost for good: μ-law audio and its words. */
  readonly apology: SpokenText;
  /**
   * What can be said at once, by its exact words: rendered in the business's voice beforehand. A text that is not here
   * has not been rendered (yet, or because rendering failed) and is said by the model.
   */
  readonly lines: ReadonlyMap<string, SpokenText>;
  /** Recordings of the repository, in no business's voice: for a text that is not in `lines` when the model cannot speak. */
  readonly lastResort: ReadonlyMap<string, SpokenText>;
  readonly timeouts: CallTimeouts;
}

/** A text with its audio, μ-law 8 kHz. */
export interface SpokenText {
  readonly text: string;
  readonly audio: Uint8Array;
}
