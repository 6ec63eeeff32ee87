/** A media message as the engine uses it. */
export interface MediaMessage {
  readonly event: 'media';
  readonly streamSid: string;
  readonly media: { readonly track: string; readonly payload: string };
}

/**
 * A media message exactly as Twilio writes it, `streamSid` behind or before `media`, in nothing but characters that
 * stand for themselves: whatever this matches is that JSON, so what it captures needs no further parsing.
 */
const USUAL_MEDIA =
  /^\{"event":"media","sequenceNumber":"\d{1,15}",(?:"streamSid":"(\w{1,64})",)?"media":\{"track":"(inbound|outbound)","chunk":"\d{1,15}","timestamp":"\d{1,15}","payload":"([A-Za-z0-9+/]*={0,2})"\}(?:,"streamSid":"(\w{1,64})")?\}$/u;

/**
 * Reads a media message at half the price of a JSON parser, fifty times a second and call. Null for anything that is
 * not exactly of the usual shape, valid or not: the schema looks at that.
 */
export function readUsualMedia(text: string): MediaMessage | null {
  const match = USUAL_MEDIA.exec(text);
  if (match === null) return null;
  const [, before, track, payload, behind] = match;
  // Named twice, the later one would count: nobody writes that, so it is left to the schema as well.
  const streamSid = before === undefined ? behind : behind === undefined ? before : undefined;
  if (streamSid === undefined || track === undefined || payload === undefined) return null;
  return { event: 'media', streamSid, media: { track, payload } };
}
