import type { TwilioDirections } from '../../sandbox/script/schema.ts';

type Answer = NonNullable<TwilioDirections['rest']>[number];

/** What Twilio's REST API answers to one attempt to hang up; null: the connection breaks. */
export interface RestReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The answers of the REST API to the attempts to hang up one call, as the scenario directs them. */
export class RestAnswers {
  readonly #answers: readonly Answer[];
  #requests = 0;

  constructor(directions: TwilioDirections) {
    this.#answers = directions.rest ?? ['ok'];
  }

  next(): Answer {
    return this.#answers[Math.min(this.#requests++, this.#answers.length - 1)] ?? 'ok';
  }
}

export function describeAnswer(answer: Answer): string {
  return `hang up: ${typeof answer === 'object' ? `slow, ${answer.slow_ms} ms` : answer}`;
}

/** The reply of an attempt that is neither `never` nor `down`. A line that Twilio no longer knows is dead for the caller. */
export function replyTo(
  answer: Exclude<Answer, 'never' | 'down'>,
  lineIsOver: boolean,
): { readonly reply: RestReply; readonly ends: string | null } {
  if (typeof answer === 'number')
    return { reply: failure(answer, 20500, 'An internal server error has occurred'), ends: null };
  if (answer === 'not_in_progress') {
    const reply = failure(400, 21220, 'Call is not in-progress. Cannot redirect.');
    return { reply, ends: 'no longer in progress' };
  }
  if (answer === 'not_found' || lineIsOver)
    return {
      reply: failure(404, 20404, 'The requested resource was not found'),
      ends: 'unknown to the REST API',
    };
  return { reply: { status: 200, body: { status: 'completed' } }, ends: 'over REST' };
}

function failure(status: number, code: number, message: string): RestReply {
  return { status, body: { code, message, status } };
}
