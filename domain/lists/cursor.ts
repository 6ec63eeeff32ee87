import { AppError } from '../../platform/errors.ts';

/** The place in a list, newest first, behind which its next page begins. */
export interface Place {
  readonly at: Date;
  readonly id: string;
}

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A place as it stands in an address: opaque to whoever passes it on. */
export function writeCursor({ at, id }: Place): string {
  return Buffer.from(`${at.toISOString()}/${id}`).toString('base64url');
}

/** @throws AppError `invalid_cursor` (permanent) */
export function readCursor(cursor: string): Place {
  const [, at, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  if (at === undefined || id === undefined || Number.isNaN(Date.parse(at))) {
    throw new AppError('invalid_cursor', { permanent: true });
  }
  return { at: new Date(at), id };
}
