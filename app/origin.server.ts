import { AppError } from '../platform/errors.ts';

/** The headers that tell where a request comes from. */
export interface Sender {
  readonly origin: string | null;
  readonly fetchSite: string | null;
  /** The host that was asked for, with its port. */
  readonly host: string | null;
}

/**
 * Whether a mutation comes from one of our own pages. A browser names the page's origin; it must be our public
 * address or the host that was asked for. Where a privacy setting hides the origin, `Sec-Fetch-Site`, which no
 * page can forge, has to say that the page was ours.
 */
export function isOwnSender({ origin, fetchSite, host }: Sender, publicUrl: string): boolean {
  if (origin === null || origin === 'null') return fetchSite === 'same-origin';
  if (!URL.canParse(origin)) return false;
  const sender = new URL(origin);
  const own = new URL(publicUrl);
  // The scheme counts: a page of our host over http may be anybody's who sits on the line.
  return sender.origin === own.origin || (sender.host === host && sender.protocol === own.protocol);
}

/**
 * Refuses a mutation that another site's page sent.
 * @throws AppError `origin_refused`
 */
export function requireOwnOrigin(request: Request, publicUrl: string): void {
  const { headers } = request;
  const sender = {
    origin: headers.get('Origin'),
    fetchSite: headers.get('Sec-Fetch-Site'),
    host: new URL(request.url).host,
  };
  if (!isOwnSender(sender, publicUrl)) throw new AppError('origin_refused', { permanent: true });
}
