import type { AppLoadContext } from '@remix-run/node';
import { leadFieldsOf } from '../../domain/leads/index.ts';
import { readSettings } from '../../domain/settings/index.ts';
import type { KnownFields } from '../lists/lead-fields.ts';

/** The details of leads, fixed and of the business's own, also those it asks for no more. */
export async function knownFields(
  { db, registry }: Pick<AppLoadContext, 'db' | 'registry'>,
  businessId: string,
): Promise<KnownFields> {
  const fields = leadFieldsOf(registry, await readSettings(db, businessId, registry));
  return Object.fromEntries(fields.map(({ key, label, kind }) => [key, { label, kind }]));
}
