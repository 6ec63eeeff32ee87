import { AppError } from '../../platform/errors.ts';

/** Where a page of rows ordered by moment and id ended, as text that an address can carry. */
export function writeKeyset(at: Date, id: string): string {
  return Buffer.from(`${at.toISOString()}/${id}`).toString('base64url');
}

const KEYSET = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * What {@link writeKeyset} wrote: the moment in ISO 8601 and the id.
 * @throws AppError `invalid_cursor` (permanent)
 */
export function readKeyset(cursor: string): { readonly at: string; readonly id: string } {
  const [, at, id] = KEYSET.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (at === undefined || id === undefined || !isMoment(at)) {
    throw new AppError('invalid_cursor', { permanent: true });
  }
  return { at, id };
}

/** A moment as we write it: no thirtieth of February, and no year 0, which the database has not. */
function isMoment(text: string): boolean {
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString() === text && at.getUTCFullYear() > 0;
}

/** Rows of one page of a list at most. */
const MAX_LIMIT = 100;

/** How many rows a page has when somebody asks for `limit`: 1 to 100. */
export function heldLimit(limit: number): number {
  return Math.min(MAX_LIMIT, Math.max(1, Math.trunc(limit) || 1));
}

/**
 * The page that the first `limit` of `rows` make: one row more was read, to know whether there is another page.
 * `keyset` tells where a row stands; `nextCursor` is null on the last page.
 */
export function keysetPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyset: (row: Row) => { readonly at: Date; readonly id: string },
): { readonly shown: readonly Row[]; readonly nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  if (rows.length <= limit || last === undefined) return { shown, nextCursor: null };
  const { at, id } = keyset(last);
  return { shown, nextCursor: writeKeyset(at, id) };
}
