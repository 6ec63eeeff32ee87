import { type Answer, classifyAnswer } from './confirm.ts';
import { type DialogueContext, type DialogueState, dialogueState } from './dialogue.ts';
import { dictatedPhone } from './digits.ts';
import { MIN_PROVEN_SPEECH_MS, isGhost } from './ghosts.ts';
import { type Closing, classifyClosing } from './goodbye.ts';
import { e164 } from './phone.ts';
import { givenValue } from './value.ts';
import { asksIfRobot, wantsHuman } from './wants-human.ts';

/** What a caller said, and where the conversation stood. */
export interface Heard {
  readonly text: string;
  /** The agent's last words; nothing known of them by default. */
  readonly agent?: string | null | undefined;
  /** Default: in the middle of the conversation. */
  readonly context?: DialogueContext | null | undefined;
  /** Speech that our own audio proves, ms. Default: as much as is needed, for text that was never audio. */
  readonly speechMs?: number | null | undefined;
}

export type Ending = 'goodbye' | 'opt_out' | 'none';
export type Confirmation = 'yes' | 'no' | 'correction' | 'unsure' | 'none';

/** What it means for the call. */
export interface Understanding {
  readonly ending: Ending;
  readonly confirmation: Confirmation;
  /** What the caller gave, or put in the place of what was wrong. */
  readonly value?: string;
  /** A complete telephone number, E.164. */
  readonly phone?: string;
  /** Words that recognition made up: nothing was said. */
  readonly ghost: boolean;
  /** The reason in a few words, for a log or a table. */
  readonly why: string;
}

/** Reads one utterance of a caller. Pure; accepts any text. */
export function understand({ text, agent, context, speechMs }: Heard): Understanding {
  const proven = speechMs ?? Number.POSITIVE_INFINITY;
  const nothing = { ending: 'none', confirmation: 'none' } as const;
  if (isGhost(text, proven)) return { ...nothing, ghost: true, why: 'words made up from silence or noise' };
  if (proven < MIN_PROVEN_SPEECH_MS) return { ...nothing, ghost: false, why: 'the audio proves no speech' };

  const state = dialogueState(context ?? 'mid_conversation', agent ?? '');
  const closing = classifyClosing(text, state);
  const ending = endingOf(closing, state);
  const answer = classifyAnswer(text, { asked: agent ?? null, takesLeave: ending !== 'none' });
  // «אני מעדיפה לדבר עם מישהו» wants another partner, not another day.
  const isAboutPerson = wantsHuman(text) && (answer === 'correction' || answer === 'unsure');
  const confirmation = isAboutPerson ? 'none' : confirmationOf(answer, ending, state);
  const national = dictatedPhone(text);
  const phone = national === null ? null : e164(national);
  const value = valueOf(text, { agent: agent ?? '', state, answer, ending, confirmation, national });
  return {
    ending,
    confirmation,
    ...(value === null ? {} : { value }),
    ...(phone === null ? {} : { phone }),
    ghost: false,
    why: reason(text, { closing, ending, answer, state }),
  };
}

/** «לא מעוניין» ends the conversation when nothing was asked; to a question it is only its answer. */
function endingOf(closing: Closing, state: DialogueState): Ending {
  switch (closing) {
    case 'opt_out':
      return 'opt_out';
    case 'strong':
    case 'soft':
      return 'goodbye';
    case 'not_interested':
      return state.agentAsks === 'something' || state.agentBusy ? 'none' : 'goodbye';
    case 'none':
      return 'none';
  }
}

function confirmationOf(answer: Answer, ending: Ending, { agentAsks }: DialogueState): Confirmation {
  switch (answer) {
    case 'yes':
      // «הכול תקין» to «anything else?» is no yes to it.
      return ending === 'goodbye' && agentAsks === 'anything_else' ? 'none' : 'yes';
    case 'no':
    case 'unsure':
    case 'correction':
      return answer;
    case 'hello':
    case 'question':
    case 'other':
      return 'none';
  }
}

function valueOf(
  text: string,
  found: {
    readonly agent: string;
    readonly state: DialogueState;
    readonly answer: Answer;
    readonly ending: Ending;
    readonly confirmation: Confirmation;
    readonly national: string | null;
  },
): string | null {
  const { agent, state, answer, ending, confirmation, national } = found;
  if (national !== null) return national;
  if (ending !== 'none' || answer === 'hello' || answer === 'question' || answer === 'no') return null;
  if (confirmation === 'none' && state.agentAsks === 'nothing') return introducedValue(text);
  return givenValue(text, agent);
}

/** Unasked, only «קוראים לי…» gives anything. */
function introducedValue(text: string): string | null {
  return givenValue(text, '', { onlyNamed: true });
}

function reason(
  text: string,
  found: {
    readonly closing: Closing;
    readonly ending: Ending;
    readonly answer: Answer;
    readonly state: DialogueState;
  },
): string {
  const { closing, ending, answer, state } = found;
  if (wantsHuman(text)) return 'asks for a person';
  if (asksIfRobot(text)) return 'asks whether the agent is a machine';
  if (closing !== 'none') return CLOSING_REASONS[closing] + (ending === 'none' ? ', but an answer is awaited' : '');
  if (answer === 'other' && state.agentBusy) return 'the agent is at work: nothing ends';
  return ANSWER_REASONS[answer];
}

const CLOSING_REASONS: Readonly<Record<Exclude<Closing, 'none'>, string>> = {
  strong: 'a goodbye, and nothing behind it',
  soft: 'closing words and nothing else, while nobody waits',
  opt_out: 'asks not to be called again',
  not_interested: 'no interest',
};

const ANSWER_REASONS: Readonly<Record<Answer, string>> = {
  yes: 'agrees',
  no: 'denies, and puts nothing in its place',
  correction: 'denies, or wants something else',
  unsure: 'neither yes nor no: to be asked again',
  hello: 'asks whether anybody is there',
  question: 'asks something: the conversation goes on',
  other: 'says something else',
};
