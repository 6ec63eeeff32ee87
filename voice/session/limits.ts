/**
 * How long a call waits for others. Every wait ends, and for each it is settled what the caller hears then.
 * Configurable by the environment (see README); in milliseconds.
 */
export interface CallTimeouts {
  /**
   * From opening the model's socket to a session that answers, and again from its configuration to `ready`. Then the
   * model is unavailable: the caller hears the apology and the call ends (`model_unavailable`).
   */
  readonly connectMs: number;
  /**
   * From asking for a reply to its first audio or tool call. Then the reply is cancelled and asked for once more; after
   * the second time the caller hears the apology and the call ends.
   */
  readonly firstAudioMs: number;
  /**
   * From a tool's call to its result, where the tool names no deadline of its own. Then the model is told that the tool
   * failed, and the caller hears it say so in its own words.
   */
  readonly toolMs: number;
}

export const DEFAULT_TIMEOUTS: CallTimeouts = { connectMs: 5000, firstAudioMs: 4000, toolMs: 8000 };
