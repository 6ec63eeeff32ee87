/** What was typed into a form and not saved yet, kept in the browser's tab. Never anything secret. */

/** A control that differs from what the page brought. `index`: which of those with this name. */
interface Change {
  readonly name: string;
  readonly index: number;
  readonly value: string;
  readonly checked?: boolean;
}

interface Draft {
  /** What the person had before their eyes when they typed. */
  readonly seen: string;
  readonly changes: readonly Change[];
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Inputs that hold nothing a person typed, or what must not be kept. */
const LEFT_OUT = new Set(['hidden', 'password', 'file', 'submit', 'button', 'reset', 'image']);

export const draftKey = (businessId: string, tab: string) => `prosaas:draft:${businessId}:${tab}`;

/** The name of the field that carries what was seen. */
export const SEEN = '_seen';

function* controls(form: HTMLFormElement): Generator<{ control: Control; index: number }> {
  const counts = new Map<string, number>();
  for (const control of form.elements) {
    const isControl =
      control instanceof HTMLInputElement ||
      control instanceof HTMLTextAreaElement ||
      control instanceof HTMLSelectElement;
    if (!isControl || control.name === '' || control.name.startsWith('_')) continue;
    if (LEFT_OUT.has(control.type) || control.dataset['secret'] !== undefined) continue;
    const index = counts.get(control.name) ?? 0;
    counts.set(control.name, index + 1);
    yield { control, index };
  }
}

const isTicked = (control: Control): control is HTMLInputElement =>
  control instanceof HTMLInputElement && (control.type === 'checkbox' || control.type === 'radio');

function isChanged(control: Control): boolean {
  if (isTicked(control)) return control.checked !== control.defaultChecked;
  if (!(control instanceof HTMLSelectElement)) return control.value !== control.defaultValue;
  const byDefault = [...control.options].findIndex((option) => option.defaultSelected);
  return control.selectedIndex !== Math.max(0, byDefault);
}

/** What differs from what the page brought. */
export function changesOf(form: HTMLFormElement): readonly Change[] {
  const changes: Change[] = [];
  for (const { control, index } of controls(form)) {
    if (!isChanged(control)) continue;
    const { name, value } = control;
    changes.push(isTicked(control) ? { name, index, value, checked: control.checked } : { name, index, value });
  }
  return changes;
}

const seenInput = (form: HTMLFormElement) => form.querySelector<HTMLInputElement>(`input[name="${SEEN}"]`);

/** Keeps what was typed; with nothing to keep, forgets. A browser that keeps nothing is no reason to fail. */
export function keepDraft(key: string, form: HTMLFormElement): void {
  const changes = changesOf(form);
  try {
    if (changes.length === 0) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify({ seen: seenInput(form)?.value ?? '', changes } satisfies Draft));
  } catch {
    // Storage is full or forbidden.
  }
}

export function dropDraft(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}

/** Puts a kept draft back into the form. True when there was one. */
export function restoreDraft(key: string, form: HTMLFormElement): boolean {
  const draft = readDraft(key);
  if (draft === null) return false;
  const kept = new Map(draft.changes.map((change) => [`${change.name} ${change.index}`, change]));
  for (const { control, index } of controls(form)) {
    const change = kept.get(`${control.name} ${index}`);
    if (change === undefined) continue;
    if (isTicked(control)) control.checked = change.checked === true;
    else control.value = change.value;
  }
  // Whether another saved in the meantime is told by what was seen then, not by what stands there now.
  const seen = seenInput(form);
  if (seen !== null && draft.seen !== '') {
    seen.dataset['fresh'] ??= seen.value;
    seen.value = draft.seen;
  }
  return changesOf(form).length > 0;
}

/** Everything back to what the page brought. */
export function resetForm(form: HTMLFormElement): void {
  form.reset();
  const seen = seenInput(form);
  if (seen?.dataset['fresh'] !== undefined) seen.value = seen.dataset['fresh'];
}

function readDraft(key: string): Draft | null {
  try {
    const draft = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Draft | null;
    return draft !== null && Array.isArray(draft.changes) ? draft : null;
  } catch {
    return null;
  }
}
