import { z } from 'zod';
import type { Settings, SettingsRegistry } from '../settings/types.ts';

/** The setting that holds the details a business defines itself. */
export const OWN_FIELDS = 'custom_lead_fields';

/** What a detail is; `text` where nothing else is known. */
export type LeadFieldKind = 'text' | 'number' | 'date' | 'phone' | 'email' | 'choice';

/** A detail of callers, as the settings name it. */
export interface LeadField {
  readonly key: string;
  /** Hebrew. */
  readonly label: string;
  readonly kind: LeadFieldKind;
  /** What a choice is made from. */
  readonly options: readonly string[];
  /** Defined by the business itself. */
  readonly own: boolean;
  /** No longer asked for; what was collected is kept under its name. */
  readonly removed: boolean;
}

const stored = z
  .array(
    z.object({
      key: z.string(),
      label: z.string(),
      kind: z.enum(['text', 'number', 'date', 'phone', 'email', 'choice']).catch('text'),
      options: z.array(z.string()).catch([]),
      removed: z.boolean().catch(false),
    }),
  )
  .catch([]);

/** The details a business defines itself, in its order; also from settings as they are stored. */
export function ownLeadFields(settings: Settings): readonly LeadField[] {
  return stored.parse(settings[OWN_FIELDS]).map((field) => ({ ...field, own: true }));
}

/** Every detail with a name: the fixed ones, then those of the business's own, removed ones among them. */
export function leadFieldsOf(registry: SettingsRegistry, settings: Settings): readonly LeadField[] {
  const field = registry.entries.get('required_lead_fields')?.field;
  const fixed = field?.control === 'checklist' ? field.options : [];
  const known = fixed.map(({ value, label }): LeadField => {
    const kind = value === 'phone' || value === 'email' ? value : 'text';
    return { key: value, label, kind, options: [], own: false, removed: false };
  });
  return [...known, ...ownLeadFields(settings)];
}

const removable = z.array(z.looseObject({ key: z.string(), removed: z.boolean() }));

/**
 * The details as they are to be stored: one that was there and is not any more stays at the end as a removed one, the
 * latest removed first, so that what was collected keeps its name. `most`: how many are kept in all.
 */
export function keepRemoved(wanted: unknown, before: unknown, most: number): unknown {
  const [now, then] = [removable.safeParse(wanted), removable.safeParse(before)];
  if (!now.success || !then.success) return wanted;
  const keys = new Set(now.data.map(({ key }) => key));
  const gone = then.data.filter(({ key }) => !keys.has(key)).map((field) => ({ ...field, removed: true }));
  const kept = now.data.filter(({ removed }) => removed);
  return [...now.data.filter(({ removed }) => !removed), ...gone, ...kept].slice(0, most);
}
