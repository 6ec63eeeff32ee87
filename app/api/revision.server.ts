import { fingerprint, type Settings } from '../../domain/settings/index.ts';
import { reply } from './reply.server.ts';

/** Names a state of what an address answers with. */
const tagOf = (body: Settings): string => `"${fingerprint(body)}"`;

/** An answer with the name of its state, for a later `If-Match`. */
export function replyWithTag(body: Settings): Response {
  return reply(body, 200, { ETag: tagOf(body) });
}

/**
 * What `If-Match` asks for, as a precondition over the settings: null where the request asks for nothing. `part`: what
 * of the settings this address answers with. A proxy that packs answers may have marked the name as weak (`W/`).
 */
export function ifMatch(
  request: Request,
  part: (settings: Settings) => Settings = (settings) => settings,
): { readonly precondition?: (current: Settings) => boolean } {
  const header = request.headers.get('If-Match');
  if (header === null || header.trim() === '*') return {};
  const tags = new Set(header.split(',').map((tag) => tag.trim().replace(/^W\//, '')));
  return { precondition: (current) => tags.has(tagOf(part(current))) };
}
