/** The id of a turn on its call's page, from the id of its item: letters, digits, `-` and `_` alone. */
export function turnAnchor(itemId: string): string {
  return `turn-${itemId.replaceAll(/[^A-Za-z0-9_-]/gu, '_')}`;
}
