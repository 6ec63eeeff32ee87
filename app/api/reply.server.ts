import { isAppError } from '../../platform/errors.ts';
import { errorText } from '../errors.he.ts';

const STATUS: Readonly<Record<string, number>> = {
  json_broken: 400,
  signed_out: 401,
  token_invalid: 401,
  forbidden: 403,
  insufficient_scope: 403,
  no_business: 403,
  business_suspended: 403,
  second_factor_required: 403,
  webhooks_closed: 403,
  member_not_found: 404,
  invitation_not_found: 404,
  session_not_found: 404,
  last_owner: 409,
  member_elsewhere: 409,
  account_exists: 409,
  business_changed: 409,
  invitation_of_another: 409,
  second_factor_not_begun: 409,
  too_many_invitations: 409,
  link_invalid: 410,
  code_wrong: 422,
  password_wrong: 422,
  invalid_business: 422,
  origin_refused: 403,
  not_found: 404,
  call_not_found: 404,
  token_not_found: 404,
  number_not_found: 404,
  lead_not_found: 404,
  business_not_found: 404,
  delivery_not_found: 404,
  method_not_allowed: 405,
  too_many_tokens: 409,
  too_many_numbers: 409,
  delivery_already_delivered: 409,
  destination_off: 409,
  settings_conflict: 409,
  prompt_changed: 409,
  prompt_version_not_found: 404,
  precondition_failed: 412,
  speech_text_unfit: 422,
  too_many_attempts: 429,
  speech_preview_failed: 502,
  delivery_body_removed: 409,
  subject_in_call: 409,
  phone_invalid: 422,
  destination_not_found: 404,
  destination_without_address: 409,
  too_many_destinations: 409,
  body_too_large: 413,
  media_type_unsupported: 415,
  unknown_field: 422,
  validation_failed: 422,
  too_many_streams: 429,
  rate_limited: 429,
  query_invalid: 422,
  invalid_cursor: 422,
};

/** A JSON answer that no cache keeps. */
export function reply(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
  });
}

/** The HTTP status an error code is answered with; 500 for one that nobody foresaw. */
export function statusOf(code: string): number {
  return STATUS[code] ?? 500;
}

/** `fields` of an error's details: setting name → Hebrew message. */
export function fieldsOf(details: Readonly<Record<string, unknown>>): Record<string, string> | undefined {
  const { fields } = details;
  if (typeof fields !== 'object' || fields === null) return undefined;
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** An error as the API tells it: code, Hebrew message, and which fields are wrong. Never more of what was thrown. */
export function replyError(error: unknown, headers: Record<string, string> = {}): Response {
  const code = isAppError(error) && STATUS[error.code] !== undefined ? error.code : 'unexpected';
  const fields = isAppError(error) && code !== 'unexpected' ? fieldsOf(error.details) : undefined;
  const status = statusOf(code);
  const retryAfterMs = isAppError(error) && status === 429 ? Number(error.details['retryAfterMs'] ?? 0) : 0;
  const wait: Record<string, string> =
    retryAfterMs > 0 ? { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) } : {};
  const challenge: Record<string, string> = status === 401 ? { 'WWW-Authenticate': 'Bearer realm="prosaas"' } : {};
  // What is left of the body is not waited for.
  const farewell: Record<string, string> = status === 413 ? { Connection: 'close' } : {};
  return reply({ error: { code, message: errorText(code), ...(fields ? { fields } : {}) } }, status, {
    ...challenge,
    ...farewell,
    ...wait,
    ...headers,
  });
}
