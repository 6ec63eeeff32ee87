import { actionOutcome, methodOf, resolveUrl, type Outcome, type VerbRun } from './line.ts';
import { LiveStream } from './live-stream.ts';
import { streamUrl, type StreamClose, type StreamFailure } from './media-stream.ts';
import { newSid } from './sid.ts';
import type { Verb } from './twiml.ts';
import type { StreamRecord } from './types.ts';

/** Name and value of a `<Parameter>` together stay under this. */
const MAX_PARAMETER_LENGTH = 500;

/** `<Connect><Stream>`: blocks until the server closes the socket, the stream breaks, or the call ends or is redirected. */
export async function connect(run: VerbRun): Promise<Outcome> {
  const { line, verb, signal } = run;
  const noun = verb.children.find((child) => child.name === 'Stream');
  const named = noun?.attributes['url'];
  if (noun === undefined || named === undefined) {
    line.fail(12200, 'Schema validation warning: <Connect> without a <Stream url>');
    return { kind: 'next' };
  }
  const streamSid = newSid('MZ');
  const customParameters = parametersOf(run, noun);
  const record: StreamRecord = {
    streamSid,
    url: named,
    customParameters,
    startedAt: null,
    stoppedAt: null,
    closedBy: null,
    closeCode: null,
  };
  line.streams.push(record);
  const close = await stream(run, noun, record);
  record.closedBy = close.by;
  record.closeCode = close.by === 'server' ? close.code : null;
  if (close.failure !== null) {
    line.fail(close.failure.code, close.failure.message, streamSid);
    report(run, noun, record, 'stream-error', close.failure);
    if (record.startedAt === null && line.behaviour.afterFailedStream === 'hangup' && !signal.aborted) {
      return { kind: 'end', by: 'stream' };
    }
  } else if (record.startedAt !== null) {
    report(run, noun, record, 'stream-stopped');
  }
  return actionOutcome(run, {}, 'next');
}

async function stream(run: VerbRun, noun: Verb, record: StreamRecord): Promise<StreamClose> {
  const { line, signal } = run;
  const refused = (failure: StreamFailure): StreamClose => ({ by: 'error', code: 1006, failure });
  const resolved = resolveUrl(run, record.url);
  if (resolved === null) return refused({ code: 31923, message: `Stream - Malformed URL: ${record.url}` });
  const checked = streamUrl(resolved);
  if ('code' in checked) return refused(checked);
  const { streamSid, customParameters } = record;
  const live = new LiveStream({
    ...line.streamPorts(streamSid),
    start: { streamSid, accountSid: line.accountSid, callSid: line.sid, customParameters },
    record,
    url: checked.url,
    target: line.rewrite(checked.url).replace(/^http/, 'ws'),
    authToken: line.authToken,
    handshakeTimeoutMs: line.behaviour.handshakeTimeoutMs,
    now: () => line.now(),
    onInvalid: (failure) => line.fail(failure.code, failure.message, streamSid),
    onOpen: (at) => {
      line.streamPorts(streamSid).onOpen(at);
      report(run, noun, record, 'stream-started');
    },
  });
  line.attach(live);
  const stop = (): void => live.wire.stop();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const close = await live.wire.closed;
  signal.removeEventListener('abort', stop);
  line.detach(live);
  return close;
}

function parametersOf({ line }: VerbRun, noun: Verb): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const { name, attributes } of noun.children) {
    const key = attributes['name'];
    const value = attributes['value'] ?? '';
    if (name !== 'Parameter' || key === undefined) continue;
    if (key.length + value.length >= MAX_PARAMETER_LENGTH) {
      line.fail(12200, `Schema validation warning: <Parameter name="${key}"> is too long`);
    } else {
      parameters[key] = value;
    }
  }
  return parameters;
}

function report(
  run: VerbRun,
  noun: Verb,
  record: StreamRecord,
  event: 'stream-started' | 'stream-stopped' | 'stream-error',
  failure?: StreamFailure,
): void {
  const { line } = run;
  line.note(event, { streamSid: record.streamSid });
  const callback = noun.attributes['statusCallback'];
  const url = callback === undefined ? null : resolveUrl(run, callback);
  if (url === null) return;
  const params: Record<string, string> = {
    AccountSid: line.accountSid,
    CallSid: line.sid,
    StreamSid: record.streamSid,
    StreamName: noun.attributes['name'] ?? record.streamSid,
    StreamEvent: event,
    Timestamp: new Date().toISOString(),
    ...(failure === undefined ? {} : { StreamError: failure.message, StreamErrorCode: String(failure.code) }),
  };
  line.aside({ url, method: methodOf(noun, 'statusCallbackMethod'), params });
}
