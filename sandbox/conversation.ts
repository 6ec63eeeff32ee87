import { AppError } from '../platform/errors.ts';
import { levelDb } from './audio/mulaw.ts';
import { Director } from './script/director.ts';
import type { Act, Step } from './script/director.ts';
import type { Script } from './script/schema.ts';
import type { SandboxCall } from './twilio/types.ts';

/** The part of a call that the caller's side of a script needs. */
export type CallerLine = Pick<SandboxCall, 'on' | 'ended' | 'streaming' | 'speak' | 'pressDigits' | 'hangUp'>;

/** What happened, as it happens. Times are ms of the call's clock. */
export type ConversationEvent =
  | { readonly kind: 'started' | 'ended'; readonly entry: number; readonly at: number }
  | { readonly kind: 'call_ended'; readonly at: number };

export interface ConversationOptions {
  readonly call: CallerLine;
  readonly script: Script;
  readonly onEvent?: (event: ConversationEvent) => void;
  /** Longest silence of the agent while the caller waits for it, ms. Default 15 000. */
  readonly patienceMs?: number;
  /** The clock of the call's events, ms. Default performance.now, as the sandbox's Twilio. */
  readonly now?: () => number;
}

export interface ConversationResult {
  /** What was said and heard, by beginning. An entry that never came has no step. */
  readonly steps: readonly Step[];
  /** Every entry of the caller was played and the agent's last line was heard. */
  readonly completed: boolean;
  /** The call ended before or at the end of the script; false: it is still up. */
  readonly callEnded: boolean;
}

/** Agent audio below this level is no speech, dBFS. */
const SILENT_DB = -60;

/**
 * Plays the caller's side of a script on a call: waits for the agent's lines to be heard, speaks, interrupts, presses
 * keys and hangs up. Resolves when the script is over or the call has ended, whichever is first.
 * Rejects with AppError `agent_silent` (entry from 1, what was waited for, ms) when the agent says nothing for
 * `patienceMs` while the caller waits for it.
 */
export function runConversation(options: ConversationOptions): Promise<ConversationResult> {
  const { call, script } = options;
  const now = options.now ?? (() => performance.now());
  return new Promise((resolve, reject) => {
    let director: Director | null = null;
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    let callEnded = false;
    let hungUp = false;
    const stops: (() => void)[] = [];

    const finish = (settle: () => void): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      for (const stop of stops) stop();
      settle();
    };
    const done = (completed: boolean): void => {
      finish(() => {
        resolve({ steps: director?.steps() ?? [], completed, callEnded });
      });
    };
    const endAct = (entry: number, at: number): void => {
      director?.ended(entry, at);
      options.onEvent?.({ kind: 'ended', entry, at });
      step();
    };
    const perform = (act: Act): void => {
      const speech = act.kind === 'speak' ? call.speak(act.frames) : null;
      const startedAt = speech?.startedAt ?? now();
      director?.began(act.entry, startedAt);
      options.onEvent?.({ kind: 'started', entry: act.entry, at: startedAt });
      if (speech !== null) void speech.done.then(({ endedAt }) => endAct(act.entry, endedAt));
      else if (act.kind === 'press') void call.pressDigits(act.digits).then(() => endAct(act.entry, now()));
      else if (act.kind === 'wait') {
        const wait = setTimeout(() => endAct(act.entry, startedAt + act.ms), act.ms);
        stops.push(() => clearTimeout(wait));
      } else if (act.kind === 'hang_up') {
        hungUp = true;
        director?.ended(act.entry, startedAt);
        call.hangUp();
      }
    };
    const step = (): void => {
      clearTimeout(timer);
      while (!over && director !== null) {
        const at = now();
        const direction = director.next(at);
        switch (direction.kind) {
          case 'act':
            perform(direction.act);
            continue;
          case 'listen':
            if (direction.until !== Infinity) timer = setTimeout(step, Math.max(1, direction.until - at));
            return;
          case 'done':
            // After our own hang-up the end of the call follows at once, and settles it.
            if (!hungUp) done(true);
            return;
          case 'agent_silent':
            finish(() => {
              reject(silent(script, direction.entry, direction.waitedMs));
            });
            return;
        }
      }
    };

    stops.push(
      call.on('agentFrame', ({ at, ms, frame, watermark }) => {
        if (watermark === null && levelDb(frame) < SILENT_DB) return;
        director?.heard(at, ms, watermark);
        step();
      }),
    );
    void call.ended.then(({ at }) => {
      callEnded = true;
      options.onEvent?.({ kind: 'call_ended', at });
      // The agent may hang up with its last word: what was said is then judged as if all quiet had passed.
      done(director?.next(at + 10_000).kind === 'done');
    });
    void call.streaming().then(
      () => {
        director = new Director(
          script,
          now(),
          options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs },
        );
        step();
      },
      () => undefined,
    );
  });
}

function silent(script: Script, entry: number, waitedMs: number): AppError {
  const line = script.conversation[entry];
  const text = line?.kind === 'agent' ? line.agent : '';
  return new AppError('agent_silent', {
    details: { script: script.title, entry: entry + 1, waitedMs: Math.round(waitedMs) },
    cause: new Error(`the agent said nothing for ${Math.round(waitedMs)} ms; entry ${entry + 1} was due: ${text}`),
  });
}
