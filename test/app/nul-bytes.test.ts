import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { withoutNulBytes } from '../../app/without-nul-bytes.server.ts';
import { settingsRegistry, updateSettings } from '../../domain/settings/index.ts';
import { type AppServer, startAppServer } from '../helpers/app-server.ts';
import { type TestDatabase, testDatabase } from '../helpers/database.ts';
import { type DemoBusiness, demoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

/** React leaves zero bytes where a Hebrew letter crosses the end of a block; a saved prompt was spoilt by one. */

let database: TestDatabase;
let server: AppServer;
let business: DemoBusiness;
beforeAll(async () => {
  database = await testDatabase();
  business = await demoBusiness(database.db);
  server = await startAppServer({ db: database.db, sources: SOURCES });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

describe('a page on its way out', () => {
  it('loses zero bytes and nothing else', async () => {
    const parts = [Buffer.from('של\0ום'), Buffer.from([0xd7]), Buffer.from([0x90, 0])];
    const out = await Readable.from(parts).pipe(withoutNulBytes()).toArray();
    expect(Buffer.concat(out as Buffer[]).toString('utf8')).toBe('שלוםא');
  });

  it('has none, wherever the letters happen to fall', async () => {
    const visitor = await signInOverHttp(server.url, business.email, business.password);
    const registry = settingsRegistry(SOURCES);
    for (let length = 1; length <= 12; length++) {
      const prompt = `${'x'.repeat(length)}${'שיניים ועזרה ראשונה '.repeat(200)}`;
      await updateSettings(database.db, business.businessId, { prompt }, registry, { actor: TEST_ACTOR });
      const page = await (await visitor.get('/settings/ai')).text();
      expect(page.includes('\0')).toBe(false);
      expect(page).toContain(prompt.trim());
    }
  });
});
