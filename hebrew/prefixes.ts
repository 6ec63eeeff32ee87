/** The letters that Hebrew writes onto the next word: and, the, in, to, from, that, as. */
const PREFIXES = new Set('והבלמשכ');

/** «וכשמה…» piles up no more than this many. */
const MOST_PREFIXES = 3;

/** What is left must be a word: two letters at least. */
const SHORTEST_WORD = 2;

/**
 * The word of a lexicon that `word` is, as it stands or under one to three prefix letters; null when there is none.
 * Letters are peeled only toward a known word: «מחר» is tomorrow, not «חר» with a prefix.
 */
export function peel(word: string, isKnown: (candidate: string) => boolean): string | null {
  if (isKnown(word)) return word;
  for (let cut = 1; cut <= MOST_PREFIXES && word.length - cut >= SHORTEST_WORD; cut += 1) {
    if (!PREFIXES.has(word.charAt(cut - 1))) return null;
    const rest = word.slice(cut);
    if (isKnown(rest)) return rest;
  }
  return null;
}

/** The word as it stands, and what is left of it under each of the prefixes it may have: for look-ups both ways. */
export function underPrefixes(word: string): readonly string[] {
  const forms: string[] = [];
  peel(word, (form) => {
    forms.push(form);
    return false;
  });
  return forms;
}
