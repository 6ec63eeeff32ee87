export type LogLine = (event: string, fields: Readonly<Record<string, unknown>>) => void;

export interface LogGuardOptions {
  /** Lines of one kind within a window. Default 10. */
  readonly linesPerWindow?: number;
  /** Milliseconds. Default 10 000. */
  readonly windowMs?: number;
  /** Calls back once after `delayMs`. */
  readonly after: (delayMs: number, run: () => void) => unknown;
}

/** Kinds counted at a time; what outsiders choose is no part of a kind, so there are few. */
const MAX_KINDS = 200;

/**
 * Stands before the log for what anybody can cause from outside: so many lines of a kind (event and reason) in a
 * window, then one line that says how many more there were. Lines of a call (`callSid`) pass, refusals never do.
 */
export function guardedLog(write: LogLine, options: LogGuardOptions): LogLine {
  const { linesPerWindow = 10, windowMs = 10_000, after } = options;
  const kinds = new Map<string, number>();

  function closeWindow(kind: string, event: string, reason: unknown): void {
    const suppressed = (kinds.get(kind) ?? 0) - linesPerWindow;
    kinds.delete(kind);
    if (suppressed > 0) write('log_suppressed', { of: event, reason, lines: suppressed, windowMs });
  }

  return (event, fields) => {
    if (fields['callSid'] !== undefined && !event.endsWith('_refused')) return write(event, fields);
    const reason = fields['reason'] ?? fields['code'] ?? null;
    const kind = typeof reason === 'string' || typeof reason === 'number' ? `${event}/${reason}` : event;
    const count = kinds.get(kind) ?? 0;
    if (count === 0) {
      if (kinds.size >= MAX_KINDS) return;
      after(windowMs, () => closeWindow(kind, event, reason));
    }
    kinds.set(kind, count + 1);
    if (count < linesPerWindow) write(event, fields);
  };
}
