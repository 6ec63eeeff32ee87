interface Appointment {
  readonly at: number;
  readonly run: (at: number) => void;
  readonly tag: string | null;
}

/** Things to do at a given time, on a clock that is only ever told. Equal times keep the order they were made in. */
export interface Agenda {
  /** Plans `run` for `at` (ms). `tag` groups appointments that are dropped together. */
  plan(at: number, run: (at: number) => void, tag?: string): void;
  /** Forgets everything planned under the tag. */
  drop(tag: string): void;
  /** Runs, in order, all that is due at or before `at`, including what that itself plans. */
  runUntil(at: number): void;
  /** When the next thing is due, or null. */
  next(): number | null;
}

/** An empty agenda. */
export function createAgenda(): Agenda {
  let list: Appointment[] = [];
  return {
    plan(at, run, tag) {
      let index = list.length;
      while (index > 0 && (list[index - 1]?.at ?? 0) > at) index--;
      list.splice(index, 0, { at, run, tag: tag ?? null });
    },
    drop(tag) {
      list = list.filter((appointment) => appointment.tag !== tag);
    },
    runUntil(at) {
      for (let first = list[0]; first !== undefined && first.at <= at; first = list[0]) {
        list.shift();
        first.run(first.at);
      }
    },
    next: () => list[0]?.at ?? null,
  };
}
