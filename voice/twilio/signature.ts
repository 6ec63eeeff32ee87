import twilio from 'twilio';

/** Checks that a request comes from Twilio. URLs are built from the configured public origin, never from `Host`. */
export interface SignatureCheck {
  /** A webhook: its path with query as received, and its form parameters. */
  webhook(signature: string | undefined, path: string, parameters: Readonly<Record<string, string>>): boolean;
  /** The handshake of a media stream at `path` (no query, no parameters). */
  stream(signature: string | undefined, path: string): boolean;
}

/** `publicUrl` is the origin Twilio was given, `authToken` the account's. */
export function signatureCheck(options: { readonly publicUrl: string; readonly authToken: string }): SignatureCheck {
  const origin = options.publicUrl.replace(/\/+$/u, '');
  const host = origin.replace(/^https?:/u, '');
  const valid = (
    signature: string | undefined,
    urls: readonly string[],
    parameters: Readonly<Record<string, string>>,
  ) =>
    signature !== undefined &&
    urls.some((url) => twilio.validateRequest(options.authToken, signature, url, parameters as Record<string, string>));
  return {
    webhook: (signature, path, parameters) => valid(signature, bothSlashes(`${origin}${path}`), parameters),
    // Twilio signs the URL as the TwiML gave it; proxies have been seen to turn the scheme, the key stays the same.
    stream: (signature, path) =>
      valid(signature, [...bothSlashes(`wss:${host}${path}`), ...bothSlashes(`ws:${host}${path}`)], {}),
  };
}

/** The URL with and without its final slash: both have been seen signed for the same address. */
function bothSlashes(url: string): readonly string[] {
  const [path, query] = url.split('?', 2) as [string, string?];
  const bare = path.replace(/\/+$/u, '');
  const tail = query === undefined ? '' : `?${query}`;
  return [`${bare}${tail}`, `${bare}/${tail}`];
}
