import { z } from 'zod';
import type { Conflict, Seen, SettingsRegistry } from '../../domain/settings/index.ts';
import { fingerprint } from '../../domain/settings/index.ts';
import { holidayName, type HolidayId } from '../../domain/hours/index.ts';
import type { Field } from '../../voice/plugin.ts';
import { formText } from '../body.server.ts';
import type { ShownConflict } from '../components/conflict-notice.tsx';
import { formatPhone } from '../format.ts';
import { toFormName } from './business-form.server.ts';
import { SEEN } from './draft.ts';
import { showLeadFields } from './lead-fields-form.server.ts';
import { BUSINESS_LABELS, type BusinessField } from './labels.ts';

const seenSchema = z.record(z.string(), z.string().max(64));

/** What the person who sent a form had before their eyes; nothing where the form does not say. */
export function readSeen(form: FormData): { readonly text: string; readonly seen: Seen } {
  const text = formText(form, SEEN);
  try {
    return { text, seen: seenSchema.parse(JSON.parse(text)) };
  } catch {
    return { text: '', seen: {} };
  }
}

/**
 * The choices of a person who lost a race and was shown both values: with `mine` the saved one counts as seen, with
 * `theirs` the own one is let go. Without a choice nothing is decided.
 */
export function readChoices(form: FormData): { readonly seen: Seen; readonly letGo: ReadonlySet<string> } {
  const seen: Record<string, string> = {};
  const letGo = new Set<string>();
  for (const name of form.keys()) {
    if (!name.startsWith('_choice.')) continue;
    const key = name.slice('_choice.'.length);
    if (formText(form, name) === 'theirs') letGo.add(key);
    else seen[key] = formText(form, `_now.${key}`);
  }
  return { seen, letGo };
}

/** Lost races in words. `typed`: the wished values by the form's names. */
export function showConflicts(
  conflicts: readonly Conflict[],
  typed: Readonly<Record<string, unknown>>,
  registry: SettingsRegistry,
): ShownConflict[] {
  return conflicts.map(({ key: domainKey, saved, by }) => {
    const entry = registry.entries.get(domainKey);
    const key = entry === undefined ? toFormName(domainKey) : domainKey;
    const label = entry?.field.label ?? BUSINESS_LABELS[key as BusinessField] ?? key;
    const words = (value: unknown) => (entry === undefined ? plainWords(key, value) : inWords(entry.field, value));
    return {
      key,
      label,
      typed: words(typed[key]),
      saved: words(saved),
      by: by === null ? null : { name: by.name, at: by.at.toISOString() },
      now: fingerprint(saved),
    };
  });
}

function plainWords(key: string, value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  return key === 'contact_phone' ? formatPhone(text) : text;
}

const RULES: Readonly<Record<string, string>> = { closed: 'סגור', short: 'שעות מקוצרות', usual: 'כרגיל' };
const DAYS: Readonly<Record<string, string>> = {
  sunday: 'ראשון',
  monday: 'שני',
  tuesday: 'שלישי',
  wednesday: 'רביעי',
  thursday: 'חמישי',
  friday: 'שישי',
  saturday: 'שבת',
};

/** A value of a setting as a person reads it. */
export function inWords(field: Field, value: unknown): string {
  const label = (one: unknown) =>
    'options' in field ? (field.options.find((option) => option.value === one)?.label ?? String(one)) : String(one);
  switch (field.control) {
    case 'switch':
      return value === true ? 'פעיל' : 'כבוי';
    case 'select':
      return label(value);
    case 'checklist':
      return Array.isArray(value) ? value.map(label).join(', ') : '';
    case 'number':
      return typeof value === 'number' || typeof value === 'string' ? `${value} ${field.unit ?? ''}`.trim() : '';
    case 'lead_fields':
      return showLeadFields(value)
        .map(({ label, kind, options, ask }) => {
          const named = (all: readonly { value: string; label: string }[], one: string) =>
            all.find((option) => option.value === one)?.label ?? 'לא לשאול עוד';
          const what = `${named(field.kinds, kind)}${options === '' ? '' : ` (${options})`}`;
          return `${label}: ${what}, ${named(field.asks, ask)}`;
        })
        .join('\n');
    case 'week_hours':
      return rows(value)
        .map(([day, ranges]) => `${DAYS[day] ?? day}: ${rangesInWords(ranges)}`)
        .join('\n');
    case 'time_range':
      return rangesInWords([value]);
    case 'holiday_rules':
      return rows(value)
        .map(([id, rule]) => `${holidayName(id as HolidayId)}: ${RULES[String(rule)] ?? String(rule)}`)
        .join('\n');
    case 'special_days':
      return (Array.isArray(value) ? (value as SpecialRow[]) : [])
        .map(({ from, until, name, hours }) => `${name} ${from}–${until}: ${rangesInWords(hours)}`.trim())
        .join('\n');
    default:
      return typeof value === 'string' ? value : '';
  }
}

interface SpecialRow {
  readonly from: string;
  readonly until: string;
  readonly name: string;
  readonly hours: readonly unknown[];
}

const rows = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

function rangesInWords(value: unknown): string {
  const ranges = Array.isArray(value) ? (value as { from?: string; to?: string }[]) : [];
  return ranges.length === 0 ? 'סגור' : ranges.map(({ from, to }) => `${from ?? ''}–${to ?? ''}`).join(', ');
}
