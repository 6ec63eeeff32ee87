import twilio from 'twilio';

/** A parsed form. */
export type FormParameters = Readonly<Record<string, string | readonly string[]>>;

/** Base64 of the 20 bytes of an HMAC-SHA1; anything else is no signature and is not worth computing one. */
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/u;

/** Checks that a request comes from Twilio. URLs are built from the configured public origin, never from `Host`. */
export interface SignatureCheck {
  /** A webhook: its path with query as received, and its form parameters; a repeated one as a list. */
  webhook(signature: string | undefined, path: string, parameters: FormParameters): boolean;
  /** The handshake of a media stream at `path` (no query, no parameters). */
  stream(signature: string | undefined, path: string): boolean;
}

/** `publicUrl` is the origin Twilio was given, `authToken` the account's. */
export function signatureCheck(options: { readonly publicUrl: string; readonly authToken: string }): SignatureCheck {
  const origin = options.publicUrl.replace(/\/+$/u, '');
  const host = origin.replace(/^https?:/u, '');
  const valid = (signature: string | undefined, urls: readonly string[], parameters: FormParameters) =>
    signature !== undefined &&
    SIGNATURE.test(signature) &&
    urls.some((url) => twilio.validateRequest(options.authToken, signature, url, parameters));
  return {
    webhook: (signature, path, parameters) =>
      // A path such as `http://…` makes no URL with the origin, and was never signed by Twilio.
      path.startsWith('/') && valid(signature, bothSlashes(`${origin}${path}`), parameters),
    // Twilio signs the URL as the TwiML gave it; proxies have been seen to turn the scheme, the key stays the same.
    stream: (signature, path) =>
      valid(signature, [...bothSlashes(`wss:${host}${path}`), ...bothSlashes(`ws:${host}${path}`)], {}),
  };
}

/** The URL with and without its final slash: both have been seen signed for the same address. */
function bothSlashes(url: string): readonly string[] {
  const start = url.indexOf('?');
  const bare = (start < 0 ? url : url.slice(0, start)).replace(/\/+$/u, '');
  const tail = start < 0 ? '' : url.slice(start);
  return [`${bare}${tail}`, `${bare}/${tail}`];
}
