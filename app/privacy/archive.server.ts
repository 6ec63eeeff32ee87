import { stringify } from 'csv-stringify/sync';
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { HeldRows } from '../../domain/privacy/index.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import { isAppError } from '../../platform/errors.ts';

const README = `כל המידע שהעסק שומר על המספר הזה.

לכל סוג מידע יש שני קבצים:
  ‎.csv  טבלה שנפתחת ב־Excel
  ‎.json אותו מידע, מלא, לקריאה בתוכנה

calls: השיחות · transcripts: מה שנאמר בהן · leads: הפרטים שנמסרו
deliveries, lead-deliveries: מה שנשלח למערכות אחרות · do-not-call: בקשה שלא להתקשר
recordings: ההקלטות; הקול עצמו בתיקייה recordings, קובץ לכל שיחה
קובץ ריק פירושו שאין מידע מהסוג הזה.
`;

/**
 * Everything that is held about a person as one zip archive, made while it is being read: for each kind of data a
 * table for Excel and the same whole as JSON, its files, and a README. Nothing is read before somebody takes what was
 * read already, so that hours of sound pass through the memory of a moment.
 */
export function subjectArchive(held: readonly HeldRows[], blobs: Pick<BlobStore, 'read'>): ReadableStream<Uint8Array> {
  const chunks = zipped(archiveParts(held, blobs));
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}

/** The bytes of the archive, as many at a time as one piece of a part makes. */
async function* zipped(parts: AsyncIterable<Part>): AsyncGenerator<Uint8Array, void, undefined> {
  const made: Uint8Array[] = [];
  const failures: Error[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) failures.push(error);
    else made.push(chunk);
  });
  function* taken(): Generator<Uint8Array> {
    const [failure] = failures;
    if (failure !== undefined) throw failure;
    yield* made.splice(0);
  }
  for await (const { name, chunks, isSound } of parts) {
    // Sound hardly gets smaller.
    const file = isSound === true ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    zip.add(file);
    for await (const chunk of chunks) {
      file.push(chunk);
      yield* taken();
    }
    file.push(new Uint8Array(0), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}

interface Part {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly isSound?: boolean;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* archiveParts(
  held: readonly HeldRows[],
  blobs: Pick<BlobStore, 'read'>,
): AsyncGenerator<Part, void, undefined> {
  yield { name: 'README.txt', chunks: [bytes(`\ufeff${README}`)] };
  for (const kind of held) {
    yield { name: `${kind.file}.csv`, chunks: table(kind) };
    yield { name: `${kind.file}.json`, chunks: json(kind) };
    for await (const files of kind.files()) {
      for (const { name, blobKey } of files) {
        const chunks = await contentOf(blobs, blobKey);
        if (chunks !== null) yield { name: `${kind.file}/${name}`, chunks, isSound: true };
      }
    }
  }
}

/** Null when it was removed between the question and the answer. */
async function contentOf(blobs: Pick<BlobStore, 'read'>, key: string): Promise<AsyncIterable<Uint8Array> | null> {
  try {
    return (await blobs.read(key)) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (isAppError(error) && error.code === 'blob_not_found') return null;
    throw error;
  }
}

async function* table({ columns, rows }: HeldRows): AsyncGenerator<Uint8Array> {
  const options = {
    columns: Object.keys(columns),
    cast: { date: (date: Date) => date.toISOString(), object: (value: object) => JSON.stringify(value) },
    // A cell that begins like a formula is shown, not computed.
    escape_formulas: true,
    record_delimiter: 'windows',
  } as const;
  // With the mark by which Excel knows UTF-8.
  yield bytes(`\ufeff${stringify([Object.values(columns)], { record_delimiter: 'windows' })}`);
  for await (const some of rows()) yield bytes(stringify([...some], options));
}

async function* json({ rows }: HeldRows): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  yield bytes('[');
  for await (const some of rows()) {
    for (const row of some) {
      yield bytes(`${isFirst ? '' : ','}\n${JSON.stringify(row)}`);
      isFirst = false;
    }
  }
  yield bytes('\n]\n');
}
