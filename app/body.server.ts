import { AppError } from '../platform/errors.ts';

/** Bytes of a JSON body: all prompts at their longest, every letter escaped, and room to spare. */
const MAX_JSON_BYTES = 448 * 1024;
/** Bytes of a form: percent-encoding makes six bytes of a Hebrew letter. */
const MAX_FORM_BYTES = 560 * 1024;

/** Bytes of a body that is too large which are read and dropped, so that its sender gets to hear the answer. */
const MAX_DROPPED_BYTES = 8 * 1024 * 1024;

/**
 * A request's body, kept no further than `maxBytes`.
 * @throws AppError `body_too_large`
 */
async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const kept: Uint8Array[] = [];
  let size = 0;
  if (request.body !== null && !(Number(request.headers.get('Content-Length')) > MAX_DROPPED_BYTES)) {
    const reader = request.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const chunk = part.value as Uint8Array;
      size += chunk.byteLength;
      if (size <= maxBytes) kept.push(chunk);
      else if (size > MAX_DROPPED_BYTES) break;
    }
  } else size = Number(request.headers.get('Content-Length'));
  if (size > maxBytes) throw new AppError('body_too_large', { permanent: true, details: { maxBytes } });
  return new Uint8Array(Buffer.concat(kept));
}

/** Levels of a JSON body; ours have four. What recurses over a value must not run out of stack. */
const MAX_JSON_DEPTH = 32;

/** Whether a text nests deeper than any body of ours, before anything is made of it. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (inString) {
      if (letter === '\\') at++;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === '{' || letter === '[') {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (letter === '}' || letter === ']') depth--;
  }
  return false;
}

const mediaType = (request: Request) => request.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase();

/**
 * A JSON object from a request's body.
 * @throws AppError `media_type_unsupported`, `body_too_large`, `json_broken`, `validation_failed` (no object).
 */
export async function readJsonObject(request: Request): Promise<Record<string, unknown>> {
  if (mediaType(request) !== 'application/json') throw new AppError('media_type_unsupported', { permanent: true });
  const bytes = await readBytes(request, MAX_JSON_BYTES);
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (nestsTooDeep(text)) throw new RangeError('nested too deep');
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('json_broken', { permanent: true, cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('validation_failed', { permanent: true });
  }
  return value as Record<string, unknown>;
}

/**
 * The fields of a posted form.
 * @throws AppError `media_type_unsupported` (also for a form that cannot be read), `body_too_large`
 */
export async function readForm(request: Request): Promise<FormData> {
  const bytes = await readBytes(request, MAX_FORM_BYTES);
  try {
    return await new Response(bytes, {
      headers: { 'Content-Type': request.headers.get('Content-Type') ?? '' },
    }).formData();
  } catch (cause) {
    throw new AppError('media_type_unsupported', { permanent: true, cause });
  }
}

/** A text field of a form; empty when it is missing or a file. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
