import type { AppServices } from './context.server.ts';

/**
 * A body that is read no faster than its reader takes it, and no further than to where they went away. Remix by itself
 * writes whatever it can read: what a slow reader has not taken yet would all lie in memory.
 */
export function paced(
  body: ReadableStream<Uint8Array>,
  { taken }: Pick<AppServices, 'taken'>,
): ReadableStream<Uint8Array> {
  const pace = new TransformStream<Uint8Array, Uint8Array>(
    {
      async transform(chunk, controller) {
        if (await taken()) controller.enqueue(chunk);
        else controller.terminate();
      },
    },
    undefined,
    // Nothing is read before it is asked for.
    { highWaterMark: 0 },
  );
  return body.pipeThrough(pace);
}
