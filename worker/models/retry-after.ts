/** What of the vendor's error matters. */
export interface VendorError {
  readonly status?: number | undefined;
  readonly code?: string | null | undefined;
  readonly headers?: Headers | undefined;
}

/** What a refused request was told to wait, ms; null when it was not told. */
export function retryAfterMs({ headers }: VendorError): number | null {
  const ms = Number(headers?.get('retry-after-ms') ?? NaN);
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const seconds = Number(headers?.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : null;
}
