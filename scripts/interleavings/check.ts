import fc from 'fast-check';
import { plans } from './arbitrary.ts';
import type { Plan } from './plan.ts';
import { World } from './world.ts';

/** What came of many calls. */
export interface Verdict {
  readonly runs: number;
  readonly seed: number;
  /** The shortest plan that breaks a rule, and the rules it breaks; null when none did. */
  readonly broken: { readonly plan: Plan; readonly findings: readonly string[] } | null;
}

/** The rules this call breaks; empty for a sound one. An exception of the engine is one too. */
export async function findingsOf(plan: Plan): Promise<readonly string[]> {
  try {
    return await new World(plan).play();
  } catch (error) {
    return [`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

/**
 * Plays `runs` calls of pure chance. The same seed gives the same calls. On a broken rule the plan is made as short as
 * it can be with the rule still broken. `onRun` is told how many were played.
 */
export async function checkInterleavings(options: {
  readonly runs: number;
  readonly seed: number;
  readonly onRun?: (played: number) => void;
}): Promise<Verdict> {
  let played = 0;
  const property = fc.asyncProperty(plans, async (plan) => {
    options.onRun?.(++played);
    return (await findingsOf(plan)).length === 0;
  });
  const details = await fc.check(property, { numRuns: options.runs, seed: options.seed });
  const plan = details.counterexample?.[0] ?? null;
  return {
    runs: details.numRuns,
    seed: details.seed,
    broken: plan === null ? null : { plan, findings: await findingsOf(plan) },
  };
}
