import { normalise } from '../../hebrew/normalise.ts';
import { storableText } from './storable.ts';

/** Characters of a search that count. */
const MAX_SEARCH = 100;

/**
 * What a person typed as a pattern for SQL's LIKE over `searchable(…)`; null when there is nothing to look for. Nikud,
 * quotes and capitals do not matter. A telephone number is looked for without its leading zero and its dashes, so that
 * 052-345 finds +97252345….
 */
export function searchPattern(typed: string | undefined): string | null {
  const text = normalise(storableText((typed ?? '').slice(0, MAX_SEARCH)));
  if (text === '') return null;
  const digits = text.replaceAll(/[\s()+-]/g, '');
  const needle = /^\d{3,}$/.test(digits) ? digits.replace(/^(?:972|0)/, '') : text;
  return `%${needle.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
