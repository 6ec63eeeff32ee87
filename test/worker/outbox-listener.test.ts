import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emit } from '../../domain/deliveries/index.ts';
import { addWebhook } from '../../domain/destinations/index.ts';
import { listenToOutbox } from '../../worker/outbox-listener.ts';
import { aBusiness } from '../domain/fixtures.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../helpers/database.ts';
import { aContext } from './fixtures.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

/** Backends of this file's database that listen to the outbox. */
async function listening(): Promise<number[]> {
  const { rows } = await asSuperuser((client) =>
    client.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'prosaas-outbox' AND query LIKE 'LISTEN%' AND datname = $1",
      [new URL(test.url).pathname.slice(1)],
    ),
  );
  return rows.map(({ pid }) => pid);
}

describe('what listens to the outbox', () => {
  it('hands a delivery over the moment it is committed, and listens again after the database was away', async () => {
    const { businessId } = await aBusiness(test.db);
    const { context, enqueued } = aContext(test.db);
    const managing = { businessId, actor: TEST_ACTOR, vault: context.vault };
    await addWebhook(test.db, managing, { name: 'n8n', url: 'https://n8n.example/hook', events: ['lead.created'] });
    const tell = () =>
      test.db.withBusiness(businessId, async (tx) => {
        const at = new Date();
        const leadId = randomUUID();
        const moment = at.toISOString();
        const data = { phone: '+972501234567', name: null, fields: {}, created_at: moment, updated_at: moment };
        await tx.lead.create({ data: { id: leadId, businessId, phone: `+97250${leadId.slice(0, 7)}`, fields: {} } });
        await emit(tx, {
          businessId,
          type: 'lead.created',
          leadId,
          at,
          data: { ...data, business_id: businessId, lead_id: leadId },
        });
      });

    const outbox = listenToOutbox(context, test.url);
    try {
      await expect.poll(listening).toHaveLength(1);
      await tell();
      await expect.poll(() => enqueued).toMatchObject([{ job: 'deliver' }]);
      await expect
        .poll(() =>
          test.db.withBusiness(businessId, (tx) => tx.outbox.count({ where: { job: 'deliver', dispatchedAt: null } })),
        )
        .toBe(0);

      const [before] = await listening();
      await asSuperuser((client) => client.query('SELECT pg_terminate_backend($1)', [before]));
      await expect.poll(listening, { timeout: 10_000 }).not.toEqual([before]);
      await expect.poll(listening, { timeout: 10_000 }).toHaveLength(1);
      await tell();
      await expect.poll(() => enqueued).toHaveLength(2);
    } finally {
      await outbox.close();
    }
    await expect.poll(listening).toEqual([]);
  });
});
