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

/** What was used of a model in a call or, for its analysis, after it. */
const billed = entry.extend({ kind: z.enum(['speech', 'transcription', 'analysis']) });
export type BilledUsage = Readonly<z.output<typeof billed>>;

/** As it is stored; what an older version wrote and nobody can read any more counts as nothing. */
export const storedUsage = z.array(billed).catch([]);

/** What a call used, in millionths of a US dollar; null when the price of one of its models is not known. */
export function costMicroUsd(usage: readonly BilledUsage[]): number | null {
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

/** Adds what was used after a call's end to what the call itself used. */
export async function addUsage(
  tx: Tx,
  businessId: string,
  callId: string,
  used: readonly BilledUsage[],
): Promise<void> {
  const [row] = await tx.$queryRaw<{ usage: unknown }[]>`
    SELECT usage FROM calls WHERE id = ${callId}::uuid AND business_id = ${businessId}::uuid FOR NO KEY UPDATE`;
  if (row === undefined) return;
  const usage = [...storedUsage.parse(row.usage), ...used];
  await tx.call.updateMany({
    where: { id: callId, businessId },
    data: { usage: usage.map((entry) => ({ ...entry })), costMicroUsd: costMicroUsd(usage) },
  });
}

/**
 * Writes what calls of a business used in all while they went on, in one statement. What was used after an earlier end
 * (a call that came back) stays beside it.
 */
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
    UPDATE calls c SET
      usage = u.usage || (SELECT coalesce(jsonb_agg(used), '[]') FROM jsonb_array_elements(c.usage) used
                          WHERE used->>'kind' = 'analysis'),
      cost_micro_usd = u.cost
        + coalesce((SELECT sum(i.cost_micro_usd)::int FROM call_insights i WHERE i.call_id = c.id), 0)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS u(call_id uuid, usage jsonb, cost int)
    WHERE c.id = u.call_id AND c.business_id = ${businessId}::uuid`;
}
