import { beforeAll, it } from 'vitest';

/** One thing to prove. */
export interface Proof {
  readonly name: string;
  /** Why it cannot be proved here; it is then reported as skipped. */
  readonly missing?: string | null;
  readonly prove: () => Promise<void>;
}

/** Each proof as a test of its own, all of them begun at once: most of their time is spent waiting for leases. */
export function sideBySide(proofs: readonly Proof[]): void {
  const runs = new Map<string, Promise<void>>();
  beforeAll(() => {
    for (const { name, missing = null, prove } of proofs) {
      if (missing !== null) continue;
      const run = prove();
      run.catch(() => undefined); // its own test reports it
      runs.set(name, run);
    }
  });
  for (const { name, missing = null } of proofs) {
    it.skipIf(missing !== null)(missing === null ? name : `${name} (${missing})`, () => runs.get(name));
  }
}
