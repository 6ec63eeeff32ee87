/** The word for a name that comes from elsewhere: `constructor` and its like have none, though every object has them. */
export function wordOf(words: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}
