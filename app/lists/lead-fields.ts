import type { LeadFieldKind } from '../../domain/leads/index.ts';

/** A detail of callers as pages show it. */
export interface KnownField {
  /** Hebrew. */
  readonly label: string;
  readonly kind: LeadFieldKind;
}

/** Key → what is known of a detail. */
export type KnownFields = Readonly<Record<string, KnownField>>;

/**
 * What is known of a detail; of one that no settings name, what its key says. Keys come out of stored data: one called
 * like something that every object has (`constructor`) is not known either.
 */
export function knownField(fields: KnownFields, key: string): KnownField {
  const known = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return known ?? { label: key.replaceAll('_', ' '), kind: 'text' };
}

/** What was collected of a lead beside name and number, in the order in which it was stored. */
export function collectedDetails(fields: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(fields).filter(([key, value]) => key !== 'name' && key !== 'phone' && value !== '');
}
