import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import type { SignatureCheck } from '../voice/twilio/signature.ts';
import * as twiml from '../voice/twilio/twiml.ts';

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
    | { readonly kind: 'rejected'; readonly reason: keyof typeof REFUSALS }
  >;
  /** The telephone call is over, whatever became of its stream. */
  callOver(callSid: string): Promise<void>;
  /** False while the process is stopping: new calls are politely refused. */
  readonly takesCalls: () => boolean;
}

export interface WebhookOptions {
  readonly publicUrl: string;
  readonly signature: SignatureCheck;
  readonly switchboard: Switchboard;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

const REFUSALS = {
  unknown_number: 'המספר שחייגתם אליו אינו פעיל כרגע. תודה ולהתראות.',
  at_capacity: 'כל הקווים שלנו תפוסים כרגע. נסו שוב בעוד כמה דקות. תודה ולהתראות.',
} as const;
const TRY_LATER = 'מצטערים, אי אפשר לענות לשיחה ברגע זה. נסו שוב בעוד כמה דקות. להתראות.';

/** Statuses of a call after which nothing more happens to it. */
const FINAL_STATUSES: ReadonlySet<string> = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled']);

const incomingForm = z.object({
  CallSid: z.string().min(1).max(64),
  AccountSid: z.string().max(64).default(''),
  From: z.string().max(64).default('anonymous'),
  To: z.string().max(64).default(''),
  Called: z.string().max(64).optional(),
});
const statusForm = z.object({ CallSid: z.string().min(1).max(64), CallStatus: z.string().max(32) });
const streamForm = z.object({
  CallSid: z.string().max(64).default(''),
  StreamEvent: z.string().max(64).default(''),
  StreamError: z.string().max(500).optional(),
});
const recordingForm = z.object({
  CallSid: z.string().max(64).default(''),
  RecordingStatus: z.string().max(32).default(''),
});

/** The webhooks of Twilio: signed forms in, TwiML out, always within a moment, whatever else is broken. */
export function twilioWebhooks(options: WebhookOptions): Router {
  const { switchboard, log } = options;
  const router = express.Router();
  router.use(express.urlencoded({ extended: false, limit: '64kb' }), requireSignature(options));

  const answerIncoming = async (request: Request, response: Response): Promise<void> => {
    const form = incomingForm.safeParse(request.body);
    if (!form.success) return refuseForm(response);
    const { CallSid: callSid, AccountSid: accountSid, From: from, To: to, Called: called } = form.data;
    if (!switchboard.takesCalls()) {
      log('call_rejected', { callSid, reason: 'stopping' });
      return sendTwiml(response, twiml.sayAndHangUp(TRY_LATER));
    }
    try {
      const opened = await switchboard.openCall({ callSid, accountSid, from, to: to === '' ? (called ?? '') : to });
      if (opened.kind === 'rejected') {
        log('call_ended', { callSid, businessId: null, endReason: 'rejected', reason: opened.reason, durationMs: 0 });
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
    if (!form.success) return refuseForm(response);
    const { CallSid: callSid, CallStatus: status } = form.data;
    log('call_status', { callSid, status });
    const over = FINAL_STATUSES.has(status) ? switchboard.callOver(callSid) : Promise.resolve();
    settleQuietly(over, log, callSid)
      .then(() => response.status(204).end())
      .catch(next);
  });

  router.post('/stream_status', (request, response) => {
    const form = streamForm.safeParse(request.body);
    if (!form.success) return refuseForm(response);
    const { CallSid: callSid, StreamEvent: streamEvent, StreamError: error } = form.data;
    log('stream_status', { callSid, streamEvent, ...(error === undefined ? {} : { error }) });
    response.status(204).end();
  });

  router.post('/stream_ended', (_request, response) => {
    sendTwiml(response, twiml.hangUp());
  });

  router.post('/recording_status', (request, response) => {
    const form = recordingForm.safeParse(request.body);
    if (!form.success) return refuseForm(response);
    log('recording_status', { callSid: form.data.CallSid, status: form.data.RecordingStatus });
    response.status(204).end();
  });

  return router;
}

function requireSignature({ signature, log }: WebhookOptions) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const parameters = z.record(z.string(), z.string()).safeParse(request.body ?? {});
    if (
      parameters.success &&
      signature.webhook(request.get('x-twilio-signature'), request.originalUrl, parameters.data)
    ) {
      return next();
    }
    log('webhook_refused', {
      path: request.path,
      reason: request.get('x-twilio-signature') ? 'signature_invalid' : 'signature_missing',
    });
    response.status(403).json({ error: { code: 'signature_invalid' } });
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

function refuseForm(response: Response): void {
  response.status(400).json({ error: { code: 'form_invalid' } });
}

function sendTwiml(response: Response, body: string): void {
  response.status(200).type('text/xml').send(body);
}
