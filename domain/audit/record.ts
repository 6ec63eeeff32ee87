import { Prisma, type Tx } from '../../platform/db/index.ts';
import { changes } from './changes.ts';

/** Who does something, and from where. */
export interface Actor {
  /** `command`: somebody at the server's command line. `system`: a job. `caller`: the person on the telephone. */
  readonly kind: 'person' | 'token' | 'command' | 'system' | 'caller';
  /** Of the person or the token; null for the others. */
  readonly id: string | null;
  /** What the actor is called: an e-mail address, a token's name, a job's or a command's name. */
  readonly label: string;
  /** True while a system administrator acts as the business. */
  readonly actsAs?: boolean;
  readonly address?: string | null;
  readonly userAgent?: string | null;
}

/** One thing that was done. */
export interface Deed {
  /** Null for what a person does to their own account. */
  readonly businessId: string | null;
  readonly actor: Actor;
  /** `<entity>.<what happened>`, e.g. `settings.updated`. Its Hebrew label stands with the audit page. */
  readonly action: `${string}.${string}`;
  /** Which record, where the entity has several. Never personal data of a caller. */
  readonly entityId?: string | null;
  /** The record before and after, or the part that was touched. Stored is what differs, with secrets masked. */
  readonly before?: Readonly<Record<string, unknown>> | null;
  readonly after?: Readonly<Record<string, unknown>> | null;
}

/**
 * Writes an entry of the audit log, in the transaction that does the deed: either both happened or neither. A change
 * that changes nothing is not written.
 */
export async function audit(tx: Tx, { businessId, actor, action, entityId, before, after }: Deed): Promise<void> {
  const changed = changes(before ?? null, after ?? null);
  if (changed === null) return;
  await tx.auditEntry.createMany({
    data: [
      {
        businessId,
        actorKind: actor.kind,
        actorId: actor.id,
        actorLabel: actor.label.slice(0, 254),
        actedAs: actor.actsAs ?? false,
        address: actor.address ?? null,
        userAgent: actor.userAgent?.slice(0, 300) ?? null,
        action,
        entity: action.split('.', 1)[0] ?? action,
        entityId: entityId ?? null,
        before: changed.before ?? Prisma.DbNull,
        after: changed.after ?? Prisma.DbNull,
      },
    ],
  });
}

/** Somebody at the server's command line. `name`: the command. */
export function commandActor(name: string): Actor {
  return { kind: 'command', id: null, label: name };
}

/** A job of the worker. `name`: the job. */
export function systemActor(name: string): Actor {
  return { kind: 'system', id: null, label: name };
}
