import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { listen, stopListening } from '../loopback.ts';
import { analyse } from './analyst.ts';
import { apiError, responseObject, type ApiAnswer, type Content } from './answers.ts';

/** What the double does instead of its work, or to it. */
export type ModelFault = (
  | { readonly kind: 'error'; readonly status: number; readonly code?: string; readonly retryAfterSec?: number }
  /** The connection breaks without an answer. */
  | { readonly kind: 'drop' }
  /** The connection stays open without an answer. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'refusal' | 'truncated' | 'broken_json' | 'wrong_shape' | 'made_up' }
) & {
  /** Only requests to this model; all when missing. */
  readonly model?: string;
  /** Only requests whose input holds this; all when missing. */
  readonly about?: string;
  /** Only so many requests; all until it is taken back when missing. */
  readonly times?: number;
};

/** A request the double received. */
export interface ModelRequest {
  readonly path: string;
  readonly model: string;
  /** The message of the user; '' for sound. */
  readonly input: string;
  /** Null when the connection was broken, or left open, instead of answered. */
  readonly status: number | null;
}

export interface SandboxOpenAiOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Milliseconds an answer takes. Default 0. */
  readonly delayMs?: number;
  /** Models the key may not use. */
  readonly rejectModels?: readonly string[];
  /** What sound says; missing: no sound is understood. */
  readonly listen?: Listen;
}

/** Writes down a sound file; null when the file is none. */
export type Listen = (file: Uint8Array) => string | null;

/** A running double of the vendor's REST API. */
export interface SandboxOpenAi {
  /** Base of the API: `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  readonly requests: readonly ModelRequest[];
  /** Breaks it in a way, or repairs it with null. */
  setFault(fault: ModelFault | null): void;
  close(): Promise<void>;
}

/** Far more than a file of half an hour. */
const MOST_BYTES = 26 * 1024 * 1024;

/** Starts the double of the language model on loopback: `POST /v1/responses` and `POST /v1/audio/transcriptions`. */
export async function startSandboxOpenAi(options: SandboxOpenAiOptions = {}): Promise<SandboxOpenAi> {
  const double = new Double(options);
  await double.listen();
  return double;
}

const requestSchema = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.object({ role: z.string(), content: z.string() }))]),
  text: z.object({
    format: z.object({
      type: z.literal('json_schema'),
      name: z.string(),
      strict: z.literal(true),
      schema: z.looseObject({}),
    }),
  }),
});

class Double implements SandboxOpenAi {
  url = '';
  readonly requests: ModelRequest[] = [];
  readonly #options: SandboxOpenAiOptions;
  readonly #server: Server;
  #fault: ModelFault | null = null;
  #faultsLeft = Infinity;

  constructor(options: SandboxOpenAiOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<void> {
    this.url = `http://${await listen(this.#server, this.#options)}/v1`;
  }

  setFault(fault: ModelFault | null): void {
    this.#fault = fault;
    this.#faultsLeft = fault?.times ?? Infinity;
  }

  close(): Promise<void> {
    return stopListening(this.#server);
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const path = new URL(incoming.url ?? '/', 'http://sandbox').pathname;
    const asked = this.#read(incoming, path, body);
    const fault = 'answer' in asked ? null : this.#takeFault(asked);
    const noted = { path, model: 'answer' in asked ? '' : asked.model, input: 'answer' in asked ? '' : asked.input };
    if (fault?.kind === 'drop' || fault?.kind === 'hang') {
      this.requests.push({ ...noted, status: null });
      if (fault.kind === 'drop') incoming.socket.destroy();
      return;
    }
    const delayMs = fault?.kind === 'slow' ? fault.delayMs : (this.#options.delayMs ?? 0);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const answer = 'answer' in asked ? asked.answer : (faultAnswer(fault) ?? asked.work(fault));
    this.requests.push({ ...noted, status: answer.status });
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'x-request-id': 'req_sandbox',
      ...answer.headers,
    });
    response.end(JSON.stringify(answer.body));
  }

  #read(incoming: IncomingMessage, path: string, body: Buffer | null): Asked {
    if (!/^Bearer \S+$/u.test(incoming.headers.authorization ?? '')) {
      return { answer: apiError(401, { message: 'Missing bearer authentication in header', code: 'invalid_api_key' }) };
    }
    if (body === null) return { answer: apiError(413, { message: 'The request is too large' }) };
    if (incoming.method !== 'POST') return { answer: apiError(405, { message: 'Not allowed to use this method' }) };
    switch (path) {
      case '/v1/responses':
        return this.#readResponse(body);
      case '/v1/audio/transcriptions':
        return this.#readSound(incoming.headers['content-type'] ?? '', body);
      default:
        return { answer: apiError(404, { message: `Invalid URL (POST ${path})` }) };
    }
  }

  #readResponse(body: Buffer): Asked {
    const parsed = requestSchema.safeParse(jsonOf(body.toString('utf8')));
    if (!parsed.success) {
      const param = String(parsed.error.issues[0]?.path.join('.') ?? '');
      return { answer: apiError(400, { message: `Invalid value for ${param}`, param, code: 'invalid_value' }) };
    }
    const { model } = parsed.data;
    const input =
      typeof parsed.data.input === 'string'
        ? parsed.data.input
        : parsed.data.input.map(({ content }) => content).join('\n');
    const work = (fault: ModelFault | null): ApiAnswer => {
      const content = contentFor(input, fault);
      return content === null
        ? apiError(400, { message: 'The input is no call', code: 'invalid_value' })
        : { status: 200, body: responseObject({ model, input }, content) };
    };
    return this.#known(model) ?? { model, input, work };
  }

  #readSound(contentType: string, body: Buffer): Asked {
    const form = formOf(contentType, body);
    const model = form.get('model')?.toString('utf8') ?? '';
    const file = form.get('file');
    if (model === '' || file === undefined) {
      return { answer: apiError(400, { message: 'Missing required parameter', code: 'missing_required_parameter' }) };
    }
    const work = (): ApiAnswer => {
      const text = this.#options.listen?.(file) ?? null;
      if (text === null)
        return apiError(400, { message: 'Audio file might be corrupted or unsupported', param: 'file' });
      const seconds = Math.ceil(file.length / 16_000);
      return { status: 200, body: { text, usage: { type: 'duration', seconds } } };
    };
    return this.#known(model) ?? { model, input: '', work };
  }

  #known(model: string): Asked | null {
    if (this.#options.rejectModels?.includes(model) !== true) return null;
    const message = `The model \`${model}\` does not exist or you do not have access to it.`;
    return { answer: apiError(404, { message, code: 'model_not_found' }) };
  }

  #takeFault({ model, input }: { readonly model: string; readonly input: string }): ModelFault | null {
    const fault = this.#fault;
    if (fault === null || this.#faultsLeft <= 0 || (fault.model !== undefined && fault.model !== model)) return null;
    if (fault.about !== undefined && !input.includes(fault.about)) return null;
    this.#faultsLeft -= 1;
    return fault;
  }
}

type Asked =
  | { readonly answer: ApiAnswer }
  | { readonly model: string; readonly input: string; readonly work: (fault: ModelFault | null) => ApiAnswer };

function faultAnswer(fault: ModelFault | null): ApiAnswer | null {
  if (fault?.kind !== 'error') return null;
  const { status, code, retryAfterSec } = fault;
  const type = status === 429 ? (code ?? 'requests') : undefined;
  return apiError(
    status,
    {
      message: status === 429 ? 'Rate limit reached' : 'The server had an error while processing your request',
      ...(code === undefined ? {} : { code }),
      ...(type === undefined ? {} : { type }),
    },
    retryAfterSec === undefined ? {} : { 'retry-after': String(retryAfterSec) },
  );
}

function contentFor(input: string, fault: ModelFault | null): Content | null {
  const analysis = analyse(input, { makesUp: fault?.kind === 'made_up' });
  if (analysis === null) return null;
  const text = JSON.stringify(analysis);
  switch (fault?.kind) {
    case 'refusal':
      return { kind: 'refusal', text: "I'm sorry, I cannot assist with that request." };
    case 'truncated':
      return { kind: 'cut', text: text.slice(0, text.length / 2) };
    case 'broken_json':
      return { kind: 'text', text: text.slice(0, -20) };
    case 'wrong_shape':
      return { kind: 'text', text: JSON.stringify({ ...analysis, outcome: 'best_ever' }) };
    default:
      return { kind: 'text', text };
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  return bytes > MOST_BYTES ? null : Buffer.concat(chunks);
}

/** The parts of a multipart form by name. */
function formOf(contentType: string, body: Buffer): Map<string, Buffer> {
  const boundary = /boundary="?([^";]+)"?/u.exec(contentType)?.[1];
  const parts = new Map<string, Buffer>();
  if (boundary === undefined) return parts;
  const mark = Buffer.from(`--${boundary}`);
  for (let from = body.indexOf(mark); from >= 0;) {
    const next = body.indexOf(mark, from + mark.length);
    if (next < 0) break;
    const part = body.subarray(from + mark.length + 2, next - 2);
    const head = part.indexOf('\r\n\r\n');
    const name = /name="([^"]+)"/u.exec(part.subarray(0, head).toString('utf8'))?.[1];
    if (head >= 0 && name !== undefined) parts.set(name, part.subarray(head + 4));
    from = next;
  }
  return parts;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
