import type { ModelEvent } from '../model/speech-model.ts';
import type { Command } from '../plugin.ts';

/**
 * Everything that can happen to a call. `at` is milliseconds on the call's own clock, which starts at 0 with the
 * media stream; events are handled one at a time in the order they were queued.
 */
export type CallEvent =
  | { readonly type: 'stream_started'; readonly at: number }
  | {
      readonly type: 'caller_audio';
      readonly at: number;
      /** Base64 as the line delivered it; passed on unchanged. */
      readonly payload: string;
      readonly frame: Uint8Array;
      /** RMS, computed once. */
      readonly level: number;
    }
  | { readonly type: 'dtmf'; readonly at: number; readonly digit: string }
  | { readonly type: 'mark'; readonly at: number; readonly name: string }
  /** The stream is over: Twilio said so (`stop`), or the socket closed without a word (`lost`). */
  | { readonly type: 'stream_ended'; readonly at: number; readonly how: 'stop' | 'lost' }
  /** The telephone call itself is over, by a final status callback. */
  | { readonly type: 'line_over'; readonly at: number }
  /** The process is asked to stop and its deadline has come, or staff end the call. */
  | { readonly type: 'end_requested'; readonly at: number }
  /** Caller audio of the broken line, base64 frames in order: it precedes what has waited since. */
  | { readonly type: 'caller_replay'; readonly at: number; readonly payloads: readonly string[] }
  | { readonly type: 'model'; readonly at: number; readonly event: ModelEvent }
  | { readonly type: 'timer'; readonly at: number; readonly id: string }
  | { readonly type: 'command'; readonly at: number; readonly plugin: string; readonly command: Command }
  | {
      readonly type: 'tool_result';
      readonly at: number;
      readonly callId: string;
      readonly name: string;
      /** What the tool returned; null when it failed. */
      readonly result: unknown;
      readonly failure: string | null;
    }
  | { readonly type: 'hang_up_result'; readonly at: number; readonly outcome: 'done' | 'gone' | 'failed' };
