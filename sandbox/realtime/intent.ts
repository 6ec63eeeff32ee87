import { FIRST_RENDERED_LINE, renderedLine } from '../audio/rendered.ts';
import { sameWords } from '../script/progress.ts';
import { FIRST_FREE_LINE } from '../script/schema.ts';
import type { ResponseParams } from './client-events.ts';
import type { World } from './world.ts';

/** A call that a response makes besides what it is. */
export interface FurtherCall {
  readonly name: string;
  readonly arguments: string;
}

/** What one response is going to be, and what it calls besides. */
export type Intent = { readonly also?: readonly FurtherCall[] } & (
  | { readonly kind: 'speech' | 'text'; readonly text: string; readonly line: number; readonly entry: number | null }
  | { readonly kind: 'tool'; readonly name: string; readonly arguments: string; readonly entry: number | null }
);

/** Said when the script has nothing to say. */
const FILLERS = ['אני איתך. במה עוד אפשר לעזור?', 'סליחה, אפשר לחזור על זה?', 'אני מקשיב.'] as const;
/** Line indices of speech outside the script run from 200 to 215 and start over. */
const FREE_LINES = FIRST_RENDERED_LINE - FIRST_FREE_LINE;

/**
 * The sentence that instructions put in quotes: «…», “…” or "…" (a gershayim inside a Hebrew abbreviation is no
 * quote), or null. The first of the strongest kind of quotes.
 */
export function quotedSentence(instructions: string): string | null {
  const patterns = [/«([^»]+)»/u, /“([^”]+)”/u, /(?<![\p{L}\p{N}])"((?:[^"]|(?<=\p{L})"(?=\p{L}))+)"(?![\p{L}\p{N}])/u];
  for (const pattern of patterns) {
    const sentence = pattern.exec(instructions)?.[1]?.trim();
    if (sentence !== undefined && sentence !== '') return sentence;
  }
  return null;
}

/** Decides what a response says or calls, and moves the script on. */
export class Intents {
  private readonly world: World;
  private free = 0;
  private fillers = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** The intent of a `response.create`, or of a reply the server creates by itself (no params). */
  decide(params: ResponseParams): Intent {
    const { progress } = this.world;
    const session = this.world.session();
    const outOfBand = params.conversation === 'none';
    const kind = (params.output_modalities ?? session.output_modalities).includes('audio') ? 'speech' : 'text';
    const choice = params.tool_choice ?? session.tool_choice;
    const tools = params.tools ?? session.tools;
    const offered = (name: string): boolean => choice !== 'none' && tools.some((tool) => tool.name === name);
    const next = progress.next(offered);

    if (typeof choice === 'object') {
      const entry = next.kind === 'tool' && next.name === choice.name && !outOfBand ? next : null;
      if (entry !== null) progress.consume(entry.entry);
      const given = JSON.stringify(entry?.arguments ?? {});
      return { kind: 'tool', name: choice.name, arguments: given, entry: entry?.entry ?? null };
    }

    const quoted = quotedSentence(params.instructions ?? '');
    if (quoted !== null && outOfBand) return { kind, text: quoted, line: renderedLine(quoted), entry: null };
    if (quoted !== null) {
      const same = next.kind === 'say' && sameWords(next.text, quoted) ? next.entry : null;
      const entry = same ?? progress.opening();
      if (entry !== null) progress.consume(entry);
      return { kind, text: quoted, line: entry ?? this.freeLine(), entry, also: this.takeTogether(entry, offered) };
    }
    if (next.kind === 'none' || outOfBand) {
      const text = FILLERS[this.fillers++ % FILLERS.length] ?? FILLERS[0];
      return { kind, text, line: this.freeLine(), entry: null };
    }
    progress.consume(next.entry);
    const also = this.takeTogether(next.entry, offered);
    return next.kind === 'say'
      ? { kind, text: next.text, line: next.entry, entry: next.entry, also }
      : { kind: 'tool', name: next.name, arguments: JSON.stringify(next.arguments), entry: next.entry, also };
  }

  /** The calls that follow an entry in the same response. */
  private takeTogether(entry: number | null, offered: (name: string) => boolean): FurtherCall[] {
    const calls: FurtherCall[] = [];
    if (entry === null) return calls;
    const { script, progress } = this.world;
    for (let index = entry + 1; index < script.conversation.length; index++) {
      const next = script.conversation[index];
      if (next?.kind !== 'tool' || next.together !== true || !offered(next.tool)) break;
      progress.consume(index);
      calls.push({ name: next.tool, arguments: JSON.stringify(next.arguments) });
    }
    return calls;
  }

  private freeLine(): number {
    return FIRST_FREE_LINE + (this.free++ % FREE_LINES);
  }
}
