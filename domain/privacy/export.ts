import type { Database } from '../../platform/db/index.ts';
import { audit, type Actor } from '../audit/index.ts';
import { lastTwo } from '../phone/last-digits.ts';
import { DATA_KINDS, type DataKind, type HeldFile, type HeldRow, type Subject } from '../retention/index.ts';
import { callsOfSubject } from '../retention/subject.ts';
import { phoneHash } from './erase.ts';

/** Calls read in one transaction. */
const CALLS_TOGETHER = 50;

/** Everything of one kind that is held about a person, a batch at a time. */
export interface HeldRows {
  readonly kind: DataKind;
  /** Name of the archive's files, without extension. */
  readonly file: string;
  /** Key of a row → Hebrew heading. */
  readonly columns: Readonly<Record<string, string>>;
  /** Reads it, from the beginning, each time it is called. */
  readonly rows: () => AsyncGenerator<readonly HeldRow[]>;
  /** The files that belong to it; a few kinds have any. */
  readonly files: () => AsyncGenerator<readonly HeldFile[]>;
}

/** Notes that everything about a person was handed out, without the number. */
export async function noteExport(db: Database, subject: Subject, actor: Actor, appSecret: string): Promise<void> {
  const { businessId, phone } = subject;
  const after = { phoneHash: phoneHash(appSecret, subject), lastTwo: lastTwo(phone) };
  await db.withBusiness(businessId, (tx) =>
    audit(tx, { businessId, actor, action: 'privacy.exported', before: null, after }),
  );
}

/** Everything that is held about a person. Read as it is asked for, never all of it at once. */
export async function heldRows(db: Database, subject: Subject): Promise<readonly HeldRows[]> {
  const { businessId } = subject;
  const calls = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<{ id: string }[]>`SELECT id FROM (${callsOfSubject(subject)}) mine ORDER BY id`,
  );
  const batches: string[][] = [];
  for (let start = 0; start < calls.length; start += CALLS_TOGETHER) {
    batches.push(calls.slice(start, start + CALLS_TOGETHER).map(({ id }) => id));
  }
  return DATA_KINDS.flatMap((kind) => {
    const access = kind.subject;
    if (access === undefined) return [];
    return [
      {
        kind,
        file: access.file,
        columns: access.columns,
        async *rows() {
          if (access.by === 'number') yield await db.withBusiness(businessId, (tx) => access.read(tx, subject));
          else
            for (const ids of batches)
              yield await db.withBusiness(businessId, (tx) => access.read(tx, businessId, ids));
        },
        async *files() {
          if (access.by === 'number' || access.files === undefined) return;
          const { files } = access;
          for (const ids of batches) yield await db.withBusiness(businessId, (tx) => files(tx, businessId, ids));
        },
      },
    ];
  });
}
