import type { Tx } from '../../platform/db/index.ts';
import type { Actor } from '../audit/index.ts';
import { channels, PROMPT_CHANNELS } from './channels.ts';

/**
 * Makes a version of every prompt that a change of settings changed, in the transaction of that change. The settings'
 * row is locked by it, so no two versions of a channel get one number.
 */
export async function recordPromptVersions(
  tx: Tx,
  change: {
    readonly businessId: string;
    readonly before: Readonly<Record<string, unknown>>;
    readonly after: Readonly<Record<string, unknown>>;
    readonly actor: Actor;
    readonly note?: string;
  },
): Promise<void> {
  const { businessId, before, after, actor, note } = change;
  for (const channel of channels) {
    const text = after[PROMPT_CHANNELS[channel]];
    if (typeof text !== 'string' || text === before[PROMPT_CHANNELS[channel]]) continue;
    const last = await tx.promptVersion.aggregate({ where: { businessId, channel }, _max: { number: true } });
    await tx.promptVersion.create({
      data: {
        businessId,
        channel,
        number: (last._max.number ?? 0) + 1,
        text,
        actorKind: actor.kind,
        actorId: actor.id,
        actorLabel: actor.label.slice(0, 254),
        note: note ?? null,
      },
    });
  }
}
