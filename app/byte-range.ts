/**
 * The part of a file that a `Range` header asks for, both ends included; null for the whole (no header, another unit,
 * several ranges, nonsense: a server may give the whole then). `unsatisfiable`: it begins behind the end.
 */
export function byteRange(header: string | null, size: number): { from: number; to: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/u.exec(header?.trim() ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  if (first === '') {
    const tail = Number(last);
    return tail === 0 || size === 0 ? 'unsatisfiable' : { from: Math.max(0, size - tail), to: size - 1 };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return null;
  if (from >= size) return 'unsatisfiable';
  return { from, to: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
