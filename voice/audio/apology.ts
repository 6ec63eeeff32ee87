import { readFile } from 'node:fs/promises';
import type { SpokenText } from '../session/config.ts';

/** The words of `files/apology.ulaw`. */
const WORDS = 'סליחה, יש לנו כרגע תקלה טכנית. נחזור אליכם בהקדם. תודה ולהתראות.';

/** Reads the apology that is spoken when the model is lost. `file` is the path of the μ-law recording. */
export async function readApology(file: string | URL): Promise<SpokenText> {
  return { text: WORDS, audio: await readFile(file) };
}
