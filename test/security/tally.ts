/** How the answers fell, door by door: what was asked by somebody who may, and how it was answered. */
export class Tally {
  readonly #doors = new Map<string, Map<string, number>>();
  readonly #reached = new Map<string, number>();

  /** `reached`: the request got past signature, session and token to whoever handles it. */
  note(door: string, outcome: string, reached: boolean): void {
    const outcomes = this.#doors.get(door) ?? new Map<string, number>();
    this.#doors.set(door, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
    if (reached) this.#reached.set(door, (this.#reached.get(door) ?? 0) + 1);
  }

  get doors(): readonly string[] {
    return [...this.#doors.keys()];
  }

  total(door?: string): number {
    const doors = door === undefined ? this.doors : [door];
    return doors.flatMap((name) => [...(this.#doors.get(name)?.values() ?? [])]).reduce((sum, count) => sum + count, 0);
  }

  /** 0–1: of all inputs, or of one door's. */
  reached(door?: string): number {
    const doors = door === undefined ? this.doors : [door];
    const count = doors.reduce((sum, name) => sum + (this.#reached.get(name) ?? 0), 0);
    return count / Math.max(1, this.total(door));
  }

  /** A line for every door: how many, how many of them reached the handler, and the answers, the most frequent first. */
  lines(): string[] {
    return this.doors.map((door) => {
      const outcomes = [...(this.#doors.get(door) ?? [])].sort((a, b) => b[1] - a[1]);
      const told = outcomes.map(([outcome, count]) => `${outcome} ×${count}`).join('  ');
      return `${door.padEnd(16)} ${String(this.total(door)).padStart(6)}  ${percent(this.reached(door))} let in   ${told}`;
    });
  }
}

export const percent = (part: number) => `${String(Math.round(part * 100)).padStart(3)} %`;
