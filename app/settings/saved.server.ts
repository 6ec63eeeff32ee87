import type { Cookie } from '@remix-run/node';
import { ownCookie } from '../cookies.server.ts';

/** Carries "saved" over the redirect that follows a save. Says nothing about anybody. */
const savedCookie = (secure: boolean): Cookie => ownCookie({ name: 'prosaas_saved', secure, maxAge: 30 });

/** The header that makes the next settings page say that it was saved, with the moment in ms. */
export function announceSaved(secure: boolean, at: number): Promise<string> {
  return savedCookie(secure).serialize(String(at));
}

/** When the save that led to this page happened, ms, or null; with the header that forgets it. */
export async function takeSaved(
  request: Request,
  secure: boolean,
): Promise<{ savedAt: number | null; forget: string | null }> {
  const cookie = savedCookie(secure);
  const value: unknown = await cookie.parse(request.headers.get('Cookie'));
  const savedAt = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (!Number.isFinite(savedAt)) return { savedAt: null, forget: null };
  return { savedAt, forget: await cookie.serialize('', { maxAge: 0 }) };
}
