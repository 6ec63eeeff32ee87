import { z } from 'zod';
import type { Tx } from '../../platform/db/index.ts';
import { PRICES } from './prices.ts';

/** Audio tokens a second of caller audio counts for: one each 100 ms. */
const AUDIO_TOKENS_PER_SECOND = 10;

const amount = z.number().nonnegative();
const entry = z.object({
  model: z.string(),
  kind: z.enum(['speech', 'transcription']),
  /** Tokens; the cached ones stand apart and are not among the others. */
  textIn: amount,
  textInCached: amount,
  audioIn: amount,
  audioInCached: amount,
  textOut: amount,
  audioOut: amount,
  /** Of audio, where the vendor counted time. */
  seconds: amount,
});

/** What a call used of one model. */
export type UsageEntry = Readonly<z.output<typeof entry>>;

/** As it is stored; what an older version wrote and nobody can read any more counts as nothing. */
export const storedUsage = z.array(entry).catch([]);

/** What a call used, in millionths of a US dollar; null when the price of one of its models is not known. */
export function costMicroUsd(usage: readonly UsageEntry[]): number | null {
  let cost = 0;
  for (const used of usage) {
    const price = PRICES[used.model];
    if (price === undefined) return null;
    // Dollars a million tokens are millionths of a dollar a token.
    const {
      textIn = 0,
      textInCached = textIn,
      audioIn = 0,
      audioInCached = audioIn,
      textOut = 0,
      audioOut = 0,
    } = price;
    cost += used.textIn * textIn + used.textInCached * textInCached + used.textOut * textOut;
    cost += used.audioIn * audioIn + used.audioInCached * audioInCached + used.audioOut * audioOut;
    if (price.minute !== undefined) {
      const seconds = used.seconds > 0 ? used.seconds : used.audioIn / AUDIO_TOKENS_PER_SECOND;
      cost += (seconds / 60) * price.minute * 1_000_000;
    }
  }
  return Math.round(cost);
}

/** Writes what calls of a business used in all, in one statement. */
export async function writeUsage(
  tx: Tx,
  businessId: string,
  calls: readonly { readonly callId: string; readonly usage: readonly UsageEntry[] }[],
): Promise<void> {
  const rows = calls.map(({ callId, usage }) => ({
    call_id: callId,
    usage,
    cost: usage.length === 0 ? null : costMicroUsd(usage),
  }));
  await tx.$executeRaw`
    UPDATE calls c SET usage = u.usage, cost_micro_usd = u.cost
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS u(call_id uuid, usage jsonb, cost int)
    WHERE c.id = u.call_id AND c.business_id = ${businessId}::uuid`;
}
