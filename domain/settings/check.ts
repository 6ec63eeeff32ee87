import { keepRemoved } from '../leads/fields.ts';
import type { Flag } from '../businesses/flags.ts';
import { can, type Role } from '../users/permissions.ts';
import { isStorable } from '../text/storable.ts';
import { hebrewMessage } from './messages.ts';
import type { SettingEntry, Settings, SettingsRegistry } from './registry.ts';

/** A patch after its check: what to write, or what is wrong with it (key → Hebrew message). */
export type CheckedPatch =
  | { readonly ok: true; readonly values: Settings }
  | {
      readonly ok: false;
      readonly code: 'unknown_field' | 'validation_failed';
      readonly fields: Record<string, string>;
    };

/**
 * Checks the keys named in `patch`, and those alone, each by its own schema. An empty text clears a setting that
 * may be null. What the business has no flag for cannot be switched on. A setting that this role may not change passes when its value is the one it has in `current`, so that a
 * client may send back everything it has read.
 */
export function checkPatch(
  patch: Readonly<Record<string, unknown>>,
  registry: SettingsRegistry,
  options: {
    readonly role: Role;
    readonly current: Settings;
    /** Default: whoever writes looks at them. */
    readonly flags?: Readonly<Record<Flag, boolean>>;
  },
): CheckedPatch {
  const values: Record<string, unknown> = {};
  const fields: Record<string, string> = {};
  let unknown = false;
  for (const [key, value] of Object.entries(patch)) {
    const entry = registry.entries.get(key);
    if (entry === undefined) {
      unknown = true;
      fields[key] = 'שדה לא מוכר';
      continue;
    }
    const parsed = parseValue(entry, value);
    if (!parsed.ok) fields[key] = parsed.message;
    else if (
      entry.flag !== null &&
      options.flags?.[entry.flag] === false &&
      isSwitchedOn(parsed.value, options.current[key])
    )
      fields[key] = 'היכולת הזאת אינה פתוחה לעסק. לפתיחה יש לפנות למנהל המערכת';
    else if (can(options.role, entry.changedBy)) values[key] = toStore(entry, parsed.value, options.current);
    else if (parsed.value !== options.current[key]) fields[key] = refusal(entry);
  }
  if (!unknown && Object.keys(fields).length === 0) return { ok: true, values };
  return { ok: false, code: unknown ? 'unknown_field' : 'validation_failed', fields };
}

const isSwitchedOn = (value: unknown, before: unknown): boolean => value === true && before !== true;

/** Who may, told to who may not. */
function refusal({ changedBy }: SettingEntry): string {
  return `רק ${can('owner', changedBy) ? 'בעל העסק' : 'מנהל מערכת'} יכול לשנות הגדרה זו`;
}

function toStore({ key, field }: SettingEntry, value: unknown, current: Settings): unknown {
  return field.control === 'lead_fields' ? keepRemoved(value, current[key], field.mostKept) : value;
}

function parseValue(
  entry: SettingEntry,
  value: unknown,
): { ok: true; value: unknown } | { ok: false; message: string } {
  // A default fills in what is missing at rest; in a patch "nothing" is a mistake, not a wish for the default.
  if (value === undefined || !isStorable(value)) return { ok: false, message: 'הערך אינו תקין' };
  const blank = typeof value === 'string' && value.trim() === '';
  if (blank && entry.schema.safeParse(null).success) return { ok: true, value: null };
  const parsed = entry.schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, message: issue === undefined ? 'הערך אינו תקין' : hebrewMessage(issue) };
}

/**
 * Stored values read through the registry: every key present, each valid. A stored value its schema no longer
 * takes (the schema became stricter) counts as its default; keys of a plugin that is gone are left out.
 */
export function readThroughRegistry(stored: Settings, registry: SettingsRegistry): Settings {
  const settings: Record<string, unknown> = {};
  for (const entry of registry.entries.values()) {
    const parsed = entry.schema.safeParse(stored[entry.key]);
    settings[entry.key] = parsed.success ? parsed.data : entry.defaultValue;
  }
  return settings;
}
