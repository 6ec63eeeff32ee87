import { type Act, Director } from '../../sandbox/script/director.ts';
import type { Step } from '../../sandbox/script/director.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import type { Watermark } from '../../sandbox/audio/watermark.ts';
import type { CallClock } from './clock.ts';
import type { Telephone } from './telephone.ts';
import type { Timeline } from './timeline.ts';

const STAY_ON_LINE_MS = 6000;

export interface CallerOptions {
  readonly clock: CallClock;
  readonly timeline: Timeline;
  readonly telephone: Telephone;
  readonly script: Script;
}

/** The person who rings: plays the caller's side of the script, then stays on the line for the agent to end the call. */
export class Caller {
  /** The caller waited in vain for this entry. */
  silentAt: number | null = null;
  /** The script was played and heard to its end. */
  completed = false;
  readonly #options: CallerOptions;
  #director: Director | null = null;
  #cancelStep = () => {};
  #leaves = false;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** Rings; the script begins with the stream. */
  begin(): void {
    const { clock, telephone, script } = this.#options;
    telephone.ring(this);
    telephone.onStreaming(() => {
      const patience = script.patience_ms === undefined ? {} : { patienceMs: script.patience_ms };
      this.#director = new Director(script, clock.now(), patience);
      this.#step();
    });
    // Nobody holds the receiver for ever when no stream comes.
    clock.after((script.patience_ms ?? 15_000) * 2, () => {
      if (this.#director === null) telephone.hangUp();
    });
  }

  heard(at: number, ms: number, mark: Watermark | null): void {
    this.#director?.heard(at, ms, mark);
    this.#plan(0);
  }

  over(): void {
    this.#cancelStep();
    // The agent may hang up with its last word: what was said is judged as if all quiet had passed.
    this.completed ||= this.#director?.next(this.#options.clock.now() + 10_000).kind === 'done';
  }

  get steps(): readonly Step[] {
    return this.#director?.steps() ?? [];
  }

  #plan(delayMs: number): void {
    this.#cancelStep();
    if (!this.#options.telephone.over) this.#cancelStep = this.#options.clock.after(delayMs, () => this.#step());
  }

  #step(): void {
    const { clock, telephone, script } = this.#options;
    const director = this.#director;
    while (director !== null && !telephone.over) {
      const at = clock.now();
      const direction = director.next(at);
      switch (direction.kind) {
        case 'act':
          this.#perform(director, direction.act);
          continue;
        case 'listen':
          if (direction.until !== Infinity) this.#plan(Math.max(1, direction.until - at));
          return;
        case 'done':
          this.completed = true;
          return this.#leaveLater(script.stay_on_line_ms ?? STAY_ON_LINE_MS);
        case 'agent_silent':
          this.silentAt ??= direction.entry;
          return this.#leaveLater(0);
      }
    }
  }

  #leaveLater(ms: number): void {
    if (this.#leaves) return;
    this.#leaves = true;
    this.#options.clock.after(ms, () => this.#options.telephone.hangUp());
  }

  #perform(director: Director, act: Act): void {
    const { clock, timeline, telephone, script } = this.#options;
    const { entry } = act;
    const ended = (at: number) => {
      director.ended(entry, at);
      this.#plan(0);
    };
    if (act.kind === 'speak') {
      const speech = telephone.speak(act.frames);
      director.began(entry, speech.startedAt);
      const said = script.conversation[entry];
      const text = said?.kind === 'caller' ? said.caller : said?.kind === 'noise' ? `(${said.noise})` : '';
      const kind = said?.kind === 'noise' ? 'caller_noise' : 'caller_speaks';
      const interrupts = said !== undefined && 'interrupt_after_ms' in said && said.interrupt_after_ms !== undefined;
      timeline.note(kind, text, { entry, interrupts }, Math.max(speech.startedAt, clock.now()));
      void speech.done.then(({ endedAt }) => {
        timeline.note('caller_stops', '', { entry });
        ended(endedAt);
      });
      return;
    }
    director.began(entry, clock.now());
    if (act.kind === 'press') {
      timeline.note('caller_presses', act.digits, { entry });
      telephone.press(act.digits, () => ended(clock.now()));
    } else if (act.kind === 'wait') clock.after(act.ms, () => ended(clock.now()));
    else {
      director.ended(entry, clock.now());
      telephone.hangUp();
    }
  }
}
