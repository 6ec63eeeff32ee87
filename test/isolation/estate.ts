import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invite } from '../../domain/users/index.ts';
import { formatPhone } from '../../app/format.ts';
import { recordingKey } from '../../domain/recordings/index.ts';
import { demoBusiness, demoCall, demoPerson, DEMO_PASSWORD } from '../helpers/demo-business.ts';
import { addWebhook, rotateSecret } from '../../domain/destinations/index.ts';
import { createVault } from '../../platform/vault.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import type { House } from '../helpers/house.ts';
import { signInOverHttp, type Visitor } from '../helpers/http.ts';
import { idsOf } from './snapshot.ts';

/** A business with people and a record of every kind, and a visitor for each who is signed in. */
export interface Estate {
  readonly businessId: string;
  readonly name: string;
  readonly number: string;
  readonly apiToken: string;
  readonly ownerEmail: string;
  readonly owner: Visitor;
  readonly admin: Visitor;
  readonly agent: Visitor;
}

/** Everything that can be stood up for the tests of one file. */
export interface Neighbours {
  readonly house: House;
  /** Whose records are asked for. */
  readonly victim: Estate;
  /** Who asks for them, with the same roles in a business of their own. */
  readonly stranger: Estate;
}

export async function neighbours(house: House): Promise<Neighbours> {
  return { house, victim: await estate(house, '101'), stranger: await estate(house, '202') };
}

/** Somebody who runs the installation, and belongs to the stranger's business besides. */
export async function systemAdministrator({ house: { db, url, publicUrl }, stranger }: Neighbours): Promise<Visitor> {
  const email = await demoPerson(db, stranger.businessId, 'owner');
  await db.withIdentity((tx) => tx.user.update({ where: { email }, data: { isSystemAdmin: true } }));
  return signInOverHttp(url, email, DEMO_PASSWORD, publicUrl);
}

async function estate(house: House, key: string): Promise<Estate> {
  const { db, url, publicUrl } = house;
  const { businessId, apiToken, email } = await demoBusiness(db, key);
  const [adminEmail, agentEmail] = [
    await demoPerson(db, businessId, 'admin'),
    await demoPerson(db, businessId, 'agent'),
  ];
  const { name, number } = await db.withBusiness(businessId, async (tx) => ({
    name: (await tx.business.findUniqueOrThrow({ where: { id: businessId } })).name,
    number: (await tx.phoneNumber.findFirstOrThrow()).number,
  }));
  const made: Estate = {
    businessId,
    name,
    number,
    apiToken,
    ownerEmail: email,
    owner: await signInOverHttp(url, email, DEMO_PASSWORD, publicUrl),
    admin: await signInOverHttp(url, adminEmail, DEMO_PASSWORD, publicUrl),
    agent: await signInOverHttp(url, agentEmail, DEMO_PASSWORD, publicUrl),
  };
  // A list that is empty shows nothing of anybody.
  await aFinishedCall(house, made);
  return made;
}

let calls = 0;

/** A finished call of a caller of its own, with a lead and a delivery that failed. */
export async function aFinishedCall(
  { db }: Pick<House, 'db'>,
  { businessId }: Pick<Estate, 'businessId'>,
): Promise<{ callSid: string; callId: string; leadId: string; deliveryId: string }> {
  const callSid = `CA${randomUUID().replaceAll('-', '')}`;
  const from = `+97254${String(7_000_000 + ++calls)}`;
  const startedAt = new Date(Date.now() - 3_600_000 + calls);
  const deliveryId = await demoCall(db, businessId, {
    callSid,
    from,
    startedAt,
    leadName: `רונית ${randomUUID().slice(0, 8)}`,
    delivery: 'failed',
  });
  const call = await db.withBusiness(businessId, (tx) => tx.call.findUniqueOrThrow({ where: { callSid } }));
  if (deliveryId === null || call.leadId === null) throw new Error('a finished call has a lead and a delivery');
  return { callSid, callId: call.id, leadId: call.leadId, deliveryId };
}

/** The same with a recording whose file is in the store. */
export async function aRecordedCall(
  house: Pick<House, 'db' | 'blobs'>,
  { businessId }: Pick<Estate, 'businessId'>,
): Promise<{ callSid: string; recordingId: string }> {
  const { callSid, callId } = await aFinishedCall(house, { businessId });
  const data = { businessId, callId, status: 'stored', durationMs: 1000, storedAt: new Date() } as const;
  const { id: recordingId } = await house.db.withBusiness(businessId, (tx) => tx.recording.create({ data }));
  const folder = await mkdtemp(join(tmpdir(), 'prosaas-'));
  const sound = join(folder, 'sound.wav');
  await writeFile(sound, `RIFF ${callSid}`);
  await house.blobs.putFile(recordingKey({ businessId, recordingId }), sound, { bytes: 39, sha256: '' });
  await rm(folder, { recursive: true });
  return { callSid, recordingId };
}

/** What tells a business apart in any answer: ids of its rows, names, numbers, addresses, its token. */
export async function marksOf({ db, databaseUrl }: House, estate: Estate): Promise<string[]> {
  const told = await db.withBusiness(estate.businessId, async (tx) => ({
    calls: await tx.call.findMany({ select: { callSid: true, fromNumber: true } }),
    leads: await tx.lead.findMany({ select: { name: true } }),
    people: await tx.user.findMany({ select: { email: true } }),
  }));
  return [
    ...(await idsOf(databaseUrl, estate.businessId)),
    estate.name,
    estate.number,
    estate.apiToken,
    ...told.calls.flatMap(({ callSid, fromNumber }) => [callSid, fromNumber, formatPhone(fromNumber)]),
    ...told.leads.flatMap(({ name }) => (name === null ? [] : [name])),
    ...told.people.map(({ email }) => email),
  ];
}

/** Another session of the business's owner. */
export async function aSession({ db }: Pick<House, 'db'>, { ownerEmail }: Estate): Promise<{ sessionId: string }> {
  const session = await db.withIdentity(async (tx) => {
    const { id: userId } = await tx.user.findUniqueOrThrow({ where: { email: ownerEmail } });
    return tx.session.create({
      data: { userId, tokenHash: randomUUID(), expiresAt: new Date(Date.now() + 3_600_000) },
    });
  });
  return { sessionId: session.id };
}

/** An invitation that waits for an answer. */
export async function anInvitation(
  { db }: Pick<House, 'db'>,
  { businessId }: Estate,
): Promise<{ invitationId: string }> {
  const invited = { email: `guest-${randomUUID()}@example.com`, name: '', role: 'agent' };
  const options = { db, appSecret: 'test', byMail: false };
  return { invitationId: await invite(options, businessId, invited, TEST_ACTOR) };
}

/** An agent of the business. */
export async function aMember({ db }: Pick<House, 'db'>, { businessId }: Estate): Promise<{ userId: string }> {
  const email = await demoPerson(db, businessId, 'agent');
  const user = await db.withIdentity((tx) => tx.user.findUniqueOrThrow({ where: { email } }));
  return { userId: user.id };
}

/** Webhooks a business may have, and room for a few more. */
const MANY_WEBHOOKS = 7;

/** A webhook, whose secret has been rotated, with a delivery that failed. */
export async function aWebhook(
  house: House,
  { businessId }: Pick<Estate, 'businessId'>,
): Promise<{ destinationId: string }> {
  const { db, secrets } = house;
  const vault = createVault({ current: secrets[1] ?? '', previous: [] });
  const managing = { businessId, actor: TEST_ACTOR, vault };
  await db.withBusiness(businessId, async (tx) => {
    const known = await tx.destination.findMany({
      where: { businessId, kind: 'webhook', removedAt: null },
      orderBy: { createdAt: 'desc' },
      skip: MANY_WEBHOOKS,
    });
    const ids = known.map(({ id }) => id);
    await tx.destination.updateMany({ where: { id: { in: ids } }, data: { removedAt: new Date() } });
  });
  const choice = { name: 'n8n', url: 'https://hooks.example.com/x', events: ['call.completed' as const] };
  const { destinationId } = await addWebhook(db, managing, choice);
  await rotateSecret(db, managing, destinationId);
  return { destinationId };
}
