import { AppError } from '../../platform/errors.ts';
import type { Database } from '../../platform/db/index.ts';
import { MODEL_ALERTS } from '../alerts/alerts.ts';
import { hasFlag } from '../businesses/flags.ts';
import { readThroughRegistry } from '../settings/check.ts';
import type { Settings, SettingsRegistry } from '../settings/registry.ts';
import type { Direction } from './types.ts';

/** Everything a call needs to begin, read once. */
export interface CallSetup {
  readonly callId: string;
  readonly callSid: string;
  readonly accountSid: string;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  readonly startedAt: Date;
  readonly business: {
    readonly id: string;
    readonly name: string;
    readonly contactPhone: string | null;
    readonly contactEmail: string | null;
    readonly address: string | null;
    readonly timeZone: string;
  };
  readonly settings: Settings;
  /** Hashes of the sentences that are rendered in the business's voice. */
  readonly rendered: readonly string[];
  /** The owner has been told that something of the model's account needs mending. */
  readonly hasAlerts: boolean;
}

interface SetupRow {
  call_sid: string;
  account_sid: string;
  direction: Direction;
  from_number: string;
  to_number: string;
  started_at: Date;
  feature_flags: unknown;
  name: string;
  contact_phone: string | null;
  contact_email: string | null;
  address: string | null;
  time_zone: string;
  settings: Record<string, unknown>;
  rendered: string[];
  has_alerts: boolean;
}

/**
 * The call, its business, the business's settings and what is rendered for it, in one query. With a registry every setting is there and valid;
 * without one, as stored.
 * @throws AppError `call_not_found` (permanent)
 */
export async function loadCallSetup(
  db: Database,
  businessId: string,
  callId: string,
  registry?: SettingsRegistry,
): Promise<CallSetup> {
  const [row] = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<SetupRow[]>`
      SELECT c.call_sid, c.account_sid, c.direction, c.from_number, c.to_number, c.started_at,
             b.feature_flags, b.name, b.contact_phone, b.contact_email, b.address, b.time_zone,
             s.plugin_settings || (to_jsonb(s) - ARRAY['business_id', 'updated_at', 'plugin_settings']) AS settings,
             ARRAY(SELECT r.text_hash FROM rendered_speech r
                   WHERE r.business_id = c.business_id AND r.voice = s.voice) AS rendered,
             EXISTS (SELECT 1 FROM alerts a WHERE a.business_id = c.business_id AND a.resolved_at IS NULL
                     AND a.kind = ANY (${[...MODEL_ALERTS]})) AS has_alerts
      FROM calls c
      JOIN businesses b ON b.id = c.business_id
      JOIN business_settings s ON s.business_id = c.business_id
      WHERE c.id = ${callId}::uuid AND c.business_id = ${businessId}::uuid`,
  );
  if (row === undefined) throw new AppError('call_not_found', { permanent: true, details: { callId } });
  const settings = registry === undefined ? row.settings : readThroughRegistry(row.settings, registry);
  return {
    callId,
    callSid: row.call_sid,
    accountSid: row.account_sid,
    direction: row.direction,
    from: row.from_number,
    to: row.to_number,
    startedAt: row.started_at,
    business: {
      id: businessId,
      name: row.name,
      contactPhone: row.contact_phone,
      contactEmail: row.contact_email,
      address: row.address,
      timeZone: row.time_zone,
    },
    // A business may have been let record, and not be any more.
    settings: hasFlag(row.feature_flags, 'recordings') ? settings : { ...settings, record_calls: false },
    rendered: row.rendered,
    hasAlerts: row.has_alerts,
  };
}
