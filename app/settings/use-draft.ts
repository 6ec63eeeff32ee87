import { useEffect, useState, type RefObject } from 'react';
import { changesOf, dropDraft, keepDraft, resetForm, restoreDraft } from './draft.ts';

/** Ms after the last key until what was typed is kept. */
const KEEP_AFTER_MS = 300;

/** What is known of a form's unsaved changes. */
export interface DraftState {
  readonly dirty: boolean;
  /** True while the form shows changes from before the page was loaded. */
  readonly restored: boolean;
  readonly discard: () => void;
}

/**
 * Watches a form of uncontrolled inputs: what is typed is kept in the browser's tab until it is saved, survives a
 * reload and a lost session, and is put back when the page comes again. `savedAt`: the save that led to this page;
 * `refused`: the last save was answered with what is wrong, and the form shows what was typed.
 */
export function useDraft(
  form: RefObject<HTMLFormElement>,
  key: string,
  savedAt: number | null,
  refused: boolean,
): DraftState {
  const [dirty, setDirty] = useState(false);
  const [restored, setRestored] = useState(false);

  useEffect(() => {
    const element = form.current;
    if (element === null || refused) return;
    if (savedAt !== null) {
      dropDraft(key);
      setDirty(false);
      setRestored(false);
      return;
    }
    if (!restoreDraft(key, element)) return;
    setDirty(true);
    setRestored(true);
  }, [form, key, savedAt, refused]);

  useEffect(() => {
    const element = form.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(timer);
      timer = undefined;
      keepDraft(key, element);
    };
    const onInput = () => {
      setDirty(changesOf(element).length > 0);
      timer ??= setTimeout(keep, KEEP_AFTER_MS);
    };
    const onLeave = () => {
      if (timer !== undefined) keep();
    };
    element.addEventListener('input', onInput);
    window.addEventListener('pagehide', onLeave);
    return () => {
      onLeave();
      element.removeEventListener('input', onInput);
      window.removeEventListener('pagehide', onLeave);
    };
  }, [form, key]);

  const discard = () => {
    if (form.current !== null) resetForm(form.current);
    dropDraft(key);
    setDirty(false);
    setRestored(false);
  };
  return { dirty: dirty || refused, restored, discard };
}
