import { randomUUID } from 'node:crypto';
import twilio from 'twilio';

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

/** Sends one signed form request as Twilio does and reads the answer; never throws. */
export async function sendWebhook(request: WebhookRequest, options: WebhookOptions): Promise<WebhookExchange> {
  const { url, method, params } = request;
  const at = options.now();
  const query = new URLSearchParams(params).toString();
  const asked = method === 'GET' && query !== '' ? `${url}${url.includes('?') ? '&' : '?'}${query}` : url;
  const signature = twilio.getExpectedTwilioSignature(options.authToken, asked, method === 'GET' ? {} : { ...params });
  const made = { ...request, at, signature };
  const failed = (code: number, message: string): WebhookExchange => {
    return {
      ...made,
      durationMs: options.now() - at,
      status: null,
      contentType: '',
      body: '',
      bytes: 0,
      error: { code, message },
    };
  };
  if (!URL.canParse(asked)) return failed(11100, `Invalid URL format: ${asked}`);
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await fetch(options.rewriteUrl?.(asked) ?? asked, {
      method,
      body: method === 'POST' ? query : null,
      headers: {
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' } : {}),
        'x-twilio-signature': signature,
        'i-twilio-idempotency-token': options.idempotencyToken ?? randomUUID(),
        'user-agent': 'TwilioProxy/1.1',
        accept: '*/*',
      },
      signal: options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]),
    });
    const answer = Buffer.from(await response.arrayBuffer());
    const body = answer.toString('utf8');
    const bytes = answer.length;
    const contentType = response.headers.get('content-type') ?? '';
    const error = response.ok ? null : { code: 11200, message: `Got HTTP ${response.status} from ${url}` };
    return { ...made, durationMs: options.now() - at, status: response.status, contentType, body, bytes, error };
  } catch (cause) {
    if (timeout.aborted) return failed(11205, `No answer within ${options.timeoutMs} ms from ${url}`);
    return failed(11205, `HTTP connection failure to ${url}: ${reasonOf(cause)}`);
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
