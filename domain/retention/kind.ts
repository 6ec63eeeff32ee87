import type { Tx } from '../../platform/db/index.ts';
import type { Subject } from './subject.ts';

/** One thing that is held, as an archive tells it: JSON as it is, a line of a table with the columns' names. */
export type HeldRow = Readonly<Record<string, unknown>>;

/** A file that is held (a recording): its name within the archive, and where its bytes are kept. */
export interface HeldFile {
  readonly name: string;
  readonly blobKey: string;
}

/** What a kind of data can tell and forget of a person. */
interface SubjectAccess {
  /** Name of the archive's files, without extension. */
  readonly file: string;
  /** Key of a row → Hebrew heading, in the order of the table's columns. */
  readonly columns: Readonly<Record<string, string>>;
  /** How much is held. */
  count(tx: Tx, subject: Subject): Promise<number>;
}

/** Data that belongs to calls: read and erased some calls at a time. */
export interface SubjectOfCalls extends SubjectAccess {
  readonly by: 'call';
  read(tx: Tx, businessId: string, callIds: readonly string[]): Promise<readonly HeldRow[]>;
  readonly files?: (tx: Tx, businessId: string, callIds: readonly string[]) => Promise<readonly HeldFile[]>;
  /** Removes it, or what is personal about it. The calls' rows are locked and no call of them goes on. Returns how much. */
  erase(tx: Tx, businessId: string, callIds: readonly string[], now: Date): Promise<number>;
}

/** Data that belongs to the number itself. */
export interface SubjectOfNumber extends SubjectAccess {
  readonly by: 'number';
  /** Erased only when it is asked for by name: it is there to protect the person. */
  readonly staysUnlessAsked?: boolean;
  read(tx: Tx, subject: Subject): Promise<readonly HeldRow[]>;
  erase(tx: Tx, subject: Subject, now: Date): Promise<number>;
}

/** How long a kind of data is kept. */
export interface Retention {
  /** `business`: as long as its setting says (see terms.ts). A number: always so many days. */
  readonly days: 'business' | number;
  /**
   * Removes at most `max` of what is older than `before`, the oldest first, and never anything of a call that goes on
   * or is still being finalised. Returns how many; fewer than `max` means that nothing is left.
   */
  purge(tx: Tx, businessId: string, before: Date, max: number, now: Date): Promise<number>;
}

/** A kind of data about people, with everything the law asks of it. A new kind is an entry of {@link DATA_KINDS}. */
export interface DataKind {
  /** snake_case; with a business's own term it is also an entry of terms.ts. */
  readonly name: string;
  readonly label: string;
  readonly retention?: Retention;
  readonly subject?: SubjectOfCalls | SubjectOfNumber;
}
