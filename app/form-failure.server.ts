import { data } from '@remix-run/node';
import { isAppError } from '../platform/errors.ts';
import { fieldsOf, statusOf } from './api/reply.server.ts';
import { errorText } from './errors.he.ts';
import { spellLength } from './format.ts';

/** What is wrong with a form that was sent, as its page shows it. */
export interface FormFailure {
  /** Which of the page's forms. */
  readonly form: string;
  /** Field name → Hebrew message. */
  readonly fields: Readonly<Record<string, string>>;
  readonly message: string | undefined;
  /** What was typed, without secrets. */
  readonly typed: Readonly<Record<string, string>>;
  /** Tells one failure from the next, ms. */
  readonly at: number;
}

/** An error that is an answer to a form, with its status. What nobody foresaw is thrown on. */
export function formFailure(error: unknown, form: string, typed: Readonly<Record<string, string>> = {}) {
  if (!isAppError(error) || statusOf(error.code) >= 500) throw error;
  const fields = fieldsOf(error.details) ?? {};
  const retryAfterMs = Number(error.details['retryAfterMs'] ?? 0);
  const message = retryAfterMs > 0 ? waitText(retryAfterMs) : errorText(error.code);
  const failure: FormFailure = {
    form,
    fields,
    message: Object.keys(fields).length > 0 ? undefined : message,
    typed,
    at: Date.now(),
  };
  return data(failure, {
    status: statusOf(error.code),
    headers: retryAfterMs > 0 ? { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) } : {},
  });
}

/** «יותר מדי ניסיונות. אפשר לנסות שוב בעוד 12 דקות.» In whole minutes, rounded up. */
function waitText(ms: number): string {
  return `יותר מדי ניסיונות. אפשר לנסות שוב בעוד ${spellLength(Math.ceil(ms / 60_000) * 60_000)}.`;
}
