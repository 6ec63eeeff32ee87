import { ENGINE_LINES } from '../lines.ts';
import type { SpokenText } from '../session/config.ts';
import { readLastResort } from './last-resort.ts';

/** The apology that is spoken when the model is lost. Read once, at start. */
export async function readApology(): Promise<SpokenText> {
  const [words] = ENGINE_LINES.apology;
  const apology = (await readLastResort()).get(words);
  if (apology === undefined) throw new Error('the apology is not among the recordings');
  return apology;
}
