import { randomUUID } from 'node:crypto';
import type { Tx } from '../../platform/db/index.ts';

/**
 * What a delivery written by hand needs beside its content: the business's Monday destination, made if there is none,
 * and a place of its own there.
 */
export async function somewhere(
  tx: Tx,
  businessId: string,
): Promise<{ destinationId: string; eventKey: string; subject: string }> {
  const { id } = await tx.destination.upsert({
    where: { businessId_plugin: { businessId, plugin: 'monday-export' } },
    create: { businessId, kind: 'monday', plugin: 'monday-export', name: 'Monday' },
    update: {},
    select: { id: true },
  });
  const key = randomUUID();
  return { destinationId: id, eventKey: key, subject: key };
}
