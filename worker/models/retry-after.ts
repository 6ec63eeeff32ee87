import type { APIError } from 'openai';

/** What a refused request was told to wait, ms; null when it was not told. */
export function retryAfterMs(error: APIError): number | null {
  const ms = Number(error.headers?.get('retry-after-ms') ?? NaN);
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const seconds = Number(error.headers?.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : null;
}
