import { Readable } from 'node:stream';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { subjectArchive } from '../../app/privacy/archive.server.ts';
import type { HeldRows } from '../../domain/privacy/index.ts';
import { DATA_KINDS } from '../../domain/retention/index.ts';
import { AppError } from '../../platform/errors.ts';

const PIECE = 64 * 1024;

/** A person with these recordings. */
function recordings(keys: readonly string[]): HeldRows {
  const kind = DATA_KINDS.find(({ name }) => name === 'recordings');
  if (kind === undefined) throw new Error('recordings are held');
  return {
    kind,
    file: 'recordings',
    columns: { callSid: 'מזהה שיחה' },
    async *rows() {
      yield keys.map((callSid) => ({ callSid }));
    },
    async *files() {
      yield keys.map((key) => ({ name: `${key}.wav`, blobKey: key }));
    },
  };
}

/** A store in which each recording has so many pieces; counts those that were read, and streams that were let go. */
function store(pieces: number) {
  const seen = { read: 0, closed: 0 };
  const read = async (key: string): Promise<Readable> => {
    if (key === 'gone') throw new AppError('blob_not_found', { permanent: true });
    async function* sound() {
      try {
        for (let piece = 0; piece < pieces; piece++) {
          seen.read++;
          yield Buffer.alloc(PIECE, key.at(-1));
        }
      } finally {
        seen.closed++;
      }
    }
    return Readable.from(sound(), { objectMode: false, highWaterMark: PIECE });
  };
  return { read, seen };
}

test('the archive holds the sound itself, and leaves out what is gone by then', async () => {
  const archive = subjectArchive([recordings(['CA1', 'gone', 'CA2'])], store(3));
  const files = unzipSync(new Uint8Array(await new Response(archive).arrayBuffer()));
  expect(Object.keys(files)).toEqual([
    'README.txt',
    'recordings.csv',
    'recordings.json',
    'recordings/CA1.wav',
    'recordings/CA2.wav',
  ]);
  expect(Buffer.from(files['recordings/CA2.wav'] ?? []).equals(Buffer.alloc(3 * PIECE, '2'))).toBe(true);
});

test('hours of sound are read as they are taken, and let go when nobody takes them any more', async () => {
  const { read, seen } = store(10_000);
  const reader = subjectArchive([recordings(['CA1', 'CA2'])], { read }).getReader();
  let taken = 0;
  while (taken < 5 * PIECE) taken += (await reader.read()).value?.byteLength ?? 0;
  // What was taken, and what lies ready in the streams between.
  expect(seen.read).toBeLessThan(12);
  await reader.cancel();
  expect(seen).toEqual({ read: seen.read, closed: 1 });
});

test('sound that breaks off breaks the archive off: half of it is not taken for the whole', async () => {
  const read = async () =>
    Readable.from(
      (async function* () {
        yield Buffer.alloc(PIECE);
        throw new AppError('blob_store_unavailable');
      })(),
    );
  const archive = subjectArchive([recordings(['CA1'])], { read });
  await expect(new Response(archive).arrayBuffer()).rejects.toMatchObject({ code: 'blob_store_unavailable' });
});
