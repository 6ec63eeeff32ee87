import type { Tx } from '../../platform/db/index.ts';

/** The job that renders what a business's calls need and have not got. */
export const SPEECH_RENDER = 'speech-render';

/**
 * Writes the outbox row of a rendering, in the transaction of the change that calls for it. Every change writes its own:
 * a job already handed over may have read the settings before.
 */
export async function scheduleSpeech(tx: Tx, businessId: string): Promise<void> {
  await tx.outbox.create({ data: { businessId, job: SPEECH_RENDER, payload: { businessId } } });
}
