import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { Actor } from '../audit/index.ts';
import { changeSettings, type SettingsRegistry } from '../settings/index.ts';
import { PROMPT_CHANNELS, type PromptChannel } from './channels.ts';

/** A prompt as somebody once saved it. */
export interface PromptVersion {
  /** 1 for the first of its channel. */
  readonly number: number;
  readonly at: Date;
  /** Who saved it: the name of a person who still belongs to the business, else what the audit log called the actor. */
  readonly by: string;
  readonly byKind: string;
  readonly note: string | null;
}

/** Versions of one page of the list. */
const PAGE = 20;

/** The versions of a channel's prompt, the newest first. `before`: only those with a smaller number. */
export async function listPromptVersions(
  db: Database,
  businessId: string,
  channel: PromptChannel,
  before: number | null = null,
): Promise<{ readonly versions: readonly PromptVersion[]; readonly more: boolean }> {
  const rows = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<PromptVersion[]>`
      SELECT v.number, v.created_at AS at, coalesce(nullif(u.name, ''), v.actor_label) AS by, v.actor_kind AS "byKind", v.note
      FROM prompt_versions v
      LEFT JOIN users u ON v.actor_kind = 'person' AND u.id = v.actor_id
      WHERE v.business_id = ${businessId}::uuid AND v.channel = ${channel}
        AND (${before}::int IS NULL OR v.number < ${before}::int)
      ORDER BY v.number DESC LIMIT ${PAGE + 1}`,
  );
  return { versions: rows.slice(0, PAGE), more: rows.length > PAGE };
}

/** The texts of a version and of the one before it ('' for the first), or null when there is no such version. */
export async function promptTexts(
  db: Database,
  businessId: string,
  channel: PromptChannel,
  number: number,
): Promise<{ readonly before: string; readonly text: string } | null> {
  const rows = await db.withBusiness(businessId, (tx) =>
    tx.promptVersion.findMany({
      where: { businessId, channel, number: { in: [number - 1, number] } },
      select: { number: true, text: true },
    }),
  );
  const text = rows.find((row) => row.number === number)?.text;
  if (text === undefined) return null;
  return { text, before: rows.find((row) => row.number === number - 1)?.text ?? '' };
}

/**
 * Makes an old version the prompt again, as a new version. `newest`: the number of the version that the person saw as
 * the newest; restoring over one they have not seen would lose it unread.
 * @throws AppError `prompt_version_not_found`, `prompt_changed` (both permanent)
 */
export async function restorePrompt(
  db: Database,
  businessId: string,
  registry: SettingsRegistry,
  wish: { readonly channel: PromptChannel; readonly number: number; readonly newest: number; readonly actor: Actor },
): Promise<void> {
  const { channel, number, newest, actor } = wish;
  await db.withBusiness(businessId, async (tx) => {
    await lockSettings(tx, businessId);
    const rows = await tx.promptVersion.findMany({
      where: { businessId, channel, number: { gte: Math.min(number, newest) } },
      select: { number: true, text: true },
      orderBy: { number: 'desc' },
    });
    const wanted = rows.find((row) => row.number === number);
    if (wanted === undefined) throw new AppError('prompt_version_not_found', { permanent: true });
    if (rows[0]?.number !== newest) throw new AppError('prompt_changed', { permanent: true });
    const patch = { [PROMPT_CHANNELS[channel]]: wanted.text };
    await changeSettings(tx, businessId, patch, registry, { actor, note: `שוחזר מגרסה ${number}` });
  });
}

async function lockSettings(tx: Tx, businessId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM business_settings WHERE business_id = ${businessId}::uuid FOR UPDATE`;
}
