import type { AddressInfo } from 'node:net';
import express from 'express';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessServices } from '../../app/context.server.ts';
import { refuseForeignForms } from '../../app/foreign-forms.server.ts';
import { sessionCookie } from '../../app/session.server.ts';
import { createLog } from '../../platform/log.ts';
import { queueBoard, type QueueBoard } from '../../platform/queue/board.ts';
import { createJobQueue, type JobQueue } from '../../platform/queue/index.ts';
import { queueMetrics } from '../../server/queue-metrics.ts';
import { QUEUE_PATH, queuePages } from '../../server/queue-pages.ts';
import { signIn } from '../../domain/users/index.ts';
import { issueNonce, securityHeaders } from '../../server/security.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness } from '../helpers/demo-business.ts';

let test: TestDatabase;
let board: QueueBoard;
let queue: JobQueue;
let url: string;
let close: () => Promise<void>;
let userId: string;
let cookie: string;
const log = createLog({ level: 'error' });

beforeAll(async () => {
  test = await testDatabase();
  const business = await demoBusiness(test.db);
  const user = await test.db.withIdentity((tx) =>
    tx.user.findUniqueOrThrow({ where: { email: business.email }, select: { id: true } }),
  );
  userId = user.id;
  const session = await signIn(test.db, business.email, business.password, 'test');
  cookie = (await sessionCookie(false).serialize(session?.token)).split(';')[0] ?? '';
  const connection = { databaseUrl: test.url, log };
  queue = await createJobQueue(connection);
  board = queueBoard(connection, ['deliver', 'calls-sweep']);
  const app = express();
  app.use(issueNonce, securityHeaders({ https: false, development: false }));
  app.use((request, response, next) => refuseForeignForms(url)(request, response, next));
  const config = { secureCookies: false };
  // What the session check looks at.
  const services = { db: test.db, log, config } as unknown as ProcessServices;
  app.use(QUEUE_PATH, queuePages(services, board));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
});
afterAll(async () => {
  await close();
  await board.close();
  await queue.close();
  await test.close();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}`, { redirect: 'manual', headers });

describe('the queues', () => {
  it('are shown to nobody who is not signed in, and to no owner', async () => {
    const stranger = await get('/queue');
    expect([stranger.status, stranger.headers.get('Location')]).toEqual([302, '/sign-in?next=%2Fqueue']);
    expect((await get('/queue/api/queues')).status).toBe(302);
    expect((await get('/queue', { Cookie: cookie })).status).toBe(403);
    expect((await get('/queue/api/queues', { Cookie: cookie })).status).toBe(403);
  });

  it('are shown to a system administrator, under scripts of our own alone, and changed from our own pages alone', async () => {
    await test.db.withIdentity((tx) => tx.user.update({ where: { id: userId }, data: { isSystemAdmin: true } }));
    const page = await get('/queue', { Cookie: cookie });
    expect(page.status).toBe(200);
    expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self';");
    expect(page.headers.get('Cache-Control')).toBe('no-store');
    const script = /src="(static\/js\/[^"]+)"/u.exec(await page.text())?.[1];
    expect((await get(`/queue/${script}`, { Cookie: cookie })).status).toBe(200);
    const shown = (await (await get('/queue/api/queues', { Cookie: cookie })).json()) as { queues: { name: string }[] };
    expect(shown.queues.map(({ name }) => name).sort()).toEqual(['calls-sweep', 'deliver']);
    const foreign = await fetch(`${url}/queue/api/queues/deliver/pause`, {
      method: 'PUT',
      headers: { Cookie: cookie, Origin: 'https://evil.example' },
    });
    expect(foreign.status).toBe(403);
  });

  it('are counted for the metrics, and not asked for at every scrape', async () => {
    const registry = new Registry();
    let now = 0;
    queueMetrics(registry, { board, db: test.db, log, now: () => now });
    const before = await registry.metrics();
    expect(before).toContain('prosaas_jobs{job="deliver",state="waiting"} 0');
    expect(before).toContain('prosaas_deliveries{outcome="due"} 0');
    await queue.enqueue('deliver', {});
    expect(await registry.metrics()).toContain('prosaas_jobs{job="deliver",state="waiting"} 0');
    now = 60_000;
    expect(await registry.metrics()).toContain('prosaas_jobs{job="deliver",state="waiting"} 1');
  });
});
