import { leadFieldLabels } from '../../domain/leads/index.ts';
import { readSettings } from '../../domain/settings/index.ts';
import type { AppLoadContext } from '@remix-run/node';

/** The names of lead fields, fixed and of the business's own, also of those it asks for no more. */
export async function leadLabels(
  { db, registry }: Pick<AppLoadContext, 'db' | 'registry'>,
  businessId: string,
): Promise<Record<string, string>> {
  return leadFieldLabels(registry, await readSettings(db, businessId, registry));
}
