import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * Makes the recordings of voice/audio/files anew from lines.json: `npx tsx scripts/last-resort-speech.ts`.
 *
 * Needs espeak-ng (with its Hebrew voice) and sox. Written Hebrew leaves its vowels out and espeak-ng does not know
 * them, so each line is given by its phonemes, in espeak-ng's own notation, beside its text.
 */

const FOLDER = new URL('../voice/audio/files/', import.meta.url);
const lines = z
  .array(z.strictObject({ file: z.string(), text: z.string(), phonemes: z.string() }))
  .parse(JSON.parse(readFileSync(new URL('lines.json', FOLDER), 'utf8')));

/** What a telephone carries, loud and clear: 8 kHz μ-law without a header, peaks 3 dB below full scale, no long silence behind. */
const TELEPHONE =
  '-t wav - -t raw -r 8000 -c 1 -e mu-law - highpass 200 lowpass 3400 gain -n -3 reverse silence 1 0.02 1% reverse pad 0 0.1'.split(
    ' ',
  );

function run(program: string, args: readonly string[], input?: Buffer): Buffer {
  const { status, error, stdout, stderr } = spawnSync(program, args, { input, maxBuffer: 64 * 1024 * 1024 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} failed: ${stderr.toString()}`);
  return stdout;
}

for (const { file, phonemes } of lines) {
  const wave = run('espeak-ng', ['-v', 'he', '-s', '140', '--stdout', bracketed(phonemes)]);
  const audio = run('sox', TELEPHONE, wave);
  writeFileSync(new URL(file, FOLDER), audio);
  process.stdout.write(`${file}: ${audio.length / 8} ms\n`);
}

/** Each clause as `[[phonemes]]` followed by its punctuation. A `?` within a clause is a glottal stop. */
function bracketed(phonemes: string): string {
  return phonemes
    .split(/(?<=[,.!])\s+|(?<=[,.!?])$/u)
    .map((clause) => clause.replace(/^(.*?)([,.!?])?$/u, '[[$1]]$2'))
    .join(' ');
}
