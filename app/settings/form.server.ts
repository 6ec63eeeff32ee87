import type { SecretFacts } from '../../domain/secrets/index.ts';
import type { SettingEntry, Settings, SettingsCard } from '../../domain/settings/index.ts';
import type { Flag } from '../../domain/businesses/flags.ts';
import { can, type Role } from '../../domain/users/permissions.ts';
import type { Field } from '../../voice/plugin.ts';
import type { FieldValue } from '../components/generated-field.tsx';
import type { ShownSecret } from '../components/secret-field.tsx';
import { comingHolidays, usualRule } from '../../domain/hours/index.ts';
import { formText } from '../body.server.ts';
import { FLAG_TEXTS } from './flags.he.ts';
import type { HolidayChoice } from '../components/hours-fields.tsx';
import { readHours, showHours } from './hours-form.server.ts';
import { readLeadFields, showLeadFields } from './lead-fields-form.server.ts';

/** A card as the page shows it: nothing but data, so that it can travel to the browser. */
export interface ShownCard {
  readonly name: string;
  readonly title: string;
  readonly help?: string | undefined;
  /** Why what is chosen here has no effect at the moment. */
  readonly closed?: string | undefined;
  readonly fields: readonly {
    readonly key: string;
    readonly field: Field;
    readonly value: FieldValue;
    readonly readOnly: boolean;
    /** For a control about holidays: those ahead. */
    readonly holidays?: readonly HolidayChoice[] | undefined;
  }[];
  readonly secrets: readonly {
    readonly key: string;
    readonly label: string;
    readonly help?: string | undefined;
    readonly set: ShownSecret | null;
    readonly readOnly: boolean;
  }[];
  /** The card can send a test. */
  readonly testable: boolean;
}

/** A stored value as it stands in its control. */
function toFieldValue(field: Field, value: unknown): FieldValue {
  switch (field.control) {
    case 'switch':
      return value === true;
    case 'checklist':
      return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
    case 'number':
      return typeof value === 'number' ? String(value) : '';
    case 'text':
    case 'textarea':
    case 'select':
      return typeof value === 'string' ? value : '';
    case 'lead_fields':
      return showLeadFields(value);
    case 'week_hours':
    case 'time_range':
    case 'holiday_rules':
    case 'special_days':
      return showHours(field.control, value);
  }
}

/** A card with the values that stand in its controls: those just typed, else those stored. */
export function showCard(
  card: SettingsCard,
  settings: Settings,
  options: {
    readonly role: Role;
    readonly timeZone: string;
    readonly now: Date;
    /** The secrets the business has set. */
    readonly secrets: readonly SecretFacts[];
    /** Default: all that there is. */
    readonly flags?: Readonly<Record<Flag, boolean>>;
  },
): ShownCard {
  const closed = card.entries
    .map(({ flag }) => flag)
    .find((flag): flag is Flag => flag !== null && options.flags?.[flag] === false);
  return {
    name: card.name,
    title: card.title,
    ...(card.help === undefined ? {} : { help: card.help }),
    ...(closed === undefined ? {} : { closed: FLAG_TEXTS[closed].closed }),
    fields: card.entries.map(({ key, field, changedBy }) => ({
      key,
      field,
      value: toFieldValue(field, settings[key]),
      readOnly: !can(options.role, changedBy),
      ...(field.control === 'holiday_rules' ? { holidays: holidaysAhead(options.timeZone, options.now) } : {}),
    })),
    secrets: card.secrets.map(({ key, name, field }) => {
      const facts = options.secrets.find((one) => one.name === name);
      return {
        key,
        label: field.label,
        help: field.help,
        set: facts === undefined ? null : { lastFour: facts.lastFour },
        readOnly: !can(options.role, 'secrets.write'),
      };
    }),
    testable: card.testExport !== undefined,
  };
}

function holidaysAhead(timeZone: string, now: Date): HolidayChoice[] {
  const day = new Intl.DateTimeFormat('he-IL', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return comingHolidays(timeZone, now).map(({ id, name, date }) => ({
    id,
    name,
    date: day.format(new Date(date)),
    usual: usualRule(id),
  }));
}

/** What a posted form says about the settings of some cards. */
export interface PostedSettings {
  /** JSON name → value, for every setting that the form showed. */
  readonly patch: Settings;
  /** The same as it stood in the controls, to be shown again when something is wrong. */
  readonly typed: Readonly<Record<string, FieldValue>>;
}

/** The value of one control of a posted form, in the terms of its control and of the API. */
function readControl(form: FormData, { key, field }: SettingEntry): { typed: FieldValue; value: unknown } {
  switch (field.control) {
    case 'switch': {
      const on = form.has(key);
      return { typed: on, value: on };
    }
    case 'checklist': {
      const picked = form.getAll(key).filter((item): item is string => typeof item === 'string');
      return { typed: picked, value: picked };
    }
    case 'number': {
      const typed = formText(form, key).trim();
      // What is no number goes to the schema as it is, which then says so.
      return { typed, value: /^[-+]?\d+(\.\d+)?$/.test(typed) ? Number(typed) : typed };
    }
    case 'text':
    case 'textarea':
    case 'select': {
      const typed = formText(form, key).replaceAll('\r\n', '\n');
      return { typed, value: typed };
    }
    case 'lead_fields':
      return readLeadFields(form, key);
    case 'week_hours':
    case 'time_range':
    case 'holiday_rules':
    case 'special_days': {
      const typed = readHours(form, field.control, key);
      return { typed, value: typed };
    }
  }
}

/** Reads the settings of `cards` from a posted form. A control that the form did not show is left alone. */
export function readPosted(form: FormData, cards: readonly SettingsCard[]): PostedSettings {
  const shown = new Set(form.getAll('_shown'));
  const patch: Record<string, unknown> = {};
  const typed: Record<string, FieldValue> = {};
  for (const entry of cards.flatMap((card) => card.entries)) {
    if (!form.has(entry.key) && !shown.has(entry.key)) continue;
    const read = readControl(form, entry);
    patch[entry.key] = read.value;
    typed[entry.key] = read.typed;
  }
  return { patch, typed };
}
