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
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at))) {
    throw new AppError('invalid_cursor', { permanent: true });
  }
  return { at, id };
}
