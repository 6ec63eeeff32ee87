import { AppError } from '../platform/errors.ts';

/** Bytes of a JSON body: both prompts at their longest, every letter escaped, and room to spare. */
const MAX_JSON_BYTES = 384 * 1024;
/** Bytes of a form: percent-encoding makes six bytes of a Hebrew letter. */
const MAX_FORM_BYTES = 512 * 1024;

/**
 * A request's body, read no further than `maxBytes`.
 * @throws AppError `body_too_large`
 */
async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new AppError('body_too_large', { permanent: true, details: { maxBytes } });
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const chunk = part.value as Uint8Array;
    size += chunk.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
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
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
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
