import { readFile } from 'node:fs/promises';
import type { SpokenText } from '../session/config.ts';

/** The words of `files/apology.ulaw`. */
const WORDS = 'סליחה, יש לנו כרגע תקלה טכנית. נחזור אליכם בהקדם. תודה ולהתראות.';

/** The apology that is spoken when the model is lost. Read once, at start. */
export async function readApology(): Promise<SpokenText> {
  return { text: WORDS, audio: await readFile(new URL('./files/apology.ulaw', import.meta.url)) };
}
