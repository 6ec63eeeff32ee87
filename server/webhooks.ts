import type { IncomingMessage } from 'node:http';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { ENGINE_LINES } from '../voice/lines.ts';
import type { SignatureCheck } from '../voice/twilio/signature.ts';
import * as twiml from '../voice/twilio/twiml.ts';
import { hasLongBody, linger, readForm } from './form-body.ts';

/** A call as Twilio's first webhook describes it. */
export interface IncomingCall {
  readonly callSid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
}

/** What the webhooks need from the rest of the product. */
export interface Switchboard {
  /** Opens the call of the business whose number was dialled. The same CallSid gets the same answer again. */
  openCall(
    call: IncomingCall,
  ): Promise<
    | { readonly kind: 'accepted'; readonly parameters: Readonly<Record<string, string>> }
    | { readonly kind: 'rejected'; readonly reason: keyof typeof REFUSALS; readonly businessId?: string }
  >;
  /** The telephone call is over, whatever became of its stream. */
  callOver(callSid: string): Promise<void>;
  /** Twilio says what became of a recording. */
  recordingReported(report: {
    readonly callSid: string;
    readonly recordingSid: string;
    readonly status: string;
  }): Promise<void>;
  /** False while the process is stopping: new calls are politely refused. */
  readonly takesCalls: () => boolean;
}

export interface WebhookOptions {
  readonly publicUrl: string;
  readonly signature: SignatureCheck;
  readonly switchboard: Switchboard;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Counts a refused request against its address; true when that address has had too many. Default: never. */
  readonly refusedTooOften?: (request: IncomingMessage) => boolean;
}

const REFUSALS = {
  unknown_number: 'המספר שחייגתם אליו אינו פעיל כרגע. תודה ולהתראות.',
  suspended: 'העסק שחייגתם אליו אינו מקבל שיחות כרגע. תודה ולהתראות.',
  at_capacity: ENGINE_LINES.all_lines_busy[0],
} as const;
const TRY_LATER = 'מצטערים, אי אפשר לענות לשיחה ברגע זה. נסו שוב בעוד כמה דקות. להתראות.';

/** Statuses of a call after which nothing more happens to it. */
const FINAL_STATUSES: ReadonlySet<string> = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

/** Of a path chosen by a stranger this much goes into the log. */
const LOGGED_PATH = 80;
/** What the body of a refusal says. */
const REFUSED = {
  400: 'form_invalid',
  403: 'signature_invalid',
  404: 'webhook_unknown',
  405: 'method_not_allowed',
  413: 'form_too_long',
  415: 'form_encoded',
} as const;
const POSTED: ReadonlySet<string> = new Set([
  '/incoming_call',
  '/call_status',
  '/stream_status',
  '/stream_ended',
  '/recording_status',
]);

/** Up to so many characters, all of which the database can keep. */
const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\0'));
const incomingForm = z.object({
  CallSid: text(64).min(1),
  AccountSid: text(64).default(''),
  From: text(64).default('anonymous'),
  To: text(64).default(''),
  Called: text(64).optional(),
});
const statusForm = z.object({ CallSid: text(64).min(1), CallStatus: text(32) });
const streamForm = z.object({
  CallSid: text(64).default(''),
  StreamEvent: text(64).default(''),
  StreamError: text(500).optional(),
});
const recordingForm = z.object({
  CallSid: text(64).default(''),
  RecordingSid: text(64).default(''),
  RecordingStatus: text(32).default(''),
});

/** The webhooks of Twilio: signed forms in, TwiML out, always within a moment, whatever else is broken. */
export function twilioWebhooks(options: WebhookOptions): Router {
  const { switchboard, log } = options;
  const router = express.Router();
  const refuse = refusing(options);
  const refuseForm = (request: Request, response: Response) => refuse(request, response, 400, 'form_invalid');
  const takeSigned = requireSignature(options, refuse);
  router.use(function unsignedWebhooks(request, response, next) {
    takeSigned(request, response).then((taken) => {
      if (taken) next();
    }, next);
  });

  const answerIncoming = async (request: Request, response: Response): Promise<void> => {
    const form = incomingForm.safeParse(request.body);
    if (!form.success) return refuseForm(request, response);
    const { CallSid: callSid, AccountSid: accountSid, From: from, To: to, Called: called } = form.data;
    if (!switchboard.takesCalls()) {
      log('call_rejected', { callSid, reason: 'stopping' });
      return sendTwiml(response, twiml.sayAndHangUp(TRY_LATER));
    }
    try {
      const opened = await switchboard.openCall({ callSid, accountSid, from, to: to === '' ? (called ?? '') : to });
      if (opened.kind === 'rejected') {
        const { reason, businessId = null } = opened;
        log('call_ended', { callSid, businessId, endReason: 'rejected', reason, durationMs: 0 });
        return sendTwiml(response, twiml.sayAndHangUp(REFUSALS[opened.reason]));
      }
      return sendTwiml(response, twiml.connectStream({ publicUrl: options.publicUrl, parameters: opened.parameters }));
    } catch (error) {
      log('incoming_call_failed', { callSid, message: error instanceof Error ? error.message : String(error) });
      return sendTwiml(response, twiml.sayAndHangUp(TRY_LATER));
    }
  };
  router.post('/incoming_call', (request, response, next) => {
    answerIncoming(request, response).catch(next);
  });

  router.post('/call_status', (request, response, next) => {
    const form = statusForm.safeParse(request.body);
    if (!form.success) return refuseForm(request, response);
    const { CallSid: callSid, CallStatus: status } = form.data;
    log('call_status', { callSid, status });
    const over = FINAL_STATUSES.has(status) ? switchboard.callOver(callSid) : Promise.resolve();
    settleQuietly(over, log, callSid)
      .then(() => response.status(204).end())
      .catch(next);
  });

  router.post('/stream_status', (request, response) => {
    const form = streamForm.safeParse(request.body);
    if (!form.success) return refuseForm(request, response);
    const { CallSid: callSid, StreamEvent: streamEvent, StreamError: error } = form.data;
    log('stream_status', { callSid, streamEvent, ...(error === undefined ? {} : { error }) });
    response.status(204).end();
  });

  router.post('/stream_ended', (_request, response) => {
    sendTwiml(response, twiml.hangUp());
  });

  router.post('/recording_status', (request, response, next) => {
    const form = recordingForm.safeParse(request.body);
    if (!form.success) return refuseForm(request, response);
    const { CallSid: callSid, RecordingSid: recordingSid, RecordingStatus: status } = form.data;
    log('recording_status', { callSid, status });
    // Not answered for when it could not be taken: Twilio tells it once more.
    switchboard
      .recordingReported({ callSid, recordingSid, status })
      .then(() => response.status(204).end())
      .catch(next);
  });

  // Signed, and yet nothing of ours: a number or an application of Twilio's is set up wrongly.
  router.use(function unknownWebhooks(request, response) {
    const known = POSTED.has(request.path.replace(/\/$/u, ''));
    if (known) response.set('Allow', 'POST');
    refuse(request, response, known ? 405 : 404, known ? 'method_not_offered' : 'path_unknown');
  });
  return router;
}

type Refuse = (request: Request, response: Response, status: keyof typeof REFUSED, reason: string) => void;

/** Reads the form and checks its signature; false when the request was refused. Without a signature nothing is read. */
function requireSignature({ signature }: WebhookOptions, refuse: Refuse) {
  return async (request: Request, response: Response): Promise<boolean> => {
    const given = request.get('x-twilio-signature');
    if (given === undefined) {
      if (hasLongBody(request)) await linger(request);
      refuse(request, response, 403, 'signature_missing');
      return false;
    }
    const body = await readForm(request);
    if (body.kind === 'refused') {
      if (body.reason !== 'body_cut_short') await linger(request);
      refuse(request, response, body.status, body.reason);
      return false;
    }
    if (!signature.webhook(given, request.originalUrl, body.parameters)) {
      refuse(request, response, 403, 'signature_invalid');
      return false;
    }
    request.body = body.parameters;
    return true;
  };
}

/** Says no, in the log as well. */
function refusing({ log, refusedTooOften }: WebhookOptions): Refuse {
  return (request, response, status, reason) => {
    const tooMany = status === 403 && (refusedTooOften?.(request) ?? false);
    log('webhook_refused', { path: request.path.slice(0, LOGGED_PATH), reason: tooMany ? 'too_many_refused' : reason });
    // What was not read to its end would be taken for the next request.
    if (!request.complete) response.set('Connection', 'close');
    const code = tooMany ? 'too_many_refused' : REFUSED[status];
    response.status(tooMany ? 429 : status).json({ error: { code } });
  };
}

async function settleQuietly(work: Promise<void>, log: WebhookOptions['log'], callSid: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    // The sweep closes what could not be closed now; Twilio's retry would tell us nothing new.
    log('call_over_failed', { callSid, message: error instanceof Error ? error.message : String(error) });
  }
}

function sendTwiml(response: Response, body: string): void {
  response.status(200).type('text/xml').send(body);
}
