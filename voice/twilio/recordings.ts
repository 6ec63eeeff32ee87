import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { z } from 'zod';
import { TwilioRestError } from './rest.ts';

/** A call, as Twilio names it. */
interface CallNames {
  readonly accountSid: string;
  readonly callSid: string;
}
/** A recording, as Twilio names it. */
interface RecordingNames {
  readonly accountSid: string;
  readonly recordingSid: string;
}

/** Twilio's recordings of calls. Everything rejects with TwilioRestError. */
export interface TwilioRecordings {
  /** Begins to record a call in progress, both sides on a channel each. Resolves with the RecordingSid. */
  start(call: CallNames & { readonly callbackUrl: string }): Promise<string>;
  /** The sound as a WAV file with both channels. A status of 404 says that it is not ready yet. */
  download(recording: RecordingNames, signal: AbortSignal): Promise<Readable>;
  /** Deletes Twilio's copy; one that is gone already is no error. */
  remove(recording: RecordingNames): Promise<void>;
}

const created = z.object({ sid: z.string().regex(/^RE[0-9a-fA-F]{32}$/u) });
const refusal = z.object({ code: z.number().nullish() });
const REQUEST_TIMEOUT_MS = 5000;

/** Options are those of `twilioRest`. */
export function twilioRecordings(options: {
  readonly baseUrl: string;
  readonly accountSid: string | null;
  readonly authToken: string;
  readonly fetch?: typeof fetch;
}): TwilioRecordings {
  const send = options.fetch ?? fetch;
  const origin = options.baseUrl.replace(/\/+$/u, '');
  const request = async (accountSid: string, path: string, init: RequestInit): Promise<Response> => {
    const account = options.accountSid ?? accountSid;
    const headers = { authorization: `Basic ${Buffer.from(`${account}:${options.authToken}`).toString('base64')}` };
    let answer: Response;
    try {
      answer = await send(`${origin}/2010-04-01/Accounts/${encodeURIComponent(account)}/${path}`, { ...init, headers });
    } catch (error) {
      throw new TwilioRestError('no answer from Twilio', null, null, error);
    }
    if (answer.ok) return answer;
    const { code } = refusal.catch({}).parse(await answer.json().catch(() => ({})));
    throw new TwilioRestError(`refused with ${answer.status}`, answer.status, code ?? null);
  };
  return {
    async start({ accountSid, callSid, callbackUrl }) {
      const form = new URLSearchParams({
        RecordingChannels: 'dual',
        RecordingTrack: 'both',
        Trim: 'do-not-trim',
        RecordingStatusCallback: callbackUrl,
        RecordingStatusCallbackMethod: 'POST',
      });
      for (const event of ['completed', 'absent']) form.append('RecordingStatusCallbackEvent', event);
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      const path = `Calls/${encodeURIComponent(callSid)}/Recordings.json`;
      const answer = await request(accountSid, path, { method: 'POST', body: form, signal });
      return created.parse(await answer.json()).sid;
    },
    async download({ accountSid, recordingSid }, signal) {
      const path = `Recordings/${encodeURIComponent(recordingSid)}.wav?RequestedChannels=2`;
      const answer = await request(accountSid, path, { method: 'GET', signal });
      if (answer.body === null) throw new TwilioRestError('an empty answer', answer.status, null);
      return Readable.fromWeb(answer.body as WebStream<Uint8Array>);
    },
    async remove({ accountSid, recordingSid }) {
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      const path = `Recordings/${encodeURIComponent(recordingSid)}.json`;
      try {
        const answer = await request(accountSid, path, { method: 'DELETE', signal });
        await answer.body?.cancel();
      } catch (error) {
        if (!(error instanceof TwilioRestError) || error.status !== 404) throw error;
      }
    },
  };
}
