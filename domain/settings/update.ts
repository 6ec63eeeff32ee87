import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import type { Role } from '../users/permissions.ts';
import { readFlags } from '../businesses/flags.ts';
import { recordPromptVersions } from '../prompts/record.ts';
import { scheduleSpeech } from '../speech/schedule.ts';
import { checkPatch, readThroughRegistry } from './check.ts';
import { compare, conflictsOf, SettingsConflict, type Seen } from './race.ts';
import { storedSettings } from './read.ts';
import type { Settings, SettingsRegistry } from './registry.ts';

export interface UpdateOptions {
  readonly actor: Actor;
  /** In which role it is done; decides over settings that not everybody may change. Default: owner. */
  readonly role?: Role;
  /** What this person had before their eyes. Without it the last to save wins, key by key. */
  readonly seen?: Seen;
  /** Looked at before anything is changed, while nobody else can change it: false refuses with `precondition_failed`. */
  readonly precondition?: (current: Settings) => boolean;
  /** Stands beside the prompts' new versions, e.g. where a text was taken from. */
  readonly note?: string;
}

/**
 * Changes the settings named in `patch` and no others, so that two people changing different settings at the same time
 * both keep their change. `""` clears a setting that may be null (`monday_webhook_url`). What a
 * role may not change (the limits, `max_total_calls` and `max_outbound_calls`; how long data is kept) passes unchanged.
 * Returns all settings after the change. What the agent may have to say under them is rendered by a job: the outbox row
 * is written here, `dispatchWaiting` hands it over at once. A prompt that changes becomes a version.
 * @throws AppError `validation_failed`, or `unknown_field` when a key is not known; both permanent, with
 * `details.fields` (key → Hebrew message). {@link SettingsConflict} where another saved a seen setting in the meantime;
 * `precondition_failed`. Nothing is changed then. `business_not_found`.
 */
export async function updateSettings(
  db: Database,
  businessId: string,
  patch: Readonly<Record<string, unknown>>,
  registry: SettingsRegistry,
  options: UpdateOptions,
): Promise<Settings> {
  return db.withBusiness(businessId, (tx) => changeSettings(tx, businessId, patch, registry, options));
}

/** The same within a transaction that does more. */
export async function changeSettings(
  tx: Tx,
  businessId: string,
  patch: Readonly<Record<string, unknown>>,
  registry: SettingsRegistry,
  { actor, role = 'owner', seen = {}, precondition, note }: UpdateOptions,
): Promise<Settings> {
  const current = readThroughRegistry(await storedSettings(tx, businessId, { lock: true }), registry);
  if (precondition?.(current) === false) throw new AppError('precondition_failed', { permanent: true });
  const checked = checkPatch(patch, registry, { role, current, flags: await readFlags(tx, businessId) });
  if (!checked.ok) throw new AppError(checked.code, { permanent: true, details: { fields: checked.fields } });
  const { wanted, lost } = compare(checked.values, current, seen);
  if (lost.length > 0) {
    throw new SettingsConflict(await conflictsOf(tx, businessId, 'settings.updated', lost, current));
  }
  await writeValues(tx, businessId, wanted, registry);
  if (Object.keys(wanted).length > 0) await scheduleSpeech(tx, businessId);
  const after = readThroughRegistry(await storedSettings(tx, businessId), registry);
  await recordPromptVersions(tx, {
    businessId,
    before: current,
    after,
    actor,
    ...(note === undefined ? {} : { note }),
  });
  await audit(tx, { businessId, actor, action: 'settings.updated', before: current, after });
  return after;
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
