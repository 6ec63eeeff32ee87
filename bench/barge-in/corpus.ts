import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** One row of a corpus's `index.json`; times are ms from the clip's beginning. */
const row = z.object({
  file: z.string(),
  label: z.enum(['speech', 'non']),
  cat: z.string(),
  onset: z.number(),
  end: z.number(),
  bg: z.string().optional(),
  echo: z.number().nullish(),
  ref: z.string().optional(),
});

export interface Clip extends z.infer<typeof row> {
  /** μ-law, 8 kHz: a second of background, then the event. */
  readonly audio: Uint8Array;
  /** What the line played meanwhile, as long as `audio`; null when the agent was silent. */
  readonly reference: Uint8Array | null;
}

/** The clips of a corpus directory. Throws when there is none, or its index is not one. */
export function readCorpus(directory: string): Clip[] {
  const index = join(directory, 'index.json');
  if (!existsSync(index)) throw new Error(`no corpus in ${directory}: index.json is missing`);
  const rows = z.array(row).parse(JSON.parse(readFileSync(index, 'utf8')));
  if (rows.length === 0) throw new Error(`the corpus in ${directory} is empty`);
  const bytes = (file: string) => new Uint8Array(readFileSync(join(directory, file)));
  return rows.map((clip) => ({
    ...clip,
    audio: bytes(clip.file),
    reference: clip.ref === undefined ? null : bytes(clip.ref),
  }));
}
