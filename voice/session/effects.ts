import type { ModelCommand, ModelUsage } from '../model/speech-model.ts';
import type { EndReason, Hooks } from '../plugin.ts';
import type { LineMessage } from './playout.ts';
import type { TurnRecord } from './turns.ts';

/** What only the business's owner can mend. */
export type AlertKind = 'model_quota' | 'model_key';

/** What happened in a call beside the words, at a moment of the call's clock, ms. */
export type SideEvent =
  /** The caller pressed a key. */
  | { readonly kind: 'dtmf'; readonly atMs: number; readonly digit: string }
  /** A tool the model called has answered, or failed. */
  | { readonly kind: 'tool'; readonly atMs: number; readonly name: string; readonly failed: boolean };

/** What a step wants done in the world. The shell does it and reports back with events. */
export type Effect =
  | { readonly type: 'send_audio'; readonly messages: readonly LineMessage[] }
  | { readonly type: 'clear_line' }
  | { readonly type: 'model'; readonly command: ModelCommand }
  | { readonly type: 'close_model' }
  /** Opens a new line to the model in place of the one that broke; the caller's latest audio is sent again over it. */
  | { readonly type: 'reconnect_model' }
  /** The owner must act: the model's account is refused. */
  | { readonly type: 'alert'; readonly kind: AlertKind }
  /** One timer per id; setting it again moves it. `dueAt` is on the call's clock. */
  | { readonly type: 'set_timer'; readonly id: string; readonly dueAt: number }
  | { readonly type: 'clear_timer'; readonly id: string }
  | { readonly type: 'run_tool'; readonly callId: string; readonly name: string; readonly args: string }
  | { readonly type: 'save_turns'; readonly records: readonly TurnRecord[] }
  /** Something happened that is to be seen between the turns. */
  | { readonly type: 'side_event'; readonly event: SideEvent }
  /** The caller asked never to be called again: once. */
  | { readonly type: 'caller_opted_out' }
  /** Something was used of the model. */
  | { readonly type: 'usage'; readonly usage: ModelUsage }
  /** Ends the telephone call over REST; `hang_up_result` follows. */
  | { readonly type: 'hang_up' }
  /** Closes the media socket; the line then asks the action URL, which hangs up. */
  | { readonly type: 'close_stream' }
  /** The call is over: once. */
  | { readonly type: 'call_ended'; readonly reason: EndReason; readonly heldMs: number }
  /** No transcription is outstanding any more, or waiting for it has ended: once, after `call_ended`. */
  | { readonly type: 'transcripts_settled' }
  | { readonly type: 'log'; readonly event: string; readonly fields: Readonly<Record<string, unknown>> };

/** What the plugins are told after a step: a hook with its arguments, except the view, which the host adds. */
export type Notice = {
  [Name in keyof Hooks]-?: {
    readonly hook: Name;
    readonly args: Required<Hooks>[Name] extends (...args: infer Args) => unknown
      ? Args extends readonly [...infer Head, unknown]
        ? Head
        : []
      : never;
    /** Only this plugin is told. */
    readonly only?: string;
  };
}[keyof Hooks];
