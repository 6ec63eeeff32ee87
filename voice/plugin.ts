import type { z } from 'zod';

/**
 * The contract between the call engine and its plugins.
 *
 * A plugin is data plus pure functions. While a call runs, the engine tells it what happened (hooks) and it
 * answers with what should happen (commands). It never sees a socket, a clock, a database or another plugin.
 * All times are milliseconds on the call's own clock, which starts at 0 when the media stream starts.
 */

/** Why a call ended: the closed list. */
export const END_REASONS = [
  'user_goodbye',
  'lead_captured_confirmed',
  'user_verified',
  'ai_goodbye_auto_end',
  'caller_hangup',
  'silence',
  'max_duration',
  'transferred',
  'voicemail_recorded',
  'model_unavailable',
  'stream_lost',
  'ended_by_staff',
  'rejected',
  'swept',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** The facts of a call that a plugin may know. */
export interface CallContext {
  readonly callId: string;
  readonly businessId: string;
  readonly businessName: string;
  readonly direction: 'inbound' | 'outbound';
  /** E.164 where the network gave a number, else as received (`anonymous`, `*2040`). */
  readonly fromNumber: string;
  readonly toNumber: string;
}

/** What a hook may read of the call's state. */
export interface CallView {
  /** Now, ms on the call's clock. */
  readonly at: number;
  readonly phase: 'warmup' | 'active' | 'closing' | 'ended';
  /** Set once a hang-up has been decided; the agent's last words may still be playing. */
  readonly pendingHangup: EndReason | null;
  readonly leadCaptured: boolean;
  readonly goodbyeDetected: boolean;
  /** Agent audio is playing, or is waiting to be played, at the caller's ear. */
  readonly agentSpeaking: boolean;
  /** A reply was asked for and has not been generated to its end. */
  readonly replyPending: boolean;
  /** The model's VAD hears the caller. */
  readonly callerSpeaking: boolean;
  /** Committed caller turns so far. */
  readonly callerTurns: number;
  /** Agent turns heard at least in part so far. */
  readonly agentTurns: number;
  /** The last agent turn the caller heard (only the words heard), or null. */
  readonly lastAgentText: string | null;
}

/** One 20 ms frame of caller audio. */
export interface CallerFrame {
  readonly at: number;
  /** RMS of the frame's linear samples, 0–32768. */
  readonly level: number;
  /** μ-law, 8 kHz, normally 160 bytes. */
  readonly frame: Uint8Array;
  /** What the line played of the agent during this frame, 160 bytes of μ-law, or null: its echo may be in `frame`. */
  readonly reference: Uint8Array | null;
}

/** A caller turn whose words are known. Arrives when its transcription does, which may be after the reply began. */
export interface CallerTurn {
  readonly at: number;
  readonly itemId: string;
  readonly text: string;
  /** Milliseconds of the utterance in which our own audio proves speech; 0 for noise or a ghost transcript. */
  readonly provenSpeechMs: number;
  /** Text of the agent turn this answers, or null when the caller spoke first. */
  readonly answers: string | null;
}

/** An agent turn after its playout ended, to its end or by an interruption. */
export interface AgentTurn {
  readonly at: number;
  readonly itemId: string;
  /** Only the words that were heard. */
  readonly text: string;
  readonly interrupted: boolean;
}

/** What is known of a business before any call. */
export interface BusinessContext {
  readonly businessId: string;
  readonly businessName: string;
}

/** The outcome of a tool the model called. */
export interface ToolOutcome {
  readonly at: number;
  readonly name: string;
  /** What the tool returned; null when it failed. */
  readonly result: unknown;
}

/** What a hook may ask for. Commands of one hook are carried out in order. */
export type Command =
  /** The agent says this, word for word, as its next turn. `urgent` speaks over a pending reply. */
  | { readonly type: 'say'; readonly text: string }
  /**
   * The agent's next words begin with this sentence, word for word and once: at once where it was rendered beforehand
   * (see `lines`), else the model says it within the reply it gives next. Costs no reply of its own, and waits for one.
   */
  | { readonly type: 'preface'; readonly text: string }
  /** The agent takes a turn following these instructions in its own words. */
  | { readonly type: 'prompt'; readonly instructions: string }
  /** Agent audio stops being sent; what the line already buffered (up to 240 ms) plays on. Over once nothing is left to play. */
  | { readonly type: 'pause_playout' }
  /** Undoes `pause_playout`; nothing is lost. */
  | { readonly type: 'resume_playout' }
  /** The agent stops for good: clear the line, cancel the reply, trim the model's memory to what was heard. */
  | { readonly type: 'interrupt' }
  /**
   * The caller clearly speaks: the line is silent at once. When their utterance is a turn it is an `interrupt`; a
   * backchannel or a noise gives the agent the floor back, from where it stopped.
   */
  | { readonly type: 'offer_floor' }
  /** Caller audio is withheld from the model (and counted as held) until released. greeting-first alone uses it. */
  | { readonly type: 'hold_caller_audio' }
  | { readonly type: 'release_caller_audio' }
  /** Starts or restarts a timer of this plugin; `onTimer` gets its id. */
  | { readonly type: 'start_timer'; readonly id: string; readonly ms: number }
  | { readonly type: 'cancel_timer'; readonly id: string }
  /** Sets flags of the call's state. */
  | { readonly type: 'mark'; readonly leadCaptured?: boolean; readonly goodbyeDetected?: boolean }
  /**
   * Decides the hang-up. The first reason stays. The agent's turn in the air is heard to its end first;
   * with `say`, that farewell is spoken after it. Afterwards the engine hangs up once.
   */
  | { readonly type: 'end_call'; readonly reason: EndReason; readonly say?: string }
  /** A structured line in the log. No phone numbers, no transcript. */
  | { readonly type: 'log'; readonly event: string; readonly fields?: Readonly<Record<string, unknown>> };

/** What a hook returns. */
export type Commands = readonly Command[] | void;

/** The closed list of in-call hooks. All are synchronous; over 5 ms three times and the plugin is dropped for the call. */
export interface Hooks {
  /** The media stream began; the model may not be ready yet. */
  onCallStart?(view: CallView): Commands;
  /** The model accepted the session; a reply can be created. */
  onModelReady?(view: CallView): Commands;
  /** Every frame of the caller, before it is passed on. Keep it cheap: 50 a second. */
  onCallerFrame?(frame: CallerFrame, view: CallView): Commands;
  /** The model's VAD heard the caller begin, or end. */
  onCallerSpeechStarted?(view: CallView): Commands;
  onCallerSpeechStopped?(view: CallView): Commands;
  /** The caller's utterance became a turn; its words follow in `onCallerTurn`. */
  onCallerCommitted?(
    turn: { readonly at: number; readonly itemId: string; readonly provenSpeechMs: number },
    view: CallView,
  ): Commands;
  onCallerTurn?(turn: CallerTurn, view: CallView): Commands;
  /** The caller's utterance has no words: a noise, or nothing that recognition could make out. */
  onCallerNoise?(turn: { readonly at: number; readonly itemId: string }, view: CallView): Commands;
  /** The first audio of an agent turn went out. */
  onAgentSpeechStarted?(turn: { readonly at: number; readonly itemId: string }, view: CallView): Commands;
  /** An agent turn was generated to its end (it may not have been heard yet). */
  onAgentGenerated?(
    turn: { readonly at: number; readonly itemId: string; readonly text: string },
    view: CallView,
  ): Commands;
  onAgentTurn?(turn: AgentTurn, view: CallView): Commands;
  /** Everything sent has been heard and nothing more is queued. */
  onPlayoutFinished?(view: CallView): Commands;
  onToolOutcome?(outcome: ToolOutcome, view: CallView): Commands;
  onDtmf?(digit: string, view: CallView): Commands;
  onTimer?(id: string, view: CallView): Commands;
}

/** The names of all hooks, for the check at boot. */
export const HOOK_NAMES = [
  'onCallStart',
  'onModelReady',
  'onCallerFrame',
  'onCallerSpeechStarted',
  'onCallerSpeechStopped',
  'onCallerCommitted',
  'onCallerTurn',
  'onCallerNoise',
  'onAgentSpeechStarted',
  'onAgentGenerated',
  'onAgentTurn',
  'onPlayoutFinished',
  'onToolOutcome',
  'onDtmf',
  'onTimer',
] as const satisfies readonly (keyof Hooks)[];

/** How one setting is shown on its card. `help` stands under the control. */
export type Field =
  | { readonly control: 'switch'; readonly label: string; readonly help?: string }
  | {
      readonly control: 'text';
      readonly label: string;
      readonly help?: string;
      readonly dir?: 'ltr' | 'auto';
      readonly placeholder?: string;
      readonly inputMode?: 'url' | 'text';
    }
  | {
      readonly control: 'textarea';
      readonly label: string;
      readonly help?: string;
      readonly rows?: number;
      readonly placeholder?: string;
      /** Said to callers word for word: it can be heard on the page before it is saved. */
      readonly spoken?: boolean;
    }
  | {
      readonly control: 'number';
      readonly label: string;
      readonly help?: string;
      readonly min: number;
      readonly max: number;
      readonly unit?: string;
    }
  | {
      readonly control: 'select';
      readonly label: string;
      readonly help?: string;
      /** The options are voices: each can be heard before it is saved. */
      readonly voices?: boolean;
      readonly options: readonly { readonly value: string; readonly label: string }[];
    }
  /** A list of values picked from options. */
  | {
      readonly control: 'checklist';
      readonly label: string;
      readonly help?: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
    }
  /** Details of callers that a business defines itself, in their order. */
  | {
      readonly control: 'lead_fields';
      readonly label: string;
      readonly help?: string;
      /** How many may be collected at a time, and how many are stored with those that were removed. */
      readonly most: number;
      readonly mostKept: number;
      readonly kinds: readonly { readonly value: string; readonly label: string }[];
      readonly asks: readonly { readonly value: string; readonly label: string }[];
    }
  /** Opening hours: of a week (weekday → stretches), one stretch of a day, what holidays do to it, days unlike others. */
  | {
      readonly control: 'week_hours' | 'time_range' | 'holiday_rules' | 'special_days';
      readonly label: string;
      readonly help?: string;
    };

/**
 * A secret of the business that a plugin needs. It is written on the plugin's card and never shown again but for its
 * last four characters; it is sealed at rest and no part of the settings, so that hooks, answers of the API and what is
 * logged, queued or audited never hold it. Where it is set, it goes out as a header of each request that the plugin
 * exports or tests, put in at the moment the request is sent: a new one serves what waits as well.
 */
export interface SecretField {
  readonly label: string;
  readonly help?: string;
  /** Name of the header, e.g. `authorization`. */
  readonly header: string;
}

/** The tabs of the settings page a card can stand on. */
export type SettingsTab = 'business' | 'ai' | 'integrations' | 'security';

/** A function the model may call during a call, its argument type erased; made by {@link defineTool}. */
export interface Tool {
  /** snake_case, unique among all plugins. */
  readonly name: string;
  /** For the model, in English. */
  readonly description: string;
  /** Parameters for this call's settings; sent to the model as JSON schema and used to check what it passes. */
  parameters(settings: unknown): z.ZodType;
  /** Milliseconds after which the model is told the tool failed. Default: the call's (8000 where nothing else is set). */
  readonly deadlineMs?: number;
  /** Returns JSON for the model. Throws when it failed; the model is then told so. */
  run(args: unknown, call: ToolCall): Promise<unknown>;
}

/** The call a tool runs in. */
export interface ToolCall {
  readonly context: CallContext;
  /** The plugin's own settings. */
  readonly settings: unknown;
  /** Aborted at the deadline and when the call ends. */
  readonly signal: AbortSignal;
}

/** Ties a tool's `run` to its parameters' type. `Settings` is the plugin's own settings type. */
export function defineTool<Schema extends z.ZodType, Settings>(tool: {
  readonly name: string;
  readonly description: string;
  parameters(settings: Settings): Schema;
  readonly deadlineMs?: number;
  run(args: z.output<Schema>, call: Omit<ToolCall, 'settings'> & { readonly settings: Settings }): Promise<unknown>;
}): Tool {
  // Sound: the engine calls `run` only with what `parameters` parsed and with the settings of the same plugin.
  return tool;
}

/** A finished call as an export sees it. */
export interface FinishedCall {
  readonly businessId: string;
  readonly businessName: string;
  readonly callId: string;
  readonly callSid: string;
  readonly direction: 'inbound' | 'outbound';
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Whole seconds. */
  readonly durationSec: number;
  readonly endReason: EndReason;
  /** One line a turn: `סוכן: …` / `לקוח: …`, in the order of the conversation. */
  readonly transcript: string;
  /**
   * What is known of the caller, key → value, for a business that collects details of its own; empty for any other, so
   * that a receiver made for the fixed keys sees nothing new.
   */
  readonly leadFields: Readonly<Record<string, string>>;
}

/** One request a finished call sends out, as data. Only the worker's `deliver` sends it. */
export interface ExportRequest {
  /** Stable within the plugin; one delivery per call and name. */
  readonly name: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a plugin author writes; `Settings` is the parsed value of `settings`, `Ports` the services its tools need. */
export interface PluginDefinition<Shape extends z.ZodRawShape, Ports> {
  /** kebab-case; the folder's name. */
  readonly name: string;
  /** Every key with a default (`.default(…)`), so that `{}` parses. Keys are unique among all plugins. */
  readonly settings: z.ZodObject<Shape>;
  /** Only greeting-first: its `hold_caller_audio` is obeyed. Another plugin's is refused. */
  readonly mayHoldCallerAudio?: boolean;
  /** The card on the settings page, made from `fields` in their order. */
  readonly card: { readonly tab: SettingsTab; readonly title: string; readonly help?: string };
  readonly fields: { readonly [Key in keyof Shape]: Field };
  /** Secrets, below the fields; snake_case keys, unique among all plugins' settings and secrets. */
  readonly secrets?: Readonly<Record<string, SecretField>>;
  /** This plugin's part of the system prompt; empty string for none. */
  instructions?(settings: z.output<z.ZodObject<Shape>>, context: CallContext): string;
  /**
   * Sentences the plugin may `say` word for word under these settings. They are rendered when settings are saved, so
   * that they sound at once; a sentence that is not named here is spoken by the model, a moment later.
   */
  lines?(settings: z.output<z.ZodObject<Shape>>, business: BusinessContext): readonly string[];
  tools?(ports: Ports): readonly Tool[];
  /** Once per call. Keep the plugin's own state in the closure; same events, same commands. */
  call?(settings: z.output<z.ZodObject<Shape>>, context: CallContext): Hooks;
  exports?(call: FinishedCall, settings: z.output<z.ZodObject<Shape>>): readonly ExportRequest[];
  /**
   * What a test of these settings sends for a made-up call, whether or not finished calls are sent; null when there is
   * nowhere to send it. With it the card has a button that sends a test and shows the answer.
   */
  testExport?(call: FinishedCall, settings: z.output<z.ZodObject<Shape>>): ExportRequest | null;
}

/** A plugin as the engine, the settings page and the worker hold it: its own types erased. */
export interface CallPlugin<Ports = never> {
  readonly name: string;
  readonly settings: z.ZodObject<z.ZodRawShape>;
  readonly mayHoldCallerAudio?: boolean;
  readonly card: { readonly tab: SettingsTab; readonly title: string; readonly help?: string };
  readonly fields: Readonly<Record<string, Field>>;
  readonly secrets?: Readonly<Record<string, SecretField>>;
  instructions?(settings: unknown, context: CallContext): string;
  lines?(settings: unknown, business: BusinessContext): readonly string[];
  tools?(ports: Ports): readonly Tool[];
  call?(settings: unknown, context: CallContext): Hooks;
  exports?(call: FinishedCall, settings: unknown): readonly ExportRequest[];
  testExport?(call: FinishedCall, settings: unknown): ExportRequest | null;
}

/** Checks a definition's types against each other and erases them; adds nothing at run time. */
export function definePlugin<Shape extends z.ZodRawShape, Ports = unknown>(
  definition: PluginDefinition<Shape, Ports>,
): CallPlugin<Ports> {
  // Sound: the engine hands a plugin only settings parsed by that plugin's own schema.
  return definition;
}
