import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { launchBrowser, noBrowser } from '../helpers/browser.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp } from '../helpers/http.ts';

describe.skipIf(noBrowser)('somebody who was invited, without JavaScript', () => {
  let database: TestDatabase;
  let server: AppServer;
  let browser: Browser;
  let page: Page;
  let link: string;

  beforeAll(async () => {
    database = await testDatabase();
    server = await startAppServer({ db: database.db, sources: [] });
    const { email, password } = await demoBusiness(database.db);
    const owner = await signInOverHttp(server.url, email, password);
    await owner.post('/settings/users', { form: 'invite', email: 'dana@example.co.il', name: 'דנה', role: 'agent' });
    link = /http[^"]*\/invitation\/[\w-]{43}/u.exec(await (await owner.get('/settings/users')).text())?.[0] ?? '';
    browser = await launchBrowser();
    page = await (await browser.newContext({ javaScriptEnabled: false, locale: 'he-IL' })).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await server.close();
    await database.close();
  });

  test('makes an account, sets a second factor up, and signs in with it', async () => {
    await page.goto(link);
    await page.getByLabel('סיסמה').fill('12345678910');
    await page.getByRole('button', { name: 'יצירת חשבון והצטרפות' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('נפוצה');
    await page.getByLabel('סיסמה').fill('ענן כחול מעל הגליל');
    await page.getByRole('button', { name: 'יצירת חשבון והצטרפות' }).click();
    expect(new URL(page.url()).pathname).toBe('/calls');

    await page.goto(`${server.url}/account`);
    await page.getByRole('link', { name: 'הפעלת אימות דו־שלבי' }).click();
    await page.getByRole('button', { name: 'התחלה' }).click();
    const totp = new TOTP({ secret: Secret.fromBase32(await page.getByLabel('מפתח להקלדה').inputValue()) });
    await page.getByLabel('קוד בן 6 ספרות').fill(totp.generate({ timestamp: Date.now() - 30_000 }));
    await page.getByRole('button', { name: 'הפעלה' }).click();
    const codes = await page.locator('ul[dir=ltr] li').allTextContents();
    expect(codes).toHaveLength(10);

    await page.context().clearCookies();
    await page.goto(`${server.url}/sign-in?next=/account`);
    await page.getByLabel('דוא״ל').fill('dana@example.co.il');
    await page.getByLabel('סיסמה').fill('ענן כחול מעל הגליל');
    await page.getByRole('button', { name: 'כניסה' }).click();
    expect(new URL(page.url()).pathname).toBe('/sign-in/second-factor');
    await page.getByLabel('קוד מהאפליקציה').fill(codes[0] ?? '');
    await page.getByRole('button', { name: 'המשך' }).click();
    expect(new URL(page.url()).pathname).toBe('/account');
    expect(await page.getByText('קודי שחזור שנותרו: 9').count()).toBe(1);
    await page.goto(link);
    expect(await page.getByRole('heading', { name: 'הקישור כבר לא תקף' }).count()).toBe(1);
  });
});
