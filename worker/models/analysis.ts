import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import {
  AnalysisError,
  analysisSchema,
  type Analyse,
  type AnalysisAnswer,
  type AnalysisRequest,
} from '../../domain/insights/index.ts';
import { retryAfterMs, type VendorError } from './retry-after.ts';

/** Options of {@link openAiAnalysis}. */
export interface AnalysisOptions {
  /** Base of the vendor's REST API, or a peer on loopback. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** In order of preference; none: nothing is analysed. */
  readonly models: readonly string[];
  /** Milliseconds for one answer. Default 15 000. */
  readonly timeoutMs?: number;
  /** Resolves after so many milliseconds, or rejects when the signal is aborted. Default: a timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 15_000;
/** Requests to one model; only an error that may pass is followed by another. */
const TRIES = 2;
const FIRST_WAIT_MS = 500;
/** Longer than this the next model is not kept waiting. */
const LONGEST_WAIT_MS = 4_000;
/** Of an answer, with what a reasoning model thinks before it. */
const MOST_TOKENS = 4_000;

/** What the account is refused for: no model and no second try would help. */
const REFUSED_ACCOUNTS: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'invalid_api_key',
  'account_deactivated',
  'http_401',
]);

/**
 * Asks the vendor's language models about a call, one after the other: a model that is overloaded or away is asked twice,
 * one that refuses, is cut short or answers outside the schema once. One structured answer, nothing is stored there.
 */
export function openAiAnalysis(options: AnalysisOptions): Analyse {
  const { baseUrl, apiKey, models, timeoutMs = DEFAULT_TIMEOUT_MS, wait = pause } = options;
  const client = new OpenAI({ apiKey, baseURL: baseUrl, timeout: timeoutMs, maxRetries: 0, logLevel: 'off' });
  return async (request, signal) => {
    let failure = new Failure('off', false);
    let mayPass = false;
    for (const model of models) {
      for (let attempt = 1; attempt <= TRIES; attempt++) {
        const answer = await ask(client, model, request, signal);
        if (!(answer instanceof Failure)) return answer;
        failure = answer;
        mayPass ||= failure.passes;
        if (REFUSED_ACCOUNTS.has(failure.code)) throw new AnalysisError(failure.code, true, failure.cause);
        if (!failure.passes || attempt === TRIES) break;
        await wait(Math.min(failure.afterMs ?? FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS), signal);
      }
    }
    throw new AnalysisError(failure.code, !mayPass, failure.cause);
  };
}

/** Why a model gave no answer; `passes`: it may give one later. */
class Failure {
  readonly code: string;
  readonly passes: boolean;
  readonly afterMs: number | null;
  readonly cause: unknown;
  constructor(code: string, passes: boolean, cause?: unknown, afterMs: number | null = null) {
    this.code = code;
    this.passes = passes;
    this.cause = cause;
    this.afterMs = afterMs;
  }
}

async function ask(
  client: OpenAI,
  model: string,
  request: AnalysisRequest,
  signal: AbortSignal,
): Promise<AnalysisAnswer | Failure> {
  const schema = analysisSchema(request.keys);
  try {
    const response = await client.responses.create(
      {
        model,
        instructions: request.instructions,
        input: [{ role: 'user', content: request.data }],
        text: { format: zodTextFormat(schema, 'call_insight') },
        max_output_tokens: MOST_TOKENS,
        store: false,
      },
      { signal },
    );
    if (response.status === 'incomplete') return new Failure('truncated', false);
    if (response.status !== 'completed') return new Failure(response.error?.code ?? 'no_answer', true);
    if (
      response.output.some((item) => item.type === 'message' && item.content.some(({ type }) => type === 'refusal'))
    ) {
      return new Failure('refused', false);
    }
    const parsed = schema.safeParse(jsonOf(response.output_text));
    if (!parsed.success) return new Failure('invalid_answer', false, parsed.error);
    const { usage } = response;
    const cached = usage?.input_tokens_details.cached_tokens ?? 0;
    return {
      analysis: parsed.data,
      model,
      usage: {
        textIn: Math.max(0, (usage?.input_tokens ?? 0) - cached),
        textInCached: cached,
        textOut: usage?.output_tokens ?? 0,
      },
    };
  } catch (error) {
    signal.throwIfAborted();
    return failureOf(error);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** 408, 409, 429 and 5xx pass; a quota that is used up does not, nor does what the request itself is refused for. */
function failureOf(error: unknown): Failure {
  if (error instanceof APIConnectionTimeoutError) return new Failure('timeout', true, error);
  if (error instanceof APIConnectionError) return new Failure('no_connection', true, error);
  if (error instanceof APIUserAbortError || !(error instanceof APIError)) throw error;
  const refused: VendorError = error;
  const status = Number(refused.status ?? 0);
  const passes = status === 408 || status === 409 || status === 429 || status >= 500;
  return new Failure(refused.code ?? `http_${status}`, passes, error, retryAfterMs(refused));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', give);
      resolve();
    }, ms);
    signal.addEventListener('abort', give, { once: true });
  });
}
