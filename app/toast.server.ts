import { randomUUID } from 'node:crypto';
import { redirect, type AppLoadContext, type Cookie, type TypedResponse } from '@remix-run/node';
import { z } from 'zod';
import { ownCookie } from './cookies.server.ts';
import type { Toast } from './toast.ts';

const toastSchema = z.object({
  id: z.string(),
  tone: z.enum(['ok', 'danger', 'info']),
  text: z.string(),
});

/** Carries a message over the redirect that follows a deed. Signed: only we put words on our pages. */
const toastCookie = ({ config }: AppLoadContext): Cookie =>
  ownCookie({
    name: 'prosaas_toast',
    secure: config.secureCookies,
    maxAge: 30,
    secrets: [config.appSecret, ...config.previousAppSecrets],
  });

/** The way on after a deed: to `path`, a page behind the sign-in, which says once that it is done. */
export async function redirectSaying(
  context: AppLoadContext,
  path: string,
  text: string,
): Promise<TypedResponse<never>> {
  return redirect(path, { headers: { 'Set-Cookie': await announce(context, 'ok', text) } });
}

/** The header that makes the next page behind the sign-in say `text`. */
export function announce(context: AppLoadContext, tone: Toast['tone'], text: string): Promise<string> {
  return toastCookie(context).serialize({ id: randomUUID(), tone, text } satisfies Toast);
}

/** The message that waits for this page, with the header that forgets it; null for both when there is none. */
export async function takeToast(
  request: Request,
  context: AppLoadContext,
): Promise<{ toast: Toast | null; forget: string | null }> {
  const cookie = toastCookie(context);
  const parsed = toastSchema.safeParse(await cookie.parse(request.headers.get('Cookie')));
  if (!parsed.success) return { toast: null, forget: null };
  return { toast: parsed.data, forget: await cookie.serialize('', { maxAge: 0 }) };
}
