/** What can be seen of a call from outside. Each kind is a word of `never`, `counts` and `times` in a scenario. */
export const EVENT_KINDS = [
  'ring',
  'webhook',
  'stream_open',
  'stream_closed',
  'caller_speaks',
  'caller_stops',
  'caller_noise',
  'caller_presses',
  'caller_hangs_up',
  'agent_audible',
  'agent_quiet',
  'line_says',
  'line_over',
  'model_open',
  'model_closed',
  'model_error',
  'response',
  'response_done',
  'cancel',
  'truncate',
  'delete_item',
  'tool_call',
  'tool_output',
  'committed',
  'transcript',
  'clear',
  'rest',
  'call_ended',
  'settled',
  'turn',
  'log',
  'line_error',
  'alert',
  'history',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One thing that happened. `at`: ms since the telephone rang. */
export interface CallEvent {
  readonly at: number;
  readonly kind: EventKind;
  /** What it was about, for a reader. */
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A call as it is seen from outside, in the order in which it happened. */
export class Timeline {
  readonly events: CallEvent[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  note(kind: EventKind, text = '', fields: Readonly<Record<string, unknown>> = {}, at = this.#now()): void {
    const event = { at, kind, text, fields };
    // What the playout tells of may lie a little back.
    let index = this.events.length;
    while (index > 0 && (this.events[index - 1] as CallEvent).at > at) index--;
    this.events.splice(index, 0, event);
  }
}

/** The timeline as lines for a person. */
export function printTimeline(events: readonly CallEvent[]): string[] {
  return events.map(({ at, kind, text }) =>
    `${(at / 1000).toFixed(3).padStart(9)}  ${kind.padEnd(15)} ${text}`.trimEnd(),
  );
}
