/** What happens in one call, as data: everything that is left to chance, and nothing else. Times in milliseconds. */
export interface Plan {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly maxCallMs: number;
  /** Whether the engine's own sentences are at hand as audio. */
  readonly lines: boolean;
  readonly line: LinePlan;
  /** Lines to the model, one each time one is opened; the last goes on for ever. */
  readonly connections: readonly ConnectionPlan[];
  /** What the model does with each request for a response; the last goes on for ever. */
  readonly replies: readonly ReplyPlan[];
  /** What each REST hang-up comes to; the last goes on for ever. */
  readonly hangUps: readonly HangUpPlan[];
  /** What each saving of lead details comes to; the last goes on for ever. */
  readonly saves: readonly { readonly ms: number; readonly outcome: 'saved' | 'fails' | 'never' }[];
  readonly actions: readonly Action[];
  /** How the line ends what did not end by itself. */
  readonly finale: 'stop' | 'lost' | 'lost_then_over' | 'max_duration';
}

export interface LinePlan {
  /** One way. */
  readonly latencyMs: number;
  readonly losesMarks: boolean;
  /** From our close of the socket to its end. */
  readonly closeMs: number;
}

export type ConnectionPlan =
  | { readonly outcome: 'ready'; readonly ms: number; readonly dropsAfterMs: number | null }
  | { readonly outcome: 'closed'; readonly ms: number; readonly permanent: boolean }
  | { readonly outcome: 'never' };

export interface HangUpPlan {
  readonly ms: number;
  readonly outcome: 'done' | 'gone' | 'fails' | 'never';
  /** From the answer to Twilio's `stop`; null: it forgets to end the stream. */
  readonly stopMs: number | null;
}

export type ReplyPlan =
  | {
      readonly outcome: 'speaks';
      /** Until the response is created, and again until its first audio. */
      readonly beginMs: number;
      readonly audioMs: number;
      readonly chunkMs: number;
      /** Times faster than real time. */
      readonly speed: number;
      readonly words: number;
      readonly tools: readonly ('save' | 'garbage' | 'unknown')[];
      readonly status: 'completed' | 'failed' | 'incomplete';
      /** Stops in the middle and says nothing more until it is cancelled. */
      readonly stalls: boolean;
      readonly cancel: CancelPlan;
    }
  | { readonly outcome: 'refused'; readonly ms: number; readonly permanent: boolean }
  | { readonly outcome: 'ignored' };

export interface CancelPlan {
  /** From the cancel to the end of the response. */
  readonly ms: number;
  /** Audio that was on its way still comes. */
  readonly lateAudio: boolean;
}

export type Action =
  | { readonly do: 'wait'; readonly ms: number }
  | {
      readonly do: 'speak';
      readonly ms: number;
      readonly loud: boolean;
      readonly commitMs: number;
      readonly words: number;
      readonly transcript: 'once' | 'twice' | 'never' | 'failed' | 'empty';
      readonly transcriptMs: number;
    }
  | { readonly do: 'noise'; readonly ms: number }
  | { readonly do: 'stray'; readonly what: Stray }
  | { readonly do: 'dtmf' | 'status_over' | 'staff_ends' | 'model_drops' };

/** What a model or a line says out of turn. */
export type Stray =
  | 'speech_started'
  | 'speech_stopped'
  | 'committed'
  | 'transcript'
  | 'response_done'
  | 'audio'
  | 'words'
  | 'error'
  | 'tool_call'
  | 'mark'
  | 'ready';

export const CALLER_WORDS = [
  'אני רוצה לקבוע תור למחר',
  'כן',
  'לא',
  'כן נכון, הכל נכון',
  'תודה רבה, להתראות',
  'אהה',
  'אוקיי',
  'קוראים לי דנה',
  'תודה, ועוד שאלה',
  'אל תתקשרו אליי יותר',
  'רגע',
  '05 0123 4567',
] as const;

export const AGENT_WORDS = [
  'בטח, לאיזה יום?',
  'רשמתי דנה, טלפון 050-1234567, תור למחר. נכון?',
  'תודה שהתקשרת, להתראות!',
  'שלום, איך אפשר לעזור?',
  'אני בודק, רגע אחד.',
] as const;
