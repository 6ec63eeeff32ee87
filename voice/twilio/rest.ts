import { z } from 'zod';

/** A request that Twilio refused or that found no answer. `status` is null when none came. */
export class TwilioRestError extends Error {
  readonly status: number | null;
  readonly code: number | null;
  constructor(message: string, status: number | null, code: number | null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TwilioRestError';
    this.status = status;
    this.code = code;
  }
}

const refusal = z.object({ code: z.number().nullish(), message: z.string().nullish() });

/** One attempt must be over before the caller notices the silence; the engine tries again. */
const REQUEST_TIMEOUT_MS = 2500;
/** 20404: no such call any more. 21220: the call is not in progress. */
const OVER_CODES: ReadonlySet<number> = new Set([20404, 21220]);

export interface TwilioRest {
  /** Ends a call. `gone` when it was over already. Throws TwilioRestError otherwise. */
  hangUp(call: { readonly accountSid: string; readonly callSid: string }): Promise<'done' | 'gone'>;
}

/**
 * Twilio's REST API, as far as a running call needs it. `baseUrl` is `https://api.twilio.com` or a peer on loopback.
 * `accountSid` null: each call's own account signs in with the same token.
 */
export function twilioRest(options: {
  readonly baseUrl: string;
  readonly accountSid: string | null;
  readonly authToken: string;
  /** Sends a request; default the global one. */
  readonly fetch?: typeof fetch;
}): TwilioRest {
  const send = options.fetch ?? fetch;
  const origin = options.baseUrl.replace(/\/+$/u, '');
  return {
    async hangUp({ accountSid, callSid }) {
      const account = options.accountSid ?? accountSid;
      const path = `/2010-04-01/Accounts/${encodeURIComponent(account)}/Calls/${encodeURIComponent(callSid)}.json`;
      const answer = await post(send, `${origin}${path}`, account, options.authToken, { Status: 'completed' });
      if (answer.ok) return 'done';
      const { code, message } = refusal.catch({}).parse(await answer.json().catch(() => ({})));
      if (answer.status === 404 || OVER_CODES.has(code ?? 0) || /not in-progress/u.test(message ?? '')) return 'gone';
      throw new TwilioRestError(`hang-up refused with ${answer.status}`, answer.status, code ?? null);
    },
  };
}

async function post(
  send: typeof fetch,
  url: string,
  user: string,
  password: string,
  form: Record<string, string>,
): Promise<Response> {
  try {
    return await send(url, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch (error) {
    throw new TwilioRestError('no answer from Twilio', null, null, error);
  }
}
