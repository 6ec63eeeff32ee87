/** Marks an error as ours across separately bundled copies of this module (the server bundle and the Remix bundle). */
const BRAND = Symbol.for('prosaas.AppError');

/** Options of an {@link AppError}. */
export interface AppErrorOptions {
  /** True when trying again cannot help. Default false. */
  readonly permanent?: boolean;
  readonly cause?: unknown;
  /** Facts for the log and the answer: ids, numbers, field names. Never a secret, a phone number or a transcript. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class of the product. `code` is stable and machine readable (`snake_case`);
 * the Hebrew text for it is looked up by code at the edge that shows it.
 */
export class AppError extends Error {
  readonly code: string;
  readonly permanent: boolean;
  readonly details: Readonly<Record<string, unknown>>;
  readonly [BRAND] = true;

  constructor(code: string, options: AppErrorOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.permanent = options.permanent ?? false;
    this.details = options.details ?? {};
  }
}

/** True for an {@link AppError} of any bundle; `instanceof` would miss the other bundle's class. */
export function isAppError(error: unknown): error is AppError {
  return typeof error === 'object' && error !== null && BRAND in error;
}
