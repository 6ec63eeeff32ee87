import { words } from './tokenise.ts';

/**
 * The notation of the word lists as a graph: `(a|b)` is a choice, `[a|b]` a choice that may be left out; both nest.
 * «תודה [רבה] [לך|לכם]» is six phrases in five places, so that long wishes with many words to choose from stay small.
 */

/** A place in the graph: where each word leads, and the rank of the category whose phrase ends here. */
export interface Place {
  readonly next: Map<string, Place[]>;
  rank: number | null;
}

export function emptyPlace(): Place {
  return { next: new Map(), rank: null };
}

const PART = /[()[\]|]|[^()[\]|]+/gu;

/**
 * Adds the phrases of a pattern below `root`; their ends get `rank`, the lowest where several meet. `keyOf` spells a
 * word as it is looked up. Throws on unbalanced brackets, and on a pattern that may be left out as a whole.
 */
export function addPattern(root: Place, pattern: string, rank: number, keyOf: (word: string) => string): void {
  const parts = pattern.match(PART) ?? [];
  let index = 0;

  /** From the places in `from` over one of the choices up to `close`: the places reached. */
  function choice(from: readonly Place[], close: string | null): readonly Place[] {
    const ends: Place[] = [];
    let current = from;
    for (; index < parts.length; index += 1) {
      const part = parts[index] ?? '';
      if (part === close) return [...ends, ...current];
      if (part === '|') {
        ends.push(...current);
        current = from;
      } else if (part === '(' || part === '[') {
        index += 1;
        const reached = choice(current, part === '(' ? ')' : ']');
        current = part === '[' ? [...new Set([...current, ...reached])] : reached;
      } else if (part === ')' || part === ']') throw new Error(`unbalanced brackets in «${pattern}»`);
      else current = words(part).reduce((places, word) => [step(places, keyOf(word))], current);
    }
    if (close !== null) throw new Error(`unbalanced brackets in «${pattern}»`);
    return [...ends, ...current];
  }

  for (const end of choice([root], null)) {
    if (end === root) throw new Error(`«${pattern}» may be left out as a whole`);
    end.rank = Math.min(end.rank ?? rank, rank);
  }
}

function step(from: readonly Place[], key: string): Place {
  const to = emptyPlace();
  for (const place of from) {
    const known = place.next.get(key);
    if (known === undefined) place.next.set(key, [to]);
    else known.push(to);
  }
  return to;
}
