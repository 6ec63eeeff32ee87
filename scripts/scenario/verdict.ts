import { judgeAlways } from './expect/always.ts';
import { type Verdict, judgeCall } from './expect/call.ts';
import { judgeEntry } from './expect/entries.ts';
import type { Scenario } from './file.ts';
import type { Outcome } from './outcome.ts';
import { printTimeline } from './timeline.ts';

/** One expectation that was not met. */
export interface Failure {
  readonly file: string;
  readonly line: number;
  readonly expected: string;
  readonly happened: string;
}

/** A scenario's result. */
export interface Judgement {
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly { readonly line: number; readonly expected: string; readonly why: string }[];
}

/** Holds an outcome against everything a scenario expects, and against what every call keeps to. */
export function judge(scenario: Scenario, outcome: Outcome): Judgement {
  const { file, script, call, entries, lineOf } = scenario;
  const verdicts: Verdict[] = [
    ...judgeCall(call, outcome),
    ...entries.flatMap(({ index, expectation }) => judgeEntry(script, index, expectation, outcome)),
    ...judgeAlways(script, call, outcome),
  ];
  return {
    passed: verdicts.filter(({ happened, skipped }) => happened === null && skipped === null).length,
    failures: verdicts.flatMap(({ path, expected, happened }) =>
      happened === null ? [] : [{ file, line: lineOf(path), expected, happened }],
    ),
    skipped: verdicts.flatMap(({ path, expected, skipped }) =>
      skipped === null ? [] : [{ line: lineOf(path), expected, why: skipped }],
    ),
  };
}

/** The failures for a person, and the timeline of the call under them. */
export function explain(judgement: Judgement, outcome: Outcome): string {
  const lines = judgement.failures.flatMap(({ file, line, expected, happened }) => [
    `${file}:${line}`,
    `  expected  ${expected}`,
    `  happened  ${happened}`,
  ]);
  return [...lines, '', '  seconds  what', ...printTimeline(outcome.events)].join('\n');
}
