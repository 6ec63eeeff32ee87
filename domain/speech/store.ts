import { sha256Hex } from '../../platform/crypto.ts';
import type { Database, Tx } from '../../platform/db/index.ts';

/** A sentence of a business in one voice. */
export interface RenderedLine {
  readonly text: string;
  /** μ-law, 8 kHz, mono, no header. */
  readonly audio: Uint8Array;
  readonly durationMs: number;
}

/** Names a text among the rendered ones. */
export function textHash(text: string): string {
  return sha256Hex(text);
}

/** Those of `texts` that have not been rendered in this voice, in their order. */
export async function missingTexts(
  db: Database,
  businessId: string,
  voice: string,
  texts: readonly string[],
): Promise<readonly string[]> {
  const rows = await db.withBusiness(businessId, (tx) =>
    tx.renderedSpeech.findMany({ where: { businessId, voice }, select: { textHash: true } }),
  );
  const known = new Set(rows.map((row) => row.textHash));
  return texts.filter((text) => !known.has(textHash(text)));
}

/** Keeps a rendered sentence. One that is there already stays as it is. */
export async function keepRendered(
  db: Database,
  businessId: string,
  voice: string,
  { text, audio, durationMs }: RenderedLine,
): Promise<void> {
  const row = { businessId, voice, textHash: textHash(text), text, audio: Uint8Array.from(audio), durationMs };
  await db.withBusiness(businessId, (tx) => tx.renderedSpeech.createMany({ data: [row], skipDuplicates: true }));
}

/** Forgets everything a business had rendered but these texts in this voice; returns how many sentences went. */
export async function dropUnused(tx: Tx, businessId: string, voice: string, texts: readonly string[]): Promise<number> {
  const { count } = await tx.renderedSpeech.deleteMany({
    where: { businessId, OR: [{ voice: { not: voice } }, { textHash: { notIn: texts.map(textHash) } }] },
  });
  return count;
}

/** The sentences with these hashes, as far as they are there. */
export async function readRendered(
  db: Database,
  businessId: string,
  voice: string,
  hashes: readonly string[],
): Promise<readonly RenderedLine[]> {
  return db.withBusiness(businessId, (tx) =>
    tx.renderedSpeech.findMany({
      where: { businessId, voice, textHash: { in: [...hashes] } },
      select: { text: true, audio: true, durationMs: true },
    }),
  );
}
