import { type AppSecrets, deriveKey, hmacToken, tokenOfHash } from '../../platform/crypto.ts';

/** Milliseconds for which a stream token may be used: Twilio connects within seconds of reading the TwiML. */
export const STREAM_TOKEN_MS = 2 * 60 * 1000;

/** Milliseconds after opening a call, or minting a leg, within which its stream must have begun and renewed the lease. */
export const OPENING_LEASE_MS = 45 * 1000;

/** The token of a call's leg: the same whenever it is computed, so that a webhook delivered twice answers alike. */
export function streamToken(appSecret: string, callSid: string, leg: number): string {
  return hmacToken(deriveKey(appSecret, 'stream-token'), `${callSid}:${leg}`);
}

/** The token a leg was given before, under whichever secret was in force then; null when that one is not known here. */
export function streamTokenOfHash(
  secrets: AppSecrets,
  callSid: string,
  { leg, tokenHash }: { readonly leg: number; readonly tokenHash: string },
): string | null {
  return tokenOfHash(secrets, tokenHash, (appSecret) => streamToken(appSecret, callSid, leg));
}
