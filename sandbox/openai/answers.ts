import { createHash } from 'node:crypto';

/** An answer of the REST API. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The vendor's error object. */
export function apiError(
  status: number,
  error: { readonly message: string; readonly type?: string; readonly code?: string | null; readonly param?: string },
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer {
  const { message, type = status >= 500 ? 'server_error' : 'invalid_request_error', code = null, param = null } = error;
  return { status, body: { error: { message, type, code, param } }, headers };
}

/** Tokens of a text, near enough for a price. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 3);
}

/** What a response object says: text, a refusal, or text that was cut short. */
export interface Content {
  readonly kind: 'text' | 'refusal' | 'cut';
  readonly text: string;
}

/** A response object of `POST /v1/responses`. */
export function responseObject(request: { readonly model: string; readonly input: string }, content: Content): object {
  const id = createHash('sha256').update(`${request.model} ${request.input}`).digest('hex').slice(0, 40);
  const isCut = content.kind === 'cut';
  const inputTokens = tokensOf(request.input);
  const outputTokens = tokensOf(content.text);
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: isCut ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    model: request.model,
    output: [
      {
        type: 'message',
        id: `msg_${id}`,
        status: isCut ? 'incomplete' : 'completed',
        role: 'assistant',
        content: [
          content.kind === 'refusal'
            ? { type: 'refusal', refusal: content.text }
            : { type: 'output_text', text: content.text, annotations: [] },
        ],
      },
    ],
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    metadata: {},
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + outputTokens,
    },
  };
}
