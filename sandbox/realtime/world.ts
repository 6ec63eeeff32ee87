import type { Progress } from '../script/progress.ts';
import type { Faults, Script } from '../script/schema.ts';
import type { Agenda } from './agenda.ts';
import type { ApiError } from './errors.ts';
import type { Items } from './items.ts';
import type { Session } from './session-config.ts';
import type { Unsent } from './wire.ts';

/** What the agent said, or called, and under which line index its audio is stamped. */
export interface Spoken {
  readonly at: number;
  readonly line: number;
  readonly itemId: string;
  /** The words, or the arguments of a call. */
  readonly text: string;
  /** Name of the function where it was a call. */
  readonly tool: string | null;
}

/** What the parts of one connection share. */
export interface World {
  readonly script: Script;
  readonly faults: Faults;
  readonly progress: Progress;
  readonly agenda: Agenda;
  readonly items: Items;
  /** Multiple of real time at which audio is produced. */
  readonly speed: number;
  readonly session: () => Session;
  /** Caller audio committed so far, ms. */
  readonly callerMs: () => number;
  readonly id: (prefix: string) => string;
  readonly emit: (event: Unsent) => void;
  readonly fail: (error: ApiError, eventId: string | null) => void;
  readonly spoken: (spoken: Spoken) => void;
}
