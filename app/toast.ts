/** A short message about what has just been done; it goes away by itself. */
export interface Toast {
  /** Distinguishes two with the same text. */
  readonly id: string;
  readonly tone: 'ok' | 'danger' | 'info';
  /** Hebrew; a sentence. */
  readonly text: string;
}

type Listener = (toast: Toast) => void;

const listeners = new Set<Listener>();
let count = 0;

/** Shows a message from the browser's side: after a fetcher's answer. After a redirect the server announces it. */
export function showToast(tone: Toast['tone'], text: string): void {
  count += 1;
  for (const listener of listeners) listener({ id: `here-${count}`, tone, text });
}

/** Hears every message until the returned function is called. */
export function onToast(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
