import { readFileSync } from 'node:fs';
import { DIALOGUE_CONTEXTS, type DialogueContext } from '../../../hebrew/dialogue.ts';

/** What one utterance must come to in one context; null where it may be anything. */
export interface Expected {
  readonly section: string;
  readonly text: string;
  readonly context: DialogueContext;
  readonly agent: string | null;
  readonly ending: string | null;
  readonly confirmation: string | null;
  readonly value: string | null;
}

/**
 * Reads a file of utterances. A section begins with `## title` and a line of what each context makes of its utterances
 * (`opening goodbye none; …`: ending and confirmation, `*` for either); then one utterance a line, perhaps with
 * `=> value` behind it, and `agent: …` before those that answer it.
 */
export function readUtterances(name: string): readonly Expected[] {
  const all: Expected[] = [];
  let rules: readonly (readonly [DialogueContext, string, string])[] = [];
  let agent: string | null = null;
  let section = '';
  for (const line of readFileSync(new URL(name, import.meta.url), 'utf8').split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('//')) continue;
    if (text.startsWith('## ')) {
      rules = [];
      section = text.slice('## '.length);
      agent = null;
    } else if (text.startsWith('agent:')) agent = text.slice('agent:'.length).trim() || null;
    else if (rules.length === 0) rules = rulesOf(text);
    else {
      const [said = '', value = null] = text.split(' => ');
      const rest = { section, text: said, agent, value: value === '*' ? null : value };
      all.push(
        ...rules.map(([context, ending, confirmation]) => ({
          ...rest,
          context,
          ending: any(ending),
          confirmation: any(confirmation),
        })),
      );
    }
  }
  return all;
}

const any = (word: string) => (word === '*' ? null : word);

function rulesOf(line: string): readonly (readonly [DialogueContext, string, string])[] {
  return line.split(';').map((part) => {
    const [name, ending = '', confirmation = ''] = part.trim().split(/\s+/u);
    const context = DIALOGUE_CONTEXTS.find((known) => known === name);
    if (context === undefined) throw new Error(`no context: ${line}`);
    return [context, ending, confirmation] as const;
  });
}
