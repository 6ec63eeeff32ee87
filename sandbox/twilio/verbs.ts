import { connect } from './connect.ts';
import { dial } from './dial.ts';
import { actionOutcome, methodOf, pause, resolveUrl, type Outcome, type VerbRun } from './line.ts';
import { record } from './record.ts';
import { numberAttribute, type Verb } from './twiml.ts';

/** Carries out one verb; resolves early when the signal is aborted. */
export async function runVerb(run: VerbRun): Promise<Outcome> {
  const { line, verb, signal } = run;
  switch (verb.name) {
    case 'Connect':
      return connect(run);
    case 'Dial':
      return dial(run);
    case 'Record':
      return record(run);
    case 'Gather':
      return gather(run);
    case 'Pause':
      await pause(numberAttribute(verb, 'length', 1) * 1000, signal);
      return { kind: 'next' };
    case 'Say':
    case 'Play':
      await speakOrPlay(run, signal);
      return { kind: 'next' };
    case 'Redirect': {
      const url = resolveUrl(run, verb.text);
      if (url === null) return { kind: 'end', by: 'twiml' };
      const request = { url, method: methodOf(verb), params: {} };
      return { kind: 'document', action: false, source: { kind: 'url', request } };
    }
    case 'Reject': {
      // Only an unanswered call can be refused; on an answered one it hangs up.
      const status = line.form()['CallStatus'] === 'ringing' ? refusal(verb) : 'completed';
      return { kind: 'end', by: 'twiml', status };
    }
    case 'Hangup':
      return { kind: 'end', by: 'twiml' };
    default:
      return { kind: 'next' };
  }
}

function refusal(verb: Verb): 'busy' | 'no-answer' {
  return verb.attributes['reason'] === 'busy' ? 'busy' : 'no-answer';
}

async function speakOrPlay(run: VerbRun, signal: AbortSignal): Promise<void> {
  const { line, verb } = run;
  const once = verb.name === 'Say' ? verb.text.length * line.behaviour.sayMsPerCharacter : await playMs(run, verb);
  const loops = Math.max(1, numberAttribute(verb, 'loop', 1));
  await pause(once * loops, signal);
}

/** How long a file plays: fetched as Twilio does; plain μ-law and WAV tell their length. */
async function playMs(run: VerbRun, verb: Verb): Promise<number> {
  const { line } = run;
  const url = resolveUrl(run, verb.text);
  if (url === null) return 0;
  const file = await line.request({ url, method: 'GET', params: {} });
  if (file.error !== null) return 0;
  if (/^audio\/(?:basic|x-mulaw|ulaw)/i.test(file.contentType)) return file.bytes / 8;
  return line.behaviour.playMs;
}

/** `<Gather>`: what stands in it is played, the first key stops it; without a key the next verb follows. */
async function gather(run: VerbRun): Promise<Outcome> {
  const { line, verb, signal } = run;
  const wanted = numberAttribute(verb, 'numDigits', Infinity);
  const finishOnKey = verb.attributes['finishOnKey'] ?? '#';
  const timeoutMs = numberAttribute(verb, 'timeout', 5) * 1000;
  const playing = new AbortController();
  let digits = '';
  let keyPressed = (): void => undefined;
  let finished = false;
  const stopListening = line.onDigit((digit) => {
    playing.abort();
    if (finishOnKey.includes(digit)) finished = true;
    else digits += digit;
    keyPressed();
  });
  const either = AbortSignal.any([signal, playing.signal]);
  for (const child of verb.children) {
    if (either.aborted) break;
    if (child.name === 'Pause') await pause(numberAttribute(child, 'length', 1) * 1000, either);
    else if (child.name === 'Say' || child.name === 'Play') await speakOrPlay({ ...run, verb: child }, either);
  }
  while (!signal.aborted && !finished && digits.length < wanted) {
    const waiting = new AbortController();
    keyPressed = () => waiting.abort();
    await pause(timeoutMs, AbortSignal.any([signal, waiting.signal]));
    if (!waiting.signal.aborted) break;
  }
  stopListening();
  const wantsEmpty = verb.attributes['actionOnEmptyResult'] === 'true';
  if (signal.aborted || (digits === '' && !wantsEmpty)) return { kind: 'next' };
  return actionOutcome(run, { Digits: digits, ...(finished ? { FinishedOnKey: finishOnKey } : {}) }, 'same');
}
