import { randomUUID } from 'node:crypto';
import twilio from 'twilio';
import { exchange, type HttpAnswer, type HttpQuestion } from './http-exchange.ts';

/** A request Twilio makes to the application. */
export interface WebhookRequest {
  readonly url: string;
  readonly method: 'POST' | 'GET';
  readonly params: Readonly<Record<string, string>>;
}

/** A request that was made, and what came back. */
export interface WebhookExchange extends WebhookRequest {
  /** When it was sent, and how long the answer took (ms). */
  readonly at: number;
  readonly durationMs: number;
  readonly signature: string;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly contentType: string;
  readonly body: string;
  /** Size of the answer's body. */
  readonly bytes: number;
  /** Twilio's code for a request that failed: 11200 HTTP failure, 11205 connection failure, 11100 invalid URL. */
  readonly error: { readonly code: number; readonly message: string } | null;
}

export interface WebhookOptions {
  readonly authToken: string;
  readonly timeoutMs: number;
  readonly now: () => number;
  /** Maps the signed URL to the one that is really called. */
  readonly rewriteUrl?: ((url: string) => string) | undefined;
  /** Gives up when the sandbox closes. */
  readonly signal?: AbortSignal | undefined;
  /** Twilio repeats this header when it delivers the same request again. */
  readonly idempotencyToken?: string | undefined;
}

/** Redirects followed for one request. */
const MAX_REDIRECTS = 5;

/** Sends one signed form request as Twilio does, follows redirects, and reads the answer; never throws. */
export async function sendWebhook(request: WebhookRequest, options: WebhookOptions): Promise<WebhookExchange> {
  const at = options.now();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const idempotencyToken = options.idempotencyToken ?? randomUUID();
  let { method, params } = request;
  let url = method === 'GET' ? withQuery(request.url, params) : request.url;
  const signature = signatureOf(options.authToken, url, method, params);
  const result = (outcome: Partial<WebhookExchange>): WebhookExchange => {
    const nothing = { status: null, contentType: '', body: '', bytes: 0, error: null };
    return { ...request, at, signature, ...nothing, durationMs: options.now() - at, ...outcome };
  };
  try {
    for (let redirects = 0; ; redirects++) {
      if (!URL.canParse(url)) return result({ error: { code: 11100, message: `Invalid URL format: ${url}` } });
      const answer = await ask(options.rewriteUrl?.(url) ?? url, {
        method,
        body: method === 'POST' ? new URLSearchParams(params).toString() : null,
        headers: {
          host: new URL(url).host,
          ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' } : {}),
          'x-twilio-signature': signatureOf(options.authToken, url, method, params),
          'i-twilio-idempotency-token': idempotencyToken,
          'user-agent': 'TwilioProxy/1.1',
          accept: '*/*',
          connection: 'close',
        },
        signal,
      });
      const { status, contentType, location } = answer;
      if (status >= 300 && status < 400 && location !== null && redirects < MAX_REDIRECTS) {
        url = new URL(location, url).href;
        if (status < 307) [method, params] = ['GET', {}];
        continue;
      }
      const ok = status >= 200 && status < 300;
      const error = ok ? null : { code: 11200, message: `Got HTTP ${status} from ${url}` };
      return result({ status, contentType, body: answer.body.toString('utf8'), bytes: answer.body.length, error });
    }
  } catch (cause) {
    const reason = timeout.aborted ? `no answer within ${options.timeoutMs} ms` : String(cause);
    return result({ error: { code: 11205, message: `HTTP connection failure to ${url}: ${reason}` } });
  }
}

/** Twilio tries a connection that is refused once more. */
async function ask(url: string, question: HttpQuestion): Promise<HttpAnswer> {
  try {
    return await exchange(url, question);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED')) throw cause;
    return exchange(url, question);
  }
}

function signatureOf(
  authToken: string,
  url: string,
  method: 'POST' | 'GET',
  params: Readonly<Record<string, string>>,
): string {
  return twilio.getExpectedTwilioSignature(authToken, url, method === 'GET' ? {} : { ...params });
}

function withQuery(url: string, params: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(params).toString();
  if (query === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}
