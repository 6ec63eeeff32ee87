import { stringify } from 'csv-stringify/sync';
import { Zip, ZipDeflate } from 'fflate';
import type { HeldRows } from '../../domain/privacy/index.ts';

const README = `כל המידע שהעסק שומר על המספר הזה.

לכל סוג מידע יש שני קבצים:
  ‎.csv  טבלה שנפתחת ב־Excel
  ‎.json אותו מידע, מלא, לקריאה בתוכנה

calls: השיחות · transcripts: מה שנאמר בהן · leads: הפרטים שנמסרו
deliveries: מה שנשלח למערכות אחרות · do-not-call: בקשה שלא להתקשר
קובץ ריק פירושו שאין מידע מהסוג הזה.
`;

/**
 * Everything that is held about a person as one zip archive, made while it is being read: for each kind of data a
 * table for Excel and the same whole as JSON, its files, and a README.
 */
export function subjectArchive(held: readonly HeldRows[]): ReadableStream<Uint8Array> {
  const parts = archiveParts(held);
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      const zip = new Zip((error, chunk, final) => {
        if (error !== null) return controller.error(error);
        controller.enqueue(chunk);
        if (final) controller.close();
      });
      try {
        for await (const { name, chunks } of parts) {
          const file = new ZipDeflate(name, { level: 6 });
          zip.add(file);
          for await (const chunk of chunks) file.push(chunk);
          file.push(new Uint8Array(0), true);
        }
        zip.end();
      } catch (error) {
        controller.error(error);
      }
    },
  });
}

interface Part {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* archiveParts(held: readonly HeldRows[]): AsyncGenerator<Part> {
  yield { name: 'README.txt', chunks: [bytes(`\ufeff${README}`)] };
  for (const kind of held) {
    yield { name: `${kind.file}.csv`, chunks: table(kind) };
    yield { name: `${kind.file}.json`, chunks: json(kind) };
    for await (const files of kind.files()) {
      for (const file of files) yield { name: `${kind.file}/${file.name}`, chunks: [file.bytes] };
    }
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
