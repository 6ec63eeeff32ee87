import type { AppLoadContext } from '@remix-run/node';
import { audit, type Actor } from '../../domain/audit/index.ts';
import type { BusinessFacts } from '../../domain/businesses/index.ts';
import { sampleCall } from '../../domain/deliveries/sample.ts';
import { maskText } from '../../domain/deliveries/index.ts';
import { limitKey, take } from '../../domain/rate-limits/index.ts';
import { secretHeaders } from '../../domain/secrets/index.ts';
import type { Settings, SettingsCard } from '../../domain/settings/index.ts';
import { isAppError } from '../../platform/errors.ts';
import type { TestAnswer } from '../components/send-test.tsx';
import type { PostedSecret } from './secrets-form.server.ts';
import { deliveryReason, errorText } from '../errors.he.ts';

/** Tests of one business: enough to put an address right, too few to bother anybody with. */
const LIMIT = { limit: 10, windowMs: 10 * 60_000 };
/** Milliseconds that somebody who waits before the page gives the receiver. */
const TIMEOUT_MS = 8_000;
/** Characters of the answer's body that are shown. */
const SHOWN = 500;
const USER_AGENT = 'ProSaaS-Webhooks/1.0';

/** What is tried: settings and secrets as they stand in the form, saved or not. */
export interface Tried {
  readonly settings: Settings;
  readonly secrets: readonly PostedSecret[];
}

/** Sends a made-up call as a card says and tells what came back. Written in the audit log, without the address. */
export async function sendTest(
  context: AppLoadContext,
  business: BusinessFacts,
  card: SettingsCard,
  { settings, secrets }: Tried,
  actor: Actor,
): Promise<TestAnswer> {
  const source = card.name;
  const unsent = (text: string): TestAnswer => ({ source, ok: false, text, status: null, durationMs: null, body: '' });
  const call = sampleCall({ id: business.id, name: business.name, number: business.numbers[0] ?? '' }, new Date());
  const request = card.testExport?.(call, settings) ?? null;
  if (request === null) return unsent('אין לאן לשלוח: יש להזין כתובת.');
  const limit = await take(context.db, limitKey(context.config.appSecret, 'test-delivery', business.id), LIMIT);
  if (!limit.allowed) return unsent(errorText('too_many_attempts'));

  const hidden = await headersOf(context, business.id, card, secrets);
  const begun = performance.now();
  const sent = await context
    .send({
      method: 'POST',
      url: request.url,
      headers: { ...request.headers, ...hidden, 'content-type': 'application/json', 'user-agent': USER_AGENT },
      body: JSON.stringify(request.body),
      timeoutMs: TIMEOUT_MS,
    })
    .then(
      ({ status, text }) => ({ status, error: null, body: maskText(text, Object.values(hidden)).slice(0, SHOWN) }),
      (error: unknown) => {
        if (!isAppError(error)) throw error;
        return { status: null, error: error.code, body: '' };
      },
    );
  const durationMs = Math.round(performance.now() - begun);
  const { status, error, body } = sent;
  await context.db.withBusiness(business.id, (tx) =>
    audit(tx, {
      businessId: business.id,
      actor,
      action: 'integration.tested',
      entityId: source,
      after: { status, error, durationMs },
    }),
  );
  const ok = status !== null && status < 300;
  return { source, ok, text: deliveryReason(error, status), status, durationMs, body };
}

/** The secrets of a card as headers: those that are kept, and in their place what was typed. */
async function headersOf(
  { db, vault }: AppLoadContext,
  businessId: string,
  card: SettingsCard,
  typed: readonly PostedSecret[],
): Promise<Record<string, string>> {
  const fresh = typed.filter(({ entry }) => card.secrets.some(({ name }) => name === entry.name));
  const kept = card.secrets.filter(({ name }) => !fresh.some(({ entry }) => entry.name === name));
  const headers = await db.withBusiness(businessId, (tx) => secretHeaders(tx, vault, businessId, kept));
  for (const { entry, secret } of fresh) if (secret !== null) headers[entry.field.header] = secret;
  return headers;
}
