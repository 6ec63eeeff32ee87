/** A small typed event emitter: listeners run in the order they came, in the emitting turn. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  /** Calls `listener` on each event; returns the function that stops it. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** The next event that satisfies `predicate`. */
  next<Name extends keyof Events>(
    name: Name,
    predicate: (payload: Events[Name]) => boolean = () => true,
  ): Promise<Events[Name]> {
    return new Promise((resolve) => {
      const stop = this.on(name, (payload) => {
        if (!predicate(payload)) return;
        stop();
        resolve(payload);
      });
    });
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (payload: Events[Name]) => void)(payload);
  }
}
