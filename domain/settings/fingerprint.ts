import { sha256Hex } from '../../platform/crypto.ts';
import type { Settings } from './types.ts';

/** Hex digits: two values of one setting with the same fingerprint do not happen. */
const LENGTH = 16;

/** Names a value without telling it: equal values, equal fingerprints, whatever the order of their keys. */
export function fingerprint(value: unknown): string {
  return sha256Hex(JSON.stringify(sorted(value)) ?? '').slice(0, LENGTH);
}

/** The fingerprints of some settings, by key. */
export function fingerprints(settings: Settings, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, fingerprint(settings[key])]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
