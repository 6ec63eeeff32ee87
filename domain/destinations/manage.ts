import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import type { Database, Tx } from '../../platform/db/index.ts';
import type { Vault } from '../../platform/vault.ts';
import { audit, type Actor } from '../audit/index.ts';
import { requireWebhooks } from '../businesses/flags.ts';
import { DESTINATION_OFF, EVENT_TYPES, newSigningSecret, settleAlerts, turnOff } from '../deliveries/index.ts';

/** Webhooks a business may have; each event of the business is written once for every one of them. */
const MAX_WEBHOOKS = 10;
/** Milliseconds for which the secret before a rotation signs as well. */
export const OVERLAP_MS = 24 * 3_600_000;

/** What is chosen of a webhook, on both sides of a form. */
export const webhookChoice = z.object({
  name: z.string().trim().min(1, 'כתבו שם ליעד.').max(60, 'השם ארוך מדי.'),
  url: z
    .url({ protocol: /^https?$/u, error: 'כתובת ה-Webhook אינה תקינה. היא צריכה להתחיל ב-https://' })
    .max(2000, 'הכתובת ארוכה מדי.'),
  events: z.array(z.enum(EVENT_TYPES)).min(1, 'בחרו לפחות אירוע אחד.'),
});
export type WebhookChoice = z.output<typeof webhookChoice>;

/** Who asks, and what secrets are kept with. */
export interface Managing {
  readonly businessId: string;
  readonly actor: Actor;
  readonly vault: Vault;
}

/**
 * Adds a webhook. Returns its id and its signing secret, which is shown this once.
 * @throws AppError `webhooks_closed`, `too_many_destinations` (permanent)
 */
export async function addWebhook(
  db: Database,
  { businessId, actor, vault }: Managing,
  choice: WebhookChoice,
): Promise<{ destinationId: string; secret: string }> {
  const destinationId = randomUUID();
  const secret = newSigningSecret();
  await db.withBusiness(businessId, async (tx) => {
    await requireWebhooks(tx, businessId);
    const known = await tx.destination.count({ where: { businessId, kind: 'webhook', removedAt: null } });
    if (known >= MAX_WEBHOOKS) throw new AppError('too_many_destinations', { permanent: true });
    await tx.destination.create({
      data: {
        id: destinationId,
        businessId,
        kind: 'webhook',
        name: choice.name,
        urlSealed: vault.seal(choice.url, urlContext(businessId, destinationId)),
        secretSealed: vault.seal(secret, secretContext(businessId, destinationId)),
        events: [...choice.events],
      },
    });
    const after = { name: choice.name, host: new URL(choice.url).host, events: choice.events };
    await audit(tx, { businessId, actor, action: 'destination.added', entityId: destinationId, after });
  });
  return { destinationId, secret };
}

/** Changes a webhook's name, address or events. Another address is tried anew, whatever stood against the old one. */
export async function changeWebhook(
  db: Database,
  { businessId, actor, vault }: Managing,
  destinationId: string,
  choice: WebhookChoice,
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const before = await readWebhook(tx, businessId, destinationId);
    const url = vault.open(before.urlSealed, urlContext(businessId, destinationId));
    const moved = url !== choice.url;
    await tx.destination.update({
      where: { id: destinationId },
      data: {
        name: choice.name,
        events: [...choice.events],
        ...(moved
          ? {
              urlSealed: vault.seal(choice.url, urlContext(businessId, destinationId)),
              failingSince: null,
              failingDays: 0,
              pausedUntil: null,
              // Who switched it off by hand switches it on by hand.
              ...(before.offReason === 'by_hand' ? {} : { status: 'active' as const, offReason: null, offAt: null }),
            }
          : {}),
      },
    });
    if (moved) await settleAlerts(tx, businessId);
    await audit(tx, {
      businessId,
      actor,
      action: 'destination.changed',
      entityId: destinationId,
      before: { name: before.name, events: before.events, host: new URL(url).host },
      after: { name: choice.name, events: choice.events, host: new URL(choice.url).host },
    });
  });
}

/** The address of a webhook, for its form. */
export async function webhookUrl(
  db: Database,
  { businessId, vault }: Pick<Managing, 'businessId' | 'vault'>,
  destinationId: string,
): Promise<string> {
  const { urlSealed } = await db.withBusiness(businessId, (tx) => readWebhook(tx, businessId, destinationId));
  return vault.open(urlSealed, urlContext(businessId, destinationId));
}

/** Gives a webhook a new secret, shown this once; the one before signs beside it for {@link OVERLAP_MS}. */
export async function rotateSecret(
  db: Database,
  { businessId, actor, vault }: Managing,
  destinationId: string,
  now: Date = new Date(),
): Promise<string> {
  const secret = newSigningSecret();
  await db.withBusiness(businessId, async (tx) => {
    const { secretSealed } = await readWebhook(tx, businessId, destinationId);
    const until = new Date(now.getTime() + OVERLAP_MS);
    await tx.destination.update({
      where: { id: destinationId },
      data: {
        secretSealed: vault.seal(secret, secretContext(businessId, destinationId)),
        previousSecretSealed: secretSealed,
        previousSecretUntil: until,
      },
    });
    const after = { previous_until: until.toISOString() };
    await audit(tx, { businessId, actor, action: 'destination.secret_rotated', entityId: destinationId, after });
  });
  return secret;
}

/** Ends the overlap of a rotation: the secret before it signs no more. */
export async function endOverlap(
  db: Database,
  { businessId, actor }: Pick<Managing, 'businessId' | 'actor'>,
  destinationId: string,
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const { count } = await tx.destination.updateMany({
      where: { id: destinationId, businessId, previousSecretSealed: { not: null } },
      data: { previousSecretSealed: null, previousSecretUntil: null },
    });
    if (count === 0) {
      // Ended before, which is no error, or nobody's of this business.
      await requireWebhooks(tx, businessId);
      const known = await tx.destination.count({ where: { id: destinationId, businessId } });
      if (known === 0) throw new AppError('destination_not_found', { permanent: true, details: { destinationId } });
      return;
    }
    const after = { overlap: 'ended' };
    await audit(tx, { businessId, actor, action: 'destination.overlap_ended', entityId: destinationId, after });
  });
}

/** Switches a destination off, or on again with a clean record. What failed meanwhile can then be replayed. */
export async function switchDestination(
  db: Database,
  { businessId, actor }: Pick<Managing, 'businessId' | 'actor'>,
  destinationId: string,
  to: 'active' | 'off',
  now: Date = new Date(),
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const before = await tx.destination.findFirst({ where: { id: destinationId, businessId, removedAt: null } });
    if (before === null) throw notFound(destinationId);
    if (before.status === to) return;
    if (to === 'off') await turnOff(tx, businessId, destinationId, 'by_hand', now);
    else {
      await tx.destination.update({
        where: { id: destinationId },
        data: { status: 'active', offReason: null, offAt: null, failingSince: null, failingDays: 0, pausedUntil: null },
      });
    }
    await settleAlerts(tx, businessId, now);
    await audit(tx, {
      businessId,
      actor,
      action: to === 'off' ? 'destination.turned_off' : 'destination.turned_on',
      entityId: destinationId,
      before: { status: before.status },
      after: { status: to },
    });
  });
}

/** Removes a webhook with its address and secrets. What was sent there stays to be seen; what waited is given up. */
export async function removeWebhook(
  db: Database,
  { businessId, actor }: Pick<Managing, 'businessId' | 'actor'>,
  destinationId: string,
  now: Date = new Date(),
): Promise<void> {
  await db.withBusiness(businessId, async (tx) => {
    const before = await readWebhook(tx, businessId, destinationId);
    await tx.destination.update({
      where: { id: destinationId },
      data: {
        removedAt: now,
        status: 'off',
        offReason: 'by_hand',
        offAt: now,
        urlSealed: null,
        secretSealed: null,
        previousSecretSealed: null,
        previousSecretUntil: null,
      },
    });
    await tx.delivery.updateMany({
      where: { destinationId, businessId, status: 'pending' },
      data: { status: 'failed', lastError: DESTINATION_OFF, nextAttemptAt: null, finishedAt: now },
    });
    await settleAlerts(tx, businessId, now);
    const gone = { name: before.name };
    await audit(tx, { businessId, actor, action: 'destination.removed', entityId: destinationId, before: gone });
  });
}

async function readWebhook(tx: Tx, businessId: string, destinationId: string) {
  const row = await tx.destination.findFirst({
    where: { id: destinationId, businessId, kind: 'webhook', removedAt: null },
    select: { name: true, events: true, offReason: true, urlSealed: true, secretSealed: true },
  });
  if (row === null || row.urlSealed === null || row.secretSealed === null) throw notFound(destinationId);
  return { ...row, urlSealed: row.urlSealed, secretSealed: row.secretSealed };
}

const notFound = (destinationId: string) =>
  new AppError('destination_not_found', { permanent: true, details: { destinationId } });
const urlContext = (businessId: string, id: string) => ({ businessId, name: `destination-url:${id}` });
const secretContext = (businessId: string, id: string) => ({ businessId, name: `destination-secret:${id}` });
