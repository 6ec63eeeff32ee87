import type { Analysis } from './types.ts';
import type { AnalysisRequest } from './request.ts';

/** What a model answered, and what it cost. */
export interface AnalysisAnswer {
  readonly analysis: Analysis;
  readonly model: string;
  /** Tokens; the cached ones are not among the others. */
  readonly usage: { readonly textIn: number; readonly textInCached: number; readonly textOut: number };
}

/** Asks a language model about a call. Rejects with {@link AnalysisError}. */
export type Analyse = (request: AnalysisRequest, signal: AbortSignal) => Promise<AnalysisAnswer>;

/** No model answered. `code`: the vendor's, `http_<status>`, `timeout`, `refused`, `truncated`, `invalid_answer` or `off`. */
export class AnalysisError extends Error {
  readonly code: string;
  /** Asking again would be no use. */
  readonly permanent: boolean;
  constructor(code: string, permanent: boolean, cause?: unknown) {
    super(`no analysis: ${code}`, cause === undefined ? undefined : { cause });
    this.name = 'AnalysisError';
    this.code = code;
    this.permanent = permanent;
  }
}
