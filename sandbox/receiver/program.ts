/** What the receiver does with one request. */
export type ReceiverStep =
  /** Answers, with 200 by default, after `delayMs`. */
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly delayMs?: number;
    }
  /** Sends the client elsewhere (302 by default). */
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** Asks for another try (429 by default) after so many seconds, or at a date. */
  | { readonly kind: 'retry_after'; readonly after: number | Date; readonly status?: number }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Breaks the connection: before an answer, or in the middle of one. */
  | { readonly kind: 'drop'; readonly midway?: boolean };

/** The facts by which a program may choose its step. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON or form; text when it is neither. */
  readonly body: unknown;
  readonly rawBody: Buffer;
}

/** One step for all requests, a list with one step each (the last one stays), or a function of the request. */
export type ReceiverProgram =
  | ReceiverStep
  | readonly [ReceiverStep, ...ReceiverStep[]]
  | ((request: ReceivedRequest, index: number) => ReceiverStep);

/** Answers 200. */
export const succeed: ReceiverStep = { kind: 'answer' };

/** Answers 410: never to be tried again. */
export const gone: ReceiverStep = { kind: 'answer', status: 410 };

/** Fails the first `times` requests, then takes every one. */
export function failThenSucceed(
  times: number,
  failure: ReceiverStep = { kind: 'answer', status: 500 },
): ReceiverProgram {
  return (_request, index) => (index < times ? failure : succeed);
}

/** Fails a share (0–1) of the requests, the same ones for the same seed. */
export function failRandomly(options: { share: number; seed: number; failure?: ReceiverStep }): ReceiverProgram {
  const random = mulberry32(options.seed);
  const failure = options.failure ?? { kind: 'answer', status: 500 };
  return () => (random() < options.share ? failure : succeed);
}

/** The step of the request with this index since the program began. */
export function stepOf(program: ReceiverProgram, request: ReceivedRequest, index: number): ReceiverStep {
  if (typeof program === 'function') return program(request, index);
  if ('kind' in program) return program;
  return program[Math.min(index, program.length - 1)] ?? succeed;
}

/** A small seeded generator (mulberry32), even in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
