import { AppError } from '../platform/errors.ts';

/**
 * Refuses a mutation that another site's page sent. A browser names the page's origin; it must be our public
 * address or the host that was asked for. Where a privacy setting hides the origin, `Sec-Fetch-Site`, which no
 * page can forge, has to say that the page was ours.
 * @throws AppError `origin_refused`
 */
export function requireOwnOrigin(request: Request, publicUrl: string): void {
  const origin = request.headers.get('Origin');
  if (origin === null || origin === 'null') {
    if (request.headers.get('Sec-Fetch-Site') === 'same-origin') return;
  } else if (URL.canParse(origin)) {
    const { origin: sender, host } = new URL(origin);
    if (sender === new URL(publicUrl).origin || host === new URL(request.url).host) return;
  }
  throw new AppError('origin_refused', { permanent: true });
}
