import { frameCount } from '../../../sandbox/audio/timing.ts';
import type { Script } from '../../../sandbox/script/schema.ts';
import type { Outcome } from '../outcome.ts';
import { NOT_SEEN, type Verdict } from './call.ts';
import type { EntryExpectation } from './schema.ts';

/** A noise or line that clears the line does so while it lasts, or a moment later. */
const BECAUSE_MS = 1500;

/** Holds one entry of the conversation against its own `expect`. */
export function judgeEntry(script: Script, index: number, expectation: EntryExpectation, outcome: Outcome): Verdict[] {
  const verdicts: Verdict[] = [];
  const { heard, within_ms, clears, clears_within_ms, called } = expectation;
  const report = (word: string, expected: string, happened: string | null) =>
    verdicts.push({ path: ['conversation', index, 'expect', word], expected, happened, skipped: null });
  const skip = (word: string, expected: string) =>
    verdicts.push({
      path: ['conversation', index, 'expect', word],
      expected,
      happened: null,
      skipped: NOT_SEEN,
    });
  const entry = script.conversation[index];
  const { events } = outcome;
  const { lateMs } = outcome.tolerance;

  if (entry?.kind === 'agent') {
    const frames = outcome.heard.framesOf(index).length;
    const whole = frameCount(entry.agent);
    const was = frames === 0 ? 'none' : frames >= whole ? 'full' : 'partly';
    if (heard !== undefined)
      report('heard', `${heard} of the line is heard`, was === heard ? null : `${was} (${frames} of ${whole} frames)`);
    if (within_ms !== undefined) {
      const begins = outcome.heard.runs.find((run) => run.line === index)?.startedAt ?? null;
      const before = events.findLast((event) => event.kind === 'caller_stops' && event.at <= (begins ?? Infinity));
      const from = before?.at ?? events.find((event) => event.kind === 'stream_open')?.at ?? 0;
      const took = begins === null ? null : begins - from;
      const happened =
        took === null ? 'it never came' : took > within_ms + lateMs ? `after ${Math.round(took)} ms` : null;
      report('within_ms', `the line begins within ${within_ms} ms`, happened);
    }
  }
  if (clears !== undefined || clears_within_ms !== undefined) {
    const word = clears_within_ms === undefined ? 'clears' : 'clears_within_ms';
    const wanted = clears ?? true;
    if (!outcome.sees.has('caller_stops'))
      return [...verdicts, ...(skip(word, 'the line is cleared because of it'), [])];
    const begins =
      events.find((event) => event.kind.startsWith('caller_') && event.fields['entry'] === index)?.at ?? null;
    const ends =
      events.find((event) => event.kind === 'caller_stops' && event.fields['entry'] === index)?.at ?? Infinity;
    const clear =
      begins === null
        ? undefined
        : events.find(({ kind, at }) => kind === 'clear' && at >= begins && at <= ends + BECAUSE_MS);
    const took = clear === undefined || begins === null ? null : clear.at - begins;
    const late = took !== null && clears_within_ms !== undefined && took > clears_within_ms + lateMs;
    const limit = clears_within_ms === undefined ? '' : ` within ${clears_within_ms} ms`;
    const happened =
      begins === null
        ? 'it was never said'
        : (took !== null) === wanted && !late
          ? null
          : took === null
            ? 'it was not'
            : `it was, after ${Math.round(took)} ms`;
    report(
      word,
      wanted ? `the line is cleared because of it${limit}` : 'the line is not cleared because of it',
      happened,
    );
  }
  if (called !== undefined && entry?.kind === 'tool') {
    if (!outcome.sees.has('tool_call')) skip('called', `${entry.tool} is called`);
    else {
      const was = events.some((event) => event.kind === 'tool_call' && event.fields['tool'] === entry.tool);
      report(
        'called',
        `${entry.tool} is ${called ? '' : 'not '}called`,
        was === called ? null : was ? 'it was' : 'it was not',
      );
    }
  }
  return verdicts;
}
