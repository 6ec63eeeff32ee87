import type { CallStart, TelephoneCall } from './call.ts';
import { callResource } from './call-resource.ts';
import { json, restError, type RestAnswer } from './rest-answers.ts';
import type { Source } from './line.ts';
import type { TwilioBehaviour } from './types.ts';

const MAX_TWIML_LENGTH = 4000;
const STATUS_EVENTS = new Set(['initiated', 'ringing', 'answered', 'completed']);
/** The form fields of a REST request. */
type Params = URLSearchParams;

const PHONE = /^\+[1-9]\d{1,14}$/;

/** GET or POST (the default) of a `…Method` field. */
function methodOfParam(value: string | null): 'GET' | 'POST' {
  return value?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}

/** The TwiML a request names: `Url` wins over `Twiml`; null when it names none. */
function sourceOf(params: Params): Source | RestAnswer | null {
  const url = params.get('Url');
  if (url !== null) {
    if (!URL.canParse(url)) return restError(400, 21205, `Url is not a valid URL: ${url}`);
    return { kind: 'url', request: { url, method: methodOfParam(params.get('Method')), params: {} } };
  }
  const twiml = params.get('Twiml');
  if (twiml === null) return null;
  if (twiml.length > MAX_TWIML_LENGTH) return restError(400, 21218, 'Twiml may have 4000 characters at most');
  return { kind: 'inline', twiml };
}

/** `POST …/Calls.json`: reads what to call, or says what is wrong. `queuedMs`: how long the call waits for its turn. */
export function outboundStart(
  params: Params,
  behaviour: TwilioBehaviour,
  queuedMs: () => number,
): CallStart | RestAnswer {
  const to = params.get('To') ?? '';
  const from = params.get('From') ?? '';
  if (to === '') return restError(400, 21201, "No 'To' number is specified");
  if (from === '') return restError(400, 21213, "No 'From' number is specified");
  if (!PHONE.test(to))
    return restError(400, 21211, `The phone number you are attempting to call, ${to}, is not valid.`);
  if (!PHONE.test(from)) return restError(400, 21212, `The source phone number provided, ${from}, is not valid.`);
  const source = sourceOf(params);
  if (source === null) return restError(400, 21205, 'Url parameter is required.');
  if ('status' in source) return source;
  // Several events come as repeated fields; one field with several names is a known trap: the call is
  // created and nothing is ever reported.
  const named = params.getAll('StatusCallbackEvent');
  const events = named.length === 0 ? ['completed'] : named;
  const statusEvents = new Set(events.every((event) => STATUS_EVENTS.has(event)) ? events : []);
  const statusCallbackUrl = params.get('StatusCallback');
  const timeLimit = params.get('TimeLimit');
  const detection = params.get('MachineDetection');
  return {
    from,
    to,
    direction: 'outbound-api',
    behaviour,
    source,
    ...(statusCallbackUrl === null ? {} : { statusCallbackUrl }),
    statusCallbackMethod: methodOfParam(params.get('StatusCallbackMethod')),
    outbound: {
      queuedMs: queuedMs(),
      timeoutMs: Number(params.get('Timeout') ?? 60) * 1000,
      timeLimitMs: timeLimit === null ? Infinity : Number(timeLimit) * 1000,
      statusEvents,
      machineDetection:
        detection === null
          ? null
          : { async: params.get('AsyncAmd') === 'true', callbackUrl: params.get('AsyncAmdStatusCallback') },
    },
  };
}

/** `POST …/Calls/{sid}/Recordings.json`: begins to record a call that is in progress. */
export function recordCall(call: TelephoneCall, params: Params): RestAnswer {
  if (call.endedAt !== null || call.answeredAt === null) {
    return restError(400, 21220, 'Requested resource is not eligible for recording');
  }
  const sid = call.record(params);
  return json(201, {
    sid,
    account_sid: call.accountSid,
    call_sid: call.sid,
    status: 'in-progress',
    channels: params.get('RecordingChannels') === 'dual' ? 2 : 1,
    source: 'StartCallRecordingAPI',
    track: params.get('RecordingTrack') ?? 'both',
    start_time: new Date().toUTCString(),
    duration: '-1',
    price_unit: 'USD',
    error_code: null,
  });
}

/** `POST …/Calls/{sid}.json`: ends the call or gives it other TwiML. */
export function updateCall(call: TelephoneCall, params: Params, path: string): RestAnswer {
  const status = params.get('Status');
  const over = call.endedAt !== null;
  if (status !== null) {
    if (status !== 'completed' && status !== 'canceled') return restError(400, 21218, `Invalid Status: ${status}`);
    if (over) return restError(404, 20404, `The requested resource ${path} was not found`);
    if (status === 'canceled' && call.answeredAt !== null) {
      return restError(400, 21220, 'Call is in-progress. Cannot cancel.');
    }
    call.finish('rest', call.answeredAt === null ? 'canceled' : 'completed');
    return json(200, callResource(call));
  }
  const source = sourceOf(params);
  if (source === null) return json(200, callResource(call));
  if ('status' in source) return source;
  if (over || call.answeredAt === null) return restError(400, 21220, 'Call is not in-progress. Cannot redirect.');
  call.redirect(source);
  return json(200, callResource(call));
}
