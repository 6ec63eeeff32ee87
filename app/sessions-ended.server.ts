import type { AppLoadContext } from '@remix-run/node';

/** Tells the open pages of these businesses to look whether their session still stands. */
export async function tellOfSessions({ publish }: AppLoadContext, businessIds: readonly string[]): Promise<void> {
  await Promise.all(businessIds.map((businessId) => publish({ kind: 'session', businessId })));
}
