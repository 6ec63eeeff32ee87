import { actionOutcome, aborted, methodOf, pause, resolveUrl, type Outcome, type VerbRun } from './line.ts';
import { newSid } from './sid.ts';
import { numberAttribute } from './twiml.ts';
import { SILENCE_FRAME, wavOf } from './wav.ts';

const FRAME_MS = 20;

/** `<Record>`: keeps what the caller says until silence, a key, the limit or the end of the call. */
export async function record(run: VerbRun): Promise<Outcome> {
  const { line, verb, signal } = run;
  const limitFrames = (numberAttribute(verb, 'maxLength', 3600) * 1000) / FRAME_MS;
  const silentFrames = (numberAttribute(verb, 'timeout', 5) * 1000) / FRAME_MS;
  const finishOnKey = verb.attributes['finishOnKey'] ?? '1234567890*#';
  const frames: Uint8Array[] = [];
  const over = new AbortController();
  let quiet = 0;
  let spoken = 0;
  let key = '';
  if (verb.attributes['playBeep'] !== 'false') line.note('beep');
  const stopHearing = line.onCallerFrame((frame) => {
    frames.push(frame ?? SILENCE_FRAME);
    quiet = frame === null ? quiet + 1 : 0;
    if (frame !== null) spoken = frames.length;
    if (quiet >= silentFrames || frames.length >= limitFrames) over.abort();
  });
  const stopListening = line.onDigit((digit) => {
    if (!finishOnKey.includes(digit)) return;
    key = digit;
    over.abort();
  });
  await aborted(AbortSignal.any([signal, over.signal]));
  stopHearing();
  stopListening();
  const status = spoken === 0 ? 'absent' : 'completed';
  const sid = newSid('RE');
  // The silence at the end is trimmed, as by default.
  const audio = wavOf(frames.slice(0, spoken));
  const durationMs = spoken * FRAME_MS;
  const readyAt = line.now() + line.behaviour.recordingReadyMs;
  const url = `${line.restUrl}/2010-04-01/Accounts/${line.accountSid}/Recordings/${sid}`;
  const duration = String(Math.ceil(durationMs / 1000));
  if (status === 'completed') line.keep({ sid, callSid: line.sid, audio, readyAt, durationMs });
  reportRecording(run, status, { RecordingSid: sid, RecordingUrl: url, RecordingDuration: duration });
  // An empty recording does not reach the action: the next verb follows.
  if (status === 'absent') return { kind: 'next' };
  const digits = signal.aborted ? 'hangup' : key;
  return actionOutcome(
    run,
    { RecordingUrl: url, RecordingSid: sid, RecordingDuration: duration, ...(digits === '' ? {} : { Digits: digits }) },
    'same',
  );
}

function reportRecording(run: VerbRun, status: 'completed' | 'absent', recording: Record<string, string>): void {
  const { line, verb } = run;
  const callback = verb.attributes['recordingStatusCallback'];
  const wanted = (verb.attributes['recordingStatusCallbackEvent'] ?? 'completed').split(/[\s,]+/);
  const url = callback === undefined || !wanted.includes(status) ? null : resolveUrl(run, callback);
  if (url === null) return;
  const params = {
    AccountSid: line.accountSid,
    CallSid: line.sid,
    ...recording,
    RecordingStatus: status,
    RecordingChannels: '1',
    RecordingSource: 'RecordVerb',
    RecordingStartTime: new Date().toUTCString(),
    RecordingTrack: 'inbound',
    ErrorCode: '0',
  };
  const request = { url, method: methodOf(verb, 'recordingStatusCallbackMethod'), params };
  // Twilio reports a recording when it is ready, some seconds after the verb.
  void pause(line.behaviour.recordingReadyMs, AbortSignal.timeout(60_000)).then(() => line.aside(request));
}
