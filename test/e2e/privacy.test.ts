import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addNumber } from '../../domain/do-not-call/index.ts';
import { TEST_ACTOR } from '../helpers/actor.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { launchBrowser, noBrowser } from '../helpers/browser.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness, demoCall, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp } from '../helpers/http.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

/** Folder that the pages are pictured into, for a look by a person. */
const PICTURES = process.env['PICTURES'];

describe.skipIf(noBrowser)('privacy, by an owner whose browser runs no scripts', () => {
  let database: TestDatabase;
  let server: AppServer;
  let browser: Browser;
  let business: DemoBusiness;

  beforeAll(async () => {
    database = await testDatabase();
    server = await startAppServer({ db: database.db, sources: SOURCES });
    business = await demoBusiness(database.db);
    browser = await launchBrowser();
    await demoCall(database.db, business.businessId, {
      callSid: 'CAronit',
      startedAt: new Date('2026-01-01T10:00:00Z'),
      leadName: 'רונית',
      delivery: 'delivered',
    });
    await addNumber(database.db, business.businessId, '0523456789', TEST_ACTOR);
    await addNumber(database.db, business.businessId, '*2040', TEST_ACTOR);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await database.close();
  });

  async function open(path: string, look: { width?: number; dark?: boolean } = {}): Promise<Page> {
    const { cookie } = await signInOverHttp(server.url, business.email, business.password);
    const [name = '', value = ''] = cookie.split('=');
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: look.width ?? 1440, height: 900 },
      colorScheme: look.dark === true ? 'dark' : 'light',
    });
    await context.addCookies([{ name, value, url: server.url }]);
    const page = await context.newPage();
    await page.goto(`${server.url}${path}`);
    return page;
  }

  const fits = (page: Page) => page.locator('html').evaluate((html) => html.scrollWidth <= html.clientWidth);
  const picture = async (page: Page, name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  };

  test('the log is narrowed by its form, and the way back stands beside it', async () => {
    const page = await open('/audit');
    await picture(page, 'audit');
    await page.getByLabel('מה', { exact: true }).selectOption('do_not_call.added');
    await page.getByRole('button', { name: 'סינון' }).click();
    expect(new URL(page.url()).searchParams.get('action')).toBe('do_not_call.added');
    const headings = await page.getByRole('listitem').getByRole('heading').allTextContents();
    expect(headings).toEqual(Array(2).fill('הוספת מספר לרשימת «לא להתקשר»'));
    await page.getByRole('link', { name: 'ניקוי הסינון' }).click();
    expect(await page.getByRole('listitem').getByRole('heading').count()).toBeGreaterThan(2);
  });

  test('a person’s data is looked up, erased after the number was typed again, and proof is given', async () => {
    const page = await open('/privacy');
    await page.getByLabel('מספר טלפון').fill('052 345 6789');
    await page.getByRole('button', { name: 'מה נשמר?' }).click();
    await picture(page, 'privacy');
    await page.getByLabel('לאישור, יש להקליד את המספר שוב').fill('052-3456789');
    await page.getByRole('button', { name: 'מחיקה', exact: true }).click();
    await page.getByText('המידע על המספר נמחק').waitFor();
    expect(await page.locator('main').innerText()).not.toContain('3456789');
    await picture(page, 'erasure');
  });

  test.each([360, 1440])('nothing is wider than a window of %d px', async (width) => {
    for (const path of ['/audit', '/do-not-call', '/privacy', '/settings/security']) {
      const page = await open(path, { width, dark: width < 1000 });
      expect([path, await fits(page)]).toEqual([path, true]);
      await picture(page, `${path.slice(1).replace('/', '-')}-${width}`);
      await page.context().close();
    }
  });
});
