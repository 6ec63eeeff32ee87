/**
 * What a page read last, in the browser. A page that reads itself again while the network is away keeps what it shows,
 * instead of becoming an error page over it.
 */

let last: { readonly key: string; readonly data: unknown } | null = null;
let failed = false;

const keyOf = (url: string): string => {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
};

/** Remembers what the page at `url` shows; its first reading came with the document. */
export function rememberRead(url: string, data: unknown): void {
  last = { key: keyOf(url), data };
}

/** Reads a page's data; when there is no connection, and the same page is shown already, what it shows is given again. */
export async function readOrKeep<Data>(url: string, read: () => Promise<Data>): Promise<Data> {
  try {
    return await read();
  } catch (error) {
    if (last?.key !== keyOf(url) || !isLostConnection(error)) throw error;
    failed = true;
    // Sound: one address belongs to one route, whose reading has one type.
    return last.data as Data;
  }
}

/** Whether a reading failed since this was last asked. */
export function takeReadFailure(): boolean {
  const was = failed;
  failed = false;
  return was;
}

/** `fetch` rejects with a TypeError without a network; a proxy without us behind it answers with what nobody can decode. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  return error instanceof Error && error.message.startsWith('Unable to decode');
}
