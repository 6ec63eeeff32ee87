import type { Script } from '../../../sandbox/script/schema.ts';
import type { Outcome } from '../outcome.ts';
import type { CallEvent } from '../timeline.ts';
import { NOT_SEEN, type Verdict, describe } from './call.ts';
import type { CallExpectation } from './schema.ts';

/** Errors of the model that a well-behaved engine may cause: a cancel that crosses the end of the reply. */
const BENIGN = new Set<unknown>(['response_cancel_not_active', 'session_expired']);
const PLUGIN_TROUBLE = new Set<unknown>([
  'plugin_failed',
  'plugin_dropped',
  'plugin_commands_endless',
  'plugin_may_not_hold',
]);

/** What every call keeps to, whether its scenario says so or not. */
export function judgeAlways(script: Script, expectation: CallExpectation, outcome: Outcome): Verdict[] {
  const { events, allow } = { ...outcome, allow: expectation.allow };
  const verdicts: Verdict[] = [];
  const rule = (expected: string, found: string | undefined) =>
    verdicts.push({ path: ['expect'], expected: `always: ${expected}`, happened: found ?? null, skipped: null });
  const scripted = new Set<unknown>((script.model.errors ?? []).map((error) => error.code));

  if (!allow.includes('no_end'))
    rule('the call ends exactly once', outcome.ends === 1 ? undefined : `${outcome.ends} time(s)`);
  rule(
    'nothing of a call is left when it is over',
    outcome.leftovers.length === 0 ? undefined : outcome.leftovers.join(', '),
  );
  if (!outcome.countsTimers)
    verdicts.push({
      path: ['expect'],
      expected: 'always: no timer of a call is left when it is over',
      happened: null,
      skipped: NOT_SEEN,
    });
  if (!allow.includes('agent_silent')) {
    const entry = outcome.silentEntry;
    rule('the agent answers', entry === null ? undefined : `the caller waited for entry ${entry + 1} in vain`);
  }
  const isFault = (event: CallEvent) =>
    event.kind === 'model_error' &&
    !BENIGN.has(event.fields['code']) &&
    !scripted.has(event.fields['code']) &&
    script.model.reject_models === undefined &&
    script.model.reject_transcription_models === undefined;
  const say = (event: CallEvent | undefined) => (event === undefined ? undefined : describe(event));
  if (!allow.includes('model_error')) rule('the model has nothing to complain of', say(events.find(isFault)));
  if (!allow.includes('line_error'))
    rule('the telephone company has nothing to complain of', say(events.find((event) => event.kind === 'line_error')));
  rule(
    'no plugin fails',
    say(events.find((event) => event.kind === 'log' && PLUGIN_TROUBLE.has(event.fields['event']))),
  );
  return verdicts;
}
