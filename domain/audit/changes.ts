import { storableText } from '../text/storable.ts';

/** Values that JSON can hold, as the audit log stores them. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = Record<string, Json>;

/** Names of fields whose values are never written down, whatever they hold. */
const SECRET = /password|token|secret|totp|recovery|api_?key|authorization|cookie|headers|webhook_url|(^|_)url$/iu;
/** Characters of a long text that are kept: enough to tell what it was about. */
const MAX_TEXT = 2_000;

/**
 * What differs between two states of a record, field by field; null when nothing does. With only one of the two
 * (something was made, or removed) that one is kept whole; with neither, both stay null.
 */
export function changes(
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>> | null,
): { readonly before: JsonObject | null; readonly after: JsonObject | null } | null {
  if (before === null || after === null) {
    return { before: before === null ? null : masked(before), after: after === null ? null : masked(after) };
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  if (keys.length === 0) return null;
  const pick = (record: Readonly<Record<string, unknown>>) =>
    masked(Object.fromEntries(keys.filter((key) => record[key] !== undefined).map((key) => [key, record[key]])));
  return { before: pick(before), after: pick(after) };
}

/** A record fit to be kept for ever: secrets down to their last four characters, long texts cut. */
export function masked(record: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, SECRET.test(key) ? maskedSecret(value) : plain(value)]),
  );
}

function maskedSecret(value: unknown): Json {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return value;
  // A short secret would be told by its end.
  return typeof value === 'string' && value.length >= 16 ? `••••${storableText(value.slice(-4))}` : '••••';
}

function plain(value: unknown): Json {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_TEXT ? `${storableText(value.slice(0, MAX_TEXT))}…` : storableText(value);
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      return Array.isArray(value) ? value.map(plain) : masked(value as Record<string, unknown>);
    default:
      return null;
  }
}
