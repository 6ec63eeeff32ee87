import { lineFor, playLine } from './lines.ts';
import { tellModel } from './memory.ts';
import { type Draft, type Want, change } from './state.ts';

/**
 * A preface is spoken where its audio is at hand, while the model is still thinking, as an agent turn of its own; where
 * it is not, the model says it within the reply it owes anyway. Neither costs a response of its own.
 */

/** A plugin wants the agent's next words to begin like this. */
export function setPreface(draft: Draft, text: string): void {
  change(draft, { preface: { text, told: false } });
  expectReply(draft);
}

/** The agent is about to speak: a preface whose audio is at hand sounds now, ahead of everything. */
export function speakPreface(draft: Draft): void {
  const line = lineFor(draft, draft.state.preface?.text ?? null);
  if (line === null) return;
  change(draft, { preface: null });
  playLine(draft, line);
}

/** The reply that is to be asked for, with a preface that has to be said by the model. */
export function prefaced(draft: Draft, want: Want): Want {
  const { preface } = draft.state;
  if (preface === null || preface.told) return want;
  change(draft, { preface: { ...preface, told: true } });
  if (want.instructions === null) {
    tellModel(draft, beginWith(preface.text));
    return want;
  }
  // Asked for again after a fault, it holds the sentence already.
  if (want.instructions.includes(preface.text)) return want;
  return { ...want, instructions: `${beginWith(preface.text)} ${want.instructions}`, text: null };
}

/** A model that decides by itself when to answer has to know beforehand how its first answer begins. */
export function expectReply(draft: Draft): void {
  const { preface, config, modelReady } = draft.state;
  if (preface === null || preface.told || config.turnTaking !== 'server' || !modelReady) return;
  if (lineFor(draft, preface.text) !== null) return;
  change(draft, { preface: { ...preface, told: true } });
  tellModel(draft, beginWith(preface.text));
}

/** The model speaks: what it was asked to begin with is being said. */
export function prefaceSaid(draft: Draft): void {
  if (draft.state.preface?.told === true) change(draft, { preface: null });
}

function beginWith(text: string): string {
  return `Begin your next turn with exactly these words in Hebrew, once in this call, and go on from there: «${text}»`;
}
