/**
 * The port to a speech-to-speech model. The engine speaks these few words; an adapter translates them into a
 * vendor's protocol. Audio is μ-law 8 kHz in both directions; ids are the vendor's own and opaque here.
 */

/** What the engine tells the model. `eventId` comes back in an `error` about that command. */
export type ModelCommand =
  /** Caller audio, base64 μ-law, passed through as the line delivered it. */
  | { readonly type: 'append'; readonly audio: string }
  | { readonly type: 'create_response'; readonly eventId: string; readonly instructions?: string }
  | { readonly type: 'cancel_response'; readonly eventId: string; readonly responseId: string }
  /** Trims an agent item to its first `audioEndMs` milliseconds: what the caller heard. */
  | {
      readonly type: 'truncate';
      readonly eventId: string;
      readonly itemId: string;
      readonly contentIndex: number;
      readonly audioEndMs: number;
    }
  /** Adds a turn as text behind `previousItemId`: `root` is the very beginning, null the end. Ids up to 32 characters. */
  | {
      readonly type: 'add_message';
      readonly eventId: string;
      readonly itemId: string;
      readonly speaker: 'agent' | 'caller' | 'system';
      readonly text: string;
      readonly previousItemId: string | null;
    }
  | { readonly type: 'delete_item'; readonly eventId: string; readonly itemId: string }
  | { readonly type: 'tool_output'; readonly eventId: string; readonly callId: string; readonly output: string };

/** What a vendor counts. Cached tokens stand apart: they are not among the others. */
export interface ModelCounts {
  readonly textIn: number;
  readonly textInCached: number;
  readonly audioIn: number;
  readonly audioInCached: number;
  readonly textOut: number;
  readonly audioOut: number;
  /** Seconds of audio, where a model is charged by time. */
  readonly seconds: number;
}

/** What was used of one model. */
export interface ModelUsage extends ModelCounts {
  /** The vendor's name of the model. */
  readonly model: string;
  readonly kind: 'speech' | 'transcription';
}

/** How a response ended. */
export type ResponseStatus = 'completed' | 'cancelled' | 'failed' | 'incomplete';

/** What the model tells the engine. */
export type ModelEvent =
  /** The session is configured; audio and responses are accepted. */
  | { readonly type: 'ready' }
  /** Positions are ms of caller audio appended since the session began. */
  | { readonly type: 'speech_started'; readonly itemId: string; readonly audioStartMs: number }
  | { readonly type: 'speech_stopped'; readonly itemId: string; readonly audioEndMs: number }
  | { readonly type: 'committed'; readonly itemId: string; readonly previousItemId: string | null }
  | { readonly type: 'transcript'; readonly itemId: string; readonly text: string }
  | { readonly type: 'transcript_failed'; readonly itemId: string }
  | { readonly type: 'response_created'; readonly responseId: string }
  | {
      readonly type: 'item_added';
      readonly responseId: string;
      readonly itemId: string;
      readonly kind: 'message' | 'function_call';
    }
  | {
      readonly type: 'audio';
      readonly responseId: string;
      readonly itemId: string;
      readonly contentIndex: number;
      readonly audio: Uint8Array;
    }
  | { readonly type: 'audio_done'; readonly responseId: string; readonly itemId: string }
  | { readonly type: 'words'; readonly responseId: string; readonly itemId: string; readonly delta: string }
  | { readonly type: 'words_done'; readonly responseId: string; readonly itemId: string; readonly text: string }
  | {
      readonly type: 'tool_call';
      readonly responseId: string;
      readonly callId: string;
      readonly name: string;
      /** JSON as the model wrote it; may be malformed. */
      readonly args: string;
    }
  | {
      readonly type: 'response_done';
      readonly responseId: string;
      readonly status: ResponseStatus;
      readonly code: string | null;
      /** True when no further attempt can help (quota, key). */
      readonly permanent: boolean;
    }
  /** What something cost: a response, or the transcription of one utterance. Comes before the event that ends it. */
  | { readonly type: 'usage'; readonly usage: ModelUsage }
  /** A refused command. The session goes on unless `permanent`. */
  | {
      readonly type: 'error';
      readonly code: string;
      readonly message: string;
      readonly eventId: string | null;
      readonly permanent: boolean;
    }
  /** The connection is gone or never came: `code` says why; `permanent` that another would fare no better. Nothing follows. */
  | { readonly type: 'closed'; readonly code: string; readonly permanent?: boolean };

/** A function offered to the model; `parameters` is JSON schema. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Who decides whose turn it is. */
export type TurnTaking = 'guarded' | 'server';

/** What a model session is configured with; fixed for its life. */
export interface ModelSetup {
  readonly instructions: string;
  readonly voice: string;
  readonly tools: readonly ModelTool[];
  readonly turnTaking: TurnTaking;
  /** Words transcription should expect: names of the business and the agent. */
  readonly keywords: readonly string[];
}

/** One open line to a model. */
export interface ModelConnection {
  /** Sends the session's configuration; `ready` follows. May be called before the connection is open. */
  configure(setup: ModelSetup): void;
  /** Commands before `ready` are the caller's mistake and are dropped with a log line. */
  send(command: ModelCommand): void;
  close(): void;
}

/** Opens a connection at once, before the call's settings are known. Events arrive in order, never synchronously. */
export type ConnectModel = (onEvent: (event: ModelEvent) => void) => ModelConnection;
