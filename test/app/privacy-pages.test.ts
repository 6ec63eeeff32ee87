import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addNumber, isListed } from '../../domain/do-not-call/index.ts';
import { readSettings, settingsRegistry } from '../../domain/settings/index.ts';
import { diskBlobs } from '../../platform/blobs/index.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoCall, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp, type Visitor } from '../helpers/http.ts';
import { aRecordedCall } from '../isolation/estate.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

let database: TestDatabase;
let server: AppServer;
let business: DemoBusiness;
let owner: Visitor;
let admin: Visitor;
let folder: string;
let recorded: string;

const RONIT = '052-345-6789';

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'prosaas-'));
  const blobs = diskBlobs(folder);
  server = await startAppServer({ db: database.db, sources: SOURCES, blobs });
  business = await demoBusiness(database.db);
  owner = await signInOverHttp(server.url, business.email, business.password);
  const manager = await demoPerson(database.db, business.businessId, 'admin');
  admin = await signInOverHttp(server.url, manager, DEMO_PASSWORD);
  await demoCall(database.db, business.businessId, {
    callSid: 'CAronit',
    startedAt: new Date('2026-01-01T10:00:00Z'),
    leadName: '=רונית',
    delivery: 'delivered',
  });
  const { callSid, recordingId } = await aRecordedCall({ db: database.db, blobs }, business);
  recorded = callSid;
  await database.db.withBusiness(business.businessId, async (tx) => {
    await tx.call.updateMany({ where: { callSid }, data: { fromNumber: '+972523456789' } });
    expect(await tx.recording.count({ where: { id: recordingId, status: 'stored' } })).toBe(1);
  });
  await addNumber(database.db, business.businessId, RONIT, TEST_ACTOR);
});
afterAll(async () => {
  await server.close();
  await database.close();
  await rm(folder, { recursive: true });
});

test('is for owners alone, and no number stands in an address', async () => {
  expect((await admin.get('/privacy')).status).toBe(403);
  expect((await admin.post('/privacy', { intent: 'look', phone: RONIT })).status).toBe(403);
  expect((await admin.post('/privacy/archive', { phone: RONIT })).status).toBe(403);
  expect((await owner.get('/privacy/archive')).status).toBe(405);
});

test('tells what is held, by any form of the number', async () => {
  const found = await (await owner.post('/privacy', { intent: 'look', phone: '+972 52 3456789' })).text();
  for (const shown of ['052-345-6789', 'תמלולים', 'לידים', 'הורדת הכול', 'מחיקה לצמיתות'])
    expect(found).toContain(shown);
  expect(await (await owner.post('/privacy', { intent: 'look', phone: '0521111111' })).text()).toContain('לא נשמר דבר');
  const wrong = await owner.post('/privacy', { intent: 'look', phone: 'רונית' });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('מספר הטלפון אינו תקין')]);
});

test('hands everything out as one archive that Excel can read', async () => {
  const response = await owner.post('/privacy/archive', { phone: RONIT });
  expect(response.headers.get('Content-Type')).toBe('application/zip');
  expect(response.headers.get('Content-Disposition')).not.toContain('3456789');
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  const text = (name: string) => strFromU8(files[name] ?? new Uint8Array());
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining([
      'README.txt',
      ...['calls', 'deliveries', 'do-not-call', 'leads', 'transcripts'].flatMap((name) => [
        `${name}.csv`,
        `${name}.json`,
      ]),
    ]),
  );
  expect(files['transcripts.csv']?.slice(0, 3)).toEqual(new Uint8Array([0xef, 0xbb, 0xbf]));
  expect(text('transcripts.csv')).toContain('רגע, מה המחיר?');
  expect(JSON.parse(text('calls.json'))).toContainEqual(
    expect.objectContaining({ callSid: 'CAronit', fromNumber: '+972523456789' }),
  );
  // The sound itself, not only that there is some.
  expect(text(`recordings/${recorded}.wav`)).toBe(`RIFF ${recorded}`);
  // What begins like a formula is no formula.
  expect(text('leads.csv')).not.toMatch(/(^|,)=/m);
});

test('erases after the number was typed again, and gives a page to print', async () => {
  const mistyped = await owner.post('/privacy', { intent: 'erase', phone: RONIT, again: '0523456780' });
  expect(mistyped.status).toBe(422);
  const done = await owner.post('/privacy', { intent: 'erase', phone: RONIT, again: '0523456789' });
  const location = done.headers.get('Location') ?? '';
  expect([done.status, location]).toEqual([302, expect.stringMatching(/^\/privacy\/erasures\/[\w-]{36}$/)]);
  const proof = await (await owner.get(location)).text();
  expect(proof).toContain('•••89');
  expect(proof).not.toContain('3456789');
  expect((await admin.get(location)).status).toBe(403);
  expect(await isListed(database.db, business.businessId, RONIT)).toBe(true);
  const call = await (await owner.get('/calls/CAronit')).text();
  expect(call).toContain('המידע נמחק לבקשת הלקוח');
  expect(call).not.toContain('רגע, מה המחיר');
});

test('how long data is kept is decided by the owner, on the security tab; an empty field keeps it for ever', async () => {
  expect((await admin.post('/settings/security', { form: 'retention', retention_leads_days: '30' })).status).toBe(403);
  const wrong = await owner.post('/settings/security', { form: 'retention', retention_transcripts_days: '0' });
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining('הערך הקטן ביותר הוא 1')]);
  const form = { form: 'retention', retention_transcripts_days: '', retention_leads_days: '400' };
  expect((await owner.post('/settings/security', form)).status).toBe(302);
  const settings = await readSettings(database.db, business.businessId, settingsRegistry(SOURCES));
  expect(settings).toMatchObject({ retention_transcripts_days: null, retention_leads_days: 400 });
  const shown = await (await owner.get('/settings/security')).text();
  for (const words of ['כמה זמן נשמר המידע', 'הקלטות', 'המחיקה היומית עדיין לא רצה']) expect(shown).toContain(words);
});
