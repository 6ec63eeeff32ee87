import { Readable } from 'node:stream';
import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordingKey, storedRecordingOf } from '../../domain/recordings/index.ts';
import { isAppError } from '../../platform/errors.ts';
import { byteRange } from '../byte-range.ts';
import { paced } from '../paced.server.ts';
import { pageError, requirePerson } from '../session.server.ts';

/** What every answer says besides the headers of all: for this person alone, kept nowhere, nothing but sound. */
const HEADERS = {
  'Accept-Ranges': 'bytes',
  'Cache-Control': 'private, no-store',
  'Content-Disposition': 'inline; filename="recording.wav"',
  'Content-Type': 'audio/wav',
};

/** The sound of a call, as a whole or in part, to people of its business; streamed from the store. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { businessId } = await requirePerson(request, context, 'calls.read');
  const recordingId = await storedRecordingOf(context.db, businessId, params['callSid'] ?? '');
  if (recordingId === null) throw pageError('recording_not_found', 404);
  const key = recordingKey({ businessId, recordingId });
  const size = await context.blobs.size(key);
  if (size === null) throw pageError('recording_not_found', 404);
  const range = byteRange(request.headers.get('Range'), size);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...HEADERS, 'Content-Range': `bytes */${size}` } });
  }
  const bytes = range === null ? size : range.to - range.from + 1;
  const headers: Record<string, string> = { ...HEADERS, 'Content-Length': String(bytes) };
  if (range !== null) headers['Content-Range'] = `bytes ${range.from}-${range.to}/${size}`;
  const status = range === null ? 200 : 206;
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  try {
    const content = await context.blobs.read(key, range ?? undefined);
    const body = paced(Readable.toWeb(content) as ReadableStream<Uint8Array>, context);
    return new Response(body, { status, headers });
  } catch (error) {
    // Removed between the question and the answer.
    if (isAppError(error) && error.code === 'blob_not_found') throw pageError('recording_not_found', 404);
    throw error;
  }
}
