import { NOT_ASKED, type LeadFieldRow } from '../components/lead-fields-field.tsx';

/** A detail as the settings keep it; what is wrong in it the schema says. */
interface PostedField {
  readonly key: string;
  readonly label: string;
  readonly kind: string;
  readonly options: readonly string[];
  readonly ask: string;
  readonly removed: boolean;
}

/** Stands for "no place was given": such rows keep their order behind those that have one. */
const LAST = 1_000;

/** The rows of a posted form, in the order they were given, and what they come to. A row without name and key is none. */
export function readLeadFields(
  form: FormData,
  key: string,
): { readonly typed: readonly LeadFieldRow[]; readonly value: readonly PostedField[] } {
  const column = (part: string) =>
    form.getAll(`${key}.${part}`).map((value) => (typeof value === 'string' ? value.trim() : ''));
  const [keys, labels, kinds, options, asks, orders, stored] = [
    'key',
    'label',
    'kind',
    'options',
    'ask',
    'order',
    'stored',
  ].map(column);
  const rows = (labels ?? []).map((label, index) => ({
    key: keys?.[index] ?? '',
    label,
    kind: kinds?.[index] ?? '',
    options: options?.[index] ?? '',
    ask: asks?.[index] ?? '',
    stored: stored?.[index] === 'yes',
    place: Number(orders?.[index] ?? '') || LAST,
  }));
  const typed = rows
    .filter((row) => row.stored || row.label + row.key !== '')
    .toSorted((a, b) => a.place - b.place)
    .map(({ place: _, ...row }) => row);
  const taken = new Set(typed.map((row) => row.key));
  return { typed, value: typed.map((row) => toField(row, taken)) };
}

function toField(row: LeadFieldRow, taken: Set<string>): PostedField {
  const removed = row.ask === NOT_ASKED;
  return {
    key: row.key === '' ? nextKey(taken) : row.key,
    label: row.label,
    kind: row.kind,
    options: row.options
      .split(',')
      .map((option) => option.trim())
      .filter((option) => option !== ''),
    ask: removed ? 'always' : row.ask,
    removed,
  };
}

/** The first key of the form `detail_1` that no row has; it is taken from now on. */
function nextKey(taken: Set<string>): string {
  let number = 1;
  while (taken.has(`detail_${number}`)) number += 1;
  const key = `detail_${number}`;
  taken.add(key);
  return key;
}

/** The stored details as they stand in their rows. */
export function showLeadFields(value: unknown): readonly LeadFieldRow[] {
  // Sound: what is stored came through the setting's own schema.
  return ((value ?? []) as readonly PostedField[]).map(({ key, label, kind, options, ask, removed }) => ({
    key,
    label,
    kind,
    options: options.join(', '),
    ask: removed ? NOT_ASKED : ask,
    stored: true,
  }));
}
