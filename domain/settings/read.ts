import { Prisma, type Database, type Tx } from '../../platform/db/index.ts';
import { AppError } from '../../platform/errors.ts';
import { readThroughRegistry } from './check.ts';
import type { Settings, SettingsRegistry } from './registry.ts';

/** SQL for the settings of a row `s` of business_settings, columns and plugin keys in one flat object. */
export const STORED_SETTINGS = Prisma.sql`
  s.plugin_settings || (to_jsonb(s) - ARRAY['business_id', 'updated_at', 'plugin_settings'])`;

/**
 * A business's settings as stored, columns and plugin keys in one flat object. With `lock` nobody else changes them
 * before this transaction ends.
 * @throws AppError `business_not_found`
 */
export async function storedSettings(tx: Tx, businessId: string, options: { lock?: boolean } = {}): Promise<Settings> {
  const lock = options.lock === true ? Prisma.sql`FOR UPDATE` : Prisma.empty;
  const [row] = await tx.$queryRaw<{ settings: Record<string, unknown> }[]>`
    SELECT ${STORED_SETTINGS} AS settings FROM business_settings s WHERE business_id = ${businessId}::uuid ${lock}`;
  if (row === undefined) throw new AppError('business_not_found', { permanent: true, details: { businessId } });
  return row.settings;
}

/**
 * The settings of a business by their JSON names. With a registry every known key is there and valid, in the order of
 * the cards; without one, as stored (a plugin's key that was never saved is missing).
 * @throws AppError `business_not_found` (permanent)
 */
export async function readSettings(db: Database, businessId: string, registry?: SettingsRegistry): Promise<Settings> {
  const stored = await db.withBusiness(businessId, (tx) => storedSettings(tx, businessId));
  return registry === undefined ? stored : readThroughRegistry(stored, registry);
}
