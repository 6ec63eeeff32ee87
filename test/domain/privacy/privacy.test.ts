import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endCall, finalizeCall, saveTurns, settleTranscripts, writeCalls } from '../../../domain/calls/index.ts';
import { claimDelivery, recordAttempt } from '../../../domain/deliveries/index.ts';
import { addWebhook } from '../../../domain/destinations/index.ts';
import { addNumber, isListed } from '../../../domain/do-not-call/index.ts';
import { saveLeadDetails } from '../../../domain/leads/index.ts';
import {
  beginErasure,
  continueErasure,
  heldData,
  heldRows,
  readErasure,
  subjectOf,
} from '../../../domain/privacy/index.ts';
import { readAudit } from '../../../domain/audit/index.ts';
import { lastPurge, notePurge, purgeBusiness, purgeEndedSignIns } from '../../../domain/retention/index.ts';
import { invite, openInvitations, requestReset, revokeInvitation } from '../../../domain/users/index.ts';
import { settingsRegistry } from '../../../domain/settings/index.ts';
import { dropUnused, keepRendered } from '../../../domain/speech/index.ts';
import type { Database, Tx } from '../../../platform/db/index.ts';
import { createVault } from '../../../platform/vault.ts';
import { plugins } from '../../../plugins/index.ts';
import { TEST_ACTOR } from '../../helpers/actor.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { aBusiness, aCall, APP_SECRET, APP_SECRETS, aTurn, seconds } from '../fixtures.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
});
afterAll(() => database.close());

const registry = settingsRegistry(plugins);
const RONIT = '+972523456789';
const SAID = 'קוראים לי רונית לוי';
const exportsOf = () => [
  { plugin: 'monday-export', name: 'transcript', url: 'https://x.test/a', headers: { k: 'v' }, body: { SAID } },
];

type Business = Awaited<ReturnType<typeof aBusiness>>;

/** A call that is over, with words; not final yet. */
async function endedCall(business: Business, from = RONIT, at = new Date('2026-01-05T10:00:00Z')) {
  const call = await aCall(db, business, at, from);
  const { businessId } = business;
  await saveTurns(db, businessId, call.callId, [aTurn(0, 'agent', 'שלום'), aTurn(1, 'caller', SAID)]);
  await saveLeadDetails(db, businessId, call.callId, { phone: null, fields: { name: 'רונית לוי' } });
  const end = { endReason: 'user_goodbye', endedAt: seconds(at, 60), heldMs: 0, timings: {} } as const;
  await endCall(db, businessId, call.callId, end);
  await settleTranscripts(db, businessId, call.callId, seconds(at, 61));
  return call;
}

async function finishedCall(business: Business, from?: string, at?: Date) {
  const call = await endedCall(business, from, at);
  await finalizeCall(db, business.businessId, call.callId, exportsOf, registry, at);
  return call;
}

const erase = async (business: Business, forgetsOptOut = false) => {
  const subject = subjectOf(business.businessId, RONIT);
  const id = await beginErasure(db, subject, { actor: TEST_ACTOR, appSecret: APP_SECRET, forgetsOptOut });
  expect(await continueErasure(db, business.businessId, id, 1_000)).toBe('finished');
  return id;
};

describe('a person’s data', () => {
  it('is found by any form of the number, counted by kind, and told whole', async () => {
    const business = await aBusiness(db);
    await finishedCall(business);
    await finishedCall(business, '+972541111111');
    const subject = subjectOf(business.businessId, '052-345 6789');
    const held = await heldData(db, subject);
    expect(Object.fromEntries(held.kinds.map(({ kind, count }) => [kind, count]))).toEqual(
      expect.objectContaining({ calls: 1, transcripts: 2, deliveries: 1, leads: 1, do_not_call: 0 }),
    );
    expect(held.inCall).toBe(false);
    const rows: unknown[] = [];
    for (const kind of await heldRows(db, subject)) for await (const some of kind.rows()) rows.push(...some);
    expect(JSON.stringify(rows)).toContain(SAID);
    expect(JSON.stringify(rows)).not.toContain('541111111');
    expect(() => subjectOf(business.businessId, 'רונית')).toThrow('phone_invalid');
  });

  it('is erased with proof that does not tell the number, and nobody else’s with it', async () => {
    const business = await aBusiness(db);
    const other = await aBusiness(db);
    const call = await finishedCall(business);
    await finishedCall(business, '+972541111111');
    const { businessId } = business;
    const pressed = [{ kind: 'dtmf' as const, atMs: 5, digit: '7' }];
    await writeCalls(db, businessId, [{ callId: call.callId, sideEvents: pressed }]);
    await addNumber(db, businessId, RONIT, TEST_ACTOR);
    const id = await erase(business);
    const held = await heldData(db, subjectOf(businessId, RONIT));
    expect(held.kinds.filter(({ count }) => count > 0).map(({ kind }) => kind)).toEqual(['do_not_call']);
    expect(await isListed(db, businessId, RONIT)).toBe(true);
    const others = await heldData(db, subjectOf(businessId, '+972541111111'));
    expect(others.kinds.find(({ kind }) => kind === 'transcripts')?.count).toBe(2);
    const row = await db.withBusiness(businessId, (tx) =>
      tx.call.findUniqueOrThrow({ where: { id: call.callId }, include: { turns: true, deliveries: true } }),
    );
    expect(row).toMatchObject({ fromNumber: 'anonymous', transcript: null, leadId: null, turns: [], sideEvents: [] });
    expect(row.deliveries).toMatchObject([{ body: '', headers: {}, status: 'failed', lastError: 'erased' }]);
    const { entries } = await readAudit(db, businessId, { filter: { action: 'privacy.erased' }, limit: 5 });
    expect(entries).toMatchObject([
      { actorLabel: 'test', entityId: id, after: { lastTwo: '89', counts: { calls: 1, transcripts: 2, leads: 1 } } },
    ]);
    const erasure = await readErasure(db, businessId, id);
    expect(erasure?.finishedAt).not.toBeNull();
    expect(erasure?.phoneHash).toMatch(/^[\w-]{43}$/);
    expect(await readErasure(db, other.businessId, id)).toBeNull();
    const log = JSON.stringify((await readAudit(db, businessId, { limit: 100 })).entries);
    for (const clear of ['523456789', SAID]) expect(log).not.toContain(clear);
  });

  it('is told and erased where it was sent of a lead alone, also while it waits', async () => {
    const business = await aBusiness(db);
    const { businessId } = business;
    const vault = createVault({ current: APP_SECRET });
    const choice = { name: 'CRM', url: 'https://crm.test/in', events: ['lead.created' as const] };
    await addWebhook(db, { businessId, actor: TEST_ACTOR, vault }, choice);
    await finishedCall(business);
    await finishedCall(business, '+972541111111');
    const subject = subjectOf(businessId, RONIT);
    const rows: unknown[] = [];
    for (const { kind, rows: some } of await heldRows(db, subject)) {
      if (kind.name === 'lead_deliveries') for await (const part of some()) rows.push(...part);
    }
    expect(rows).toMatchObject([{ event: 'lead.created', destination: 'CRM', status: 'pending' }]);
    expect(JSON.stringify(rows)).toContain(RONIT);
    const id = await erase(business);
    expect((await readErasure(db, businessId, id))?.counts).toMatchObject({ lead_deliveries: 1, leads: 1 });
    const left = await db.withBusiness(businessId, (tx) => tx.delivery.findMany({ where: { callId: null } }));
    expect(left).toHaveLength(1);
    expect(JSON.stringify(left.map(({ body }) => body))).not.toContain(RONIT);
  });

  it('is not written down again by an attempt that was in the air as it was erased', async () => {
    const business = await aBusiness(db);
    const { businessId } = business;
    const { callId } = await finishedCall(business);
    const { id: deliveryId } = await db.withBusiness(businessId, (tx) =>
      tx.delivery.findFirstOrThrow({ where: { callId } }),
    );
    const claim = await claimDelivery(db, businessId, deliveryId);
    if (claim.kind !== 'claimed') throw new Error(claim.kind);
    await erase(business);
    const { destinationId, attempt, revision } = claim;
    const headers = { 'x-name': SAID };
    await recordAttempt(db, businessId, deliveryId, {
      ...{ destinationId, attempt, revision, durationMs: 5, statusCode: 200, error: null, nextAttemptAt: null },
      verdict: 'delivered',
      responseText: SAID,
      trace: { url: 'https://x.test/a', requestHeaders: headers, requestText: claim.body, responseHeaders: headers },
    });
    const attempts = await db.withBusiness(businessId, (tx) => tx.deliveryAttempt.findMany({ where: { deliveryId } }));
    expect(attempts).toMatchObject([
      { statusCode: 200, requestText: null, responseText: null, requestHeaders: {}, responseHeaders: {} },
    ]);
    expect(JSON.stringify(attempts)).not.toContain(SAID);
  });

  it('takes the opt-out along only when that is asked for', async () => {
    const business = await aBusiness(db);
    await addNumber(db, business.businessId, RONIT, TEST_ACTOR);
    await erase(business, true);
    expect(await isListed(db, business.businessId, RONIT)).toBe(false);
  });

  it('is not erased while a call with the person goes on', async () => {
    const business = await aBusiness(db);
    await aCall(db, business, new Date(), RONIT);
    const subject = subjectOf(business.businessId, RONIT);
    expect((await heldData(db, subject)).inCall).toBe(true);
    const request = { actor: TEST_ACTOR, appSecret: APP_SECRET, forgetsOptOut: false };
    await expect(beginErasure(db, subject, request)).rejects.toMatchObject({ code: 'subject_in_call' });
  });

  it('is taken up where a run stopped', async () => {
    const business = await aBusiness(db, { maxTotalCalls: 100 });
    for (let minute = 0; minute < 3; minute++) {
      await finishedCall(business, RONIT, new Date(Date.UTC(2026, 0, 5, 10, minute)));
    }
    const subject = subjectOf(business.businessId, RONIT);
    const request = { actor: TEST_ACTOR, appSecret: APP_SECRET, forgetsOptOut: false };
    const id = await beginErasure(db, subject, request);
    expect(await continueErasure(db, business.businessId, id, 1)).toBe('more');
    const both = await Promise.all([1, 2].map(() => continueErasure(db, business.businessId, id, 10)));
    expect(both).toEqual(['finished', 'finished']);
    expect((await readErasure(db, business.businessId, id))?.counts).toMatchObject({ calls: 3, transcripts: 6 });
  });

  it('does not come back with words that arrive late, nor with a call that is being finalised at this moment', async () => {
    const business = await aBusiness(db, { maxTotalCalls: 100 });
    const { businessId } = business;
    const subject = subjectOf(businessId, RONIT);
    const request = { actor: TEST_ACTOR, appSecret: APP_SECRET, forgetsOptOut: false };
    const calls: string[] = [];
    for (let round = 0; round < 8; round++) {
      const { callId } = await endedCall(business, RONIT, new Date(Date.UTC(2026, 0, 6, 10, round)));
      calls.push(callId);
      const erased = beginErasure(db, subject, request)
        .then((id) => continueErasure(db, businessId, id, 100))
        .catch((error: unknown) => error);
      await Promise.all([finalizeCall(db, businessId, callId, exportsOf, registry), erased]);
      await saveTurns(db, businessId, callId, [aTurn(2, 'caller', SAID)]);
    }
    // What was refused because the call was not final is asked for again.
    for (const callId of calls) {
      await settleTranscripts(db, businessId, callId);
      await finalizeCall(db, businessId, callId, exportsOf, registry);
    }
    await erase(business);
    for (const callId of calls) {
      await saveTurns(db, businessId, callId, [aTurn(3, 'caller', SAID)]);
      expect(await finalizeCall(db, businessId, callId, exportsOf, registry)).toMatchObject({ deliveries: [] });
    }
    const left = await db.withBusiness(businessId, async (tx) => ({
      turns: await tx.turn.count({ where: { businessId } }),
      calls: await tx.call.findMany({ where: { businessId }, select: { fromNumber: true, transcript: true } }),
      bodies: await tx.delivery.findMany({ where: { businessId }, select: { body: true } }),
    }));
    expect(left.turns).toBe(0);
    expect(new Set(left.calls.map(({ fromNumber }) => fromNumber))).toEqual(new Set(['anonymous']));
    expect(left.calls.filter(({ transcript }) => transcript !== null)).toEqual([]);
    expect(left.bodies.filter(({ body }) => body !== '')).toEqual([]);
  });
});

describe('retention', () => {
  const NOW = new Date('2027-03-01T00:00:00Z');
  const run = (business: Business, settings: object, isStopped = () => false, batch = 1) =>
    purgeBusiness(db, business.businessId, { ...registry.defaults, ...settings }, { now: NOW, isStopped, batch });

  it('removes what is older than its term, kind by kind, and keeps the call and what is younger', async () => {
    const business = await aBusiness(db, { maxTotalCalls: 100 });
    const old = await finishedCall(business, RONIT, new Date('2026-01-01T10:00:00Z'));
    const young = await finishedCall(business, RONIT, new Date('2027-02-20T10:00:00Z'));
    await db.withBusiness(business.businessId, (tx) =>
      tx.delivery.updateMany({ data: { status: 'delivered', finishedAt: new Date('2026-01-01T11:00:00Z') } }),
    );
    const { counts, complete } = await run(business, { retention_leads_days: null });
    expect(complete).toBe(true);
    expect(counts).toMatchObject({ transcripts: 1, deliveries: 2, stream_tokens: 2 });
    const words = (callId: string) =>
      db.withBusiness(business.businessId, (tx) =>
        tx.call.findUniqueOrThrow({ where: { id: callId }, include: { turns: true } }),
      );
    expect(await words(old.callId)).toMatchObject({
      transcript: null,
      turns: [],
      wordsPurgedAt: NOW,
      endReason: 'user_goodbye',
    });
    expect((await words(young.callId)).turns).toHaveLength(2);
    expect((await run(business, {})).counts).toEqual({});
  });

  it('leaves everything of a call that goes on, and leads for ever unless the business says otherwise', async () => {
    const business = await aBusiness(db, { maxTotalCalls: 100 });
    const { businessId } = business;
    const running = await aCall(db, business, new Date('2026-01-01T10:00:00Z'), RONIT);
    await saveTurns(db, businessId, running.callId, [aTurn(0, 'caller', SAID)]);
    await saveLeadDetails(db, businessId, running.callId, { phone: null, fields: { name: 'רונית' } });
    await asSuperuser((client) => client.query("UPDATE leads SET updated_at = '2026-01-01'"), database.url);
    expect((await run(business, { retention_leads_days: 30 })).counts['leads']).toBeUndefined();
    expect(await db.withBusiness(businessId, (tx) => tx.turn.count({ where: { businessId } }))).toBe(1);
    const end = { endReason: 'swept', endedAt: NOW, heldMs: 0, timings: {} } as const;
    await endCall(db, businessId, running.callId, end);
    await settleTranscripts(db, businessId, running.callId);
    await finalizeCall(db, businessId, running.callId, exportsOf, registry);
    expect((await run(business, {})).counts['leads']).toBeUndefined();
    expect((await run(business, { retention_leads_days: 30 })).counts).toMatchObject({ leads: 1 });
  });

  it('stops when its time is up, says so, and goes on in the next run', async () => {
    const business = await aBusiness(db, { maxTotalCalls: 100 });
    for (let minute = 0; minute < 3; minute++) {
      await finishedCall(business, RONIT, new Date(Date.UTC(2026, 0, 5, 10, minute)));
    }
    let steps = 0;
    const stopped = await run(business, {}, () => ++steps > 4);
    expect(stopped).toMatchObject({ complete: false, counts: { transcripts: 2 } });
    expect(await run(business, {})).toMatchObject({ complete: true, counts: { transcripts: 1 } });
  });

  it('that is killed loses nothing of what it counted: the next run tells the audit log', async () => {
    const business = await aBusiness(db, { maxTotalCalls: 100 });
    const { businessId } = business;
    for (let minute = 0; minute < 3; minute++) {
      await finishedCall(business, RONIT, new Date(Date.UTC(2026, 0, 5, 10, minute)));
    }
    let steps = 0;
    const dies = () => {
      if (++steps > 4) throw new Error('killed');
      return false;
    };
    await expect(run(business, {}, dies)).rejects.toThrow('killed');
    expect(await lastPurge(db, businessId)).toMatchObject({ complete: false, counts: { transcripts: 2 } });
    const told = () =>
      db.withBusiness(businessId, (tx) =>
        tx.auditEntry.findMany({ where: { businessId, action: 'retention.purged' }, orderBy: { id: 'asc' } }),
      );
    // One that goes on is not taken for dead.
    const second = await run(business, {}, () => true);
    expect(await told()).toEqual([]);
    await notePurge(db, businessId, { ...second, finishedAt: NOW });
    await asSuperuser((client) => client.query("UPDATE purge_runs SET finished_at = '2026-01-01'"), database.url);
    const last = await run(business, {});
    await notePurge(db, businessId, { ...last, finishedAt: NOW });
    const counted = (await told()).map(
      ({ after }) => (after as { counts: { transcripts: number } }).counts.transcripts,
    );
    expect(counted).toEqual([2, 1]);
    // Told once, whoever ends it.
    await notePurge(db, businessId, { ...last, finishedAt: NOW });
    expect(await told()).toHaveLength(2);
  });

  it('counts what it removes besides in the transaction in which it goes, so that a killed run has told it', async () => {
    const { businessId } = await aBusiness(db);
    const options = { now: NOW, isStopped: () => false };
    const line = { text: 'שלום', audio: new Uint8Array(160), durationMs: 20 };
    await keepRendered(db, businessId, 'marin', line);
    const unused = { name: 'rendered_speech', purge: (tx: Tx) => dropUnused(tx, businessId, 'marin', []) };
    const failing = { name: 'more', purge: () => Promise.reject(new Error('killed')) };
    await expect(purgeBusiness(db, businessId, {}, { ...options, besides: [unused, failing] })).rejects.toThrow(
      'killed',
    );
    expect(await lastPurge(db, businessId)).toMatchObject({ complete: false, counts: { rendered_speech: 1 } });
    expect(await purgeBusiness(db, businessId, {}, { ...options, besides: [unused] })).toMatchObject({ counts: {} });
  });

  it('forgets invitations and links for a new password that are over, and keeps what is open', async () => {
    const business = await aBusiness(db);
    const { businessId } = business;
    const options = { db, appSecret: APP_SECRET, byMail: false };
    const invited = (email: string) => ({ email, name: '', role: 'agent' });
    const days = (count: number) => new Date(NOW.getTime() - count * 24 * 3600_000);
    await invite(options, businessId, invited('expired@example.test'), TEST_ACTOR, days(40));
    const revoked = await invite(options, businessId, invited('revoked@example.test'), TEST_ACTOR, days(35));
    await revokeInvitation(db, businessId, revoked, TEST_ACTOR, days(35));
    await invite(options, businessId, invited('lately@example.test'), TEST_ACTOR, days(20));
    await invite(options, businessId, invited('open@example.test'), TEST_ACTOR, days(1));
    expect((await run(business, {})).counts).toMatchObject({ invitations: 2 });
    const left = await openInvitations(db, APP_SECRETS, businessId, NOW);
    expect(left.map(({ email }) => email)).toEqual(['open@example.test', 'lately@example.test']);

    const asked = { email: business.email, countedAddress: 'purge' };
    const old = await requestReset(db, APP_SECRET, asked, days(9));
    const open = await requestReset(db, APP_SECRET, asked, NOW);
    expect(await purgeEndedSignIns(db, NOW, 100)).toMatchObject({ password_resets: 1 });
    const ids = await db.withIdentity((tx) => tx.passwordReset.findMany({ where: { id: { in: [old, open] } } }));
    expect(ids.map(({ id }) => id)).toEqual([open]);
  });
});
