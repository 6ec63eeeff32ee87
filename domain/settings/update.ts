import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { scheduleSpeech } from '../speech/schedule.ts';
import { checkPatch, readThroughRegistry } from './check.ts';
import { storedSettings } from './read.ts';
import type { Settings, SettingsRegistry } from './registry.ts';

/**
 * Changes the settings named in `patch` and no others, so that two people changing different settings at the same time
 * both keep their change. `""` clears a setting that may be null (`monday_webhook_url`). The limits
 * (`max_total_calls`, `max_outbound_calls`) change only with `allowLimits`; sent back unchanged they pass.
 * Returns all settings after the change. What the agent may have to say under them is rendered by a job: the outbox row
 * is written here, `dispatchWaiting` hands it over at once.
 * @throws AppError `validation_failed`, or `unknown_field` when a key is not known; both permanent, with
 * `details.fields` (key → Hebrew message). Nothing is changed then. `business_not_found`.
 */
export async function updateSettings(
  db: Database,
  businessId: string,
  patch: Readonly<Record<string, unknown>>,
  registry: SettingsRegistry,
  options: { readonly actor: Actor; readonly allowLimits?: boolean },
): Promise<Settings> {
  return db.withBusiness(businessId, async (tx) => {
    const current = readThroughRegistry(await storedSettings(tx, businessId), registry);
    const checked = checkPatch(patch, registry, { allowLimits: options.allowLimits ?? false, current });
    if (!checked.ok) throw new AppError(checked.code, { permanent: true, details: { fields: checked.fields } });
    await writeValues(tx, businessId, checked.values, registry);
    if (Object.keys(checked.values).length > 0) await scheduleSpeech(tx, businessId);
    const after = readThroughRegistry(await storedSettings(tx, businessId), registry);
    await audit(tx, { businessId, actor: options.actor, action: 'settings.updated', before: current, after });
    return after;
  });
}

async function writeValues(tx: Tx, businessId: string, values: Settings, registry: SettingsRegistry): Promise<void> {
  const columns: Record<string, unknown> = {};
  const pluginKeys: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    if (registry.entries.get(key)?.column === true) columns[key] = value;
    else pluginKeys[key] = value;
  }
  if (Object.keys(columns).length > 0) await tx.businessSettings.update({ where: { businessId }, data: columns });
  if (Object.keys(pluginKeys).length > 0) {
    await tx.$executeRaw`
      UPDATE business_settings SET plugin_settings = plugin_settings || ${JSON.stringify(pluginKeys)}::jsonb,
        updated_at = now()
      WHERE business_id = ${businessId}::uuid`;
  }
}
