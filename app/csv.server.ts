import { pipeline, Readable } from 'node:stream';
import { createReadableStreamFromReadable, type AppLoadContext } from '@remix-run/node';
import { stringify } from 'csv-stringify';
import { paced } from './paced.server.ts';

/**
 * A download of rows as they come, without ever holding them all: CSV that Excel opens in Hebrew. A text that a
 * spreadsheet would take for a formula is told apart by an apostrophe. Dates are written as given. `fileName`: ASCII.
 */
export function csvDownload(
  fileName: string,
  columns: readonly string[],
  rows: AsyncIterable<readonly (string | number | null)[]>,
  context: Pick<AppLoadContext, 'taken'>,
): Response {
  const lines = stringify({
    bom: true,
    header: true,
    columns: [...columns],
    escape_formulas: true,
    record_delimiter: 'windows',
  });
  // Either end takes the other along: rows that fail break the download off, and nothing is read for who went away.
  pipeline(Readable.from(rows), lines, () => undefined);
  return new Response(paced(createReadableStreamFromReadable(lines), context), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${fileName}"`,
      'Cache-Control': 'no-store',
    },
  });
}
