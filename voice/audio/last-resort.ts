import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { SpokenText } from '../session/config.ts';

const FOLDER = new URL('./files/', import.meta.url);

/** `files/lines.json`: what stands in each recording. */
const index = z.array(z.object({ file: z.string().regex(/^[a-z0-9-]+\.ulaw$/), text: z.string().min(1) }));

/**
 * The repository's recordings by their words: spoken when a sentence has not been rendered in the business's voice and
 * the model cannot say it. Read once, at start.
 */
export async function readLastResort(): Promise<ReadonlyMap<string, SpokenText>> {
  const entries = index.parse(JSON.parse(await readFile(new URL('lines.json', FOLDER), 'utf8')));
  const lines = entries.map(async ({ file, text }) => {
    return [text, { text, audio: await readFile(new URL(file, FOLDER)) }] as const;
  });
  return new Map(await Promise.all(lines));
}
