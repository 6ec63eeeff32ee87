import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plugins } from '../../plugins/index.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { launchBrowser, noBrowser } from '../helpers/browser.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness, type DemoBusiness } from '../helpers/demo-business.ts';
import { signInOverHttp } from '../helpers/http.ts';

describe.skipIf(noBrowser)('settings in a browser', () => {
  let database: TestDatabase;
  let server: AppServer;
  let business: DemoBusiness;
  let cookie: { name: string; value: string };
  let browser: Browser;
  const open: BrowserContext[] = [];
  let problems: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    server = await startAppServer({ db: database.db, sources: plugins });
    business = await demoBusiness(database.db);
    const visitor = await signInOverHttp(server.url, business.email, business.password);
    const [name = '', value = ''] = visitor.cookie.split('=');
    cookie = { name, value };
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await database?.close();
  });
  beforeEach(() => {
    problems = [];
    return async () => {
      await Promise.all(open.splice(0).map((context) => context.close()));
      expect(problems).toEqual([]);
    };
  });

  /** A window of somebody signed in. The browser's own question before leaving is answered with yes. */
  async function signedIn(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'he-IL', baseURL: server.url, ...options });
    open.push(context);
    await context.addCookies([{ ...cookie, url: server.url }]);
    return windowOf(context);
  }

  async function windowOf(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('dialog', (dialog) => void dialog.accept());
    return page;
  }

  const saveButton = (page: Page) => page.getByRole('button', { name: 'שמור הגדרות' });
  const saved = (page: Page) => page.getByRole('status').filter({ hasText: 'ההגדרות נשמרו' }).waitFor();
  const greeting = (page: Page) => page.getByLabel('הודעת פתיחה', { exact: true });
  const unsaved = (page: Page) => page.getByText('יש שינויים שלא נשמרו', { exact: true });

  test('with the keyboard alone: to the field, through the hours, and saved', async () => {
    const page = await signedIn();
    await page.goto('/settings/business');
    await page.getByLabel('שם העסק').focus();
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement?.getAttribute('name'))) === 'special_days.name') break;
      // A time has parts of its own; on to the next control.
    }
    await page.locator('[name="special_days.name"]').first().focus();
    await page.keyboard.type('יום כיף');
    await page.locator('[name="special_days.from"]').first().fill('2027-02-01');
    await page.locator('[name="opening_hours.sunday.from"]').first().fill('09:00');
    await page.locator('[name="opening_hours.sunday.to"]').first().fill('17:30');
    await unsaved(page).waitFor();
    await saveButton(page).focus();
    await page.keyboard.press('Enter');
    await saved(page);
    expect(await unsaved(page).count()).toBe(0);
    expect(await page.locator('[name="opening_hours.sunday.to"]').first().inputValue()).toBe('17:30');
  });

  test('without JavaScript: a second range of a day, and a race that is lost and settled', async () => {
    const page = await signedIn({ javaScriptEnabled: false });
    await page.goto('/settings/business');
    const monday = page.getByRole('listitem').filter({ hasText: /^שני/ });
    await monday.locator('[name="opening_hours.monday.from"]').first().fill('09:00');
    await monday.locator('[name="opening_hours.monday.to"]').first().fill('13:00');
    await monday.locator('summary').first().click();
    await monday.locator('[name="opening_hours.monday.from"]').nth(1).fill('16:00');
    await monday.locator('[name="opening_hours.monday.to"]').nth(1).fill('19:00');
    await saveButton(page).click();
    await saved(page);
    expect(await monday.locator('[name="opening_hours.monday.to"]:visible').count()).toBe(2);

    await page.goto('/settings/ai');
    const other = await signInOverHttp(server.url, business.email, business.password);
    await greeting(page).fill('שלום ממני');
    await other.post('/settings/ai', { greeting_message: 'שלום מאחר' });
    await saveButton(page).click();
    await page.getByRole('alert').getByText('שלום מאחר').waitFor();
    expect(await greeting(page).inputValue()).toBe('שלום ממני');
    await page.getByRole('radio', { name: /מה שהקלדת/ }).check();
    await saveButton(page).click();
    await saved(page);
    expect(await greeting(page).inputValue()).toBe('שלום ממני');
  });

  test('two windows with the same settings: different ones are both kept, the same one is asked about', async () => {
    const first = await signedIn();
    const second = await windowOf(first.context());
    await Promise.all([first.goto('/settings/ai'), second.goto('/settings/ai')]);
    await first.getByLabel('שם הסוכן').fill('נועם');
    await greeting(first).fill('מהחלון הראשון');
    await second.getByLabel('משך שיחה מרבי').fill('700');
    await saveButton(first).click();
    await saved(first);
    await saveButton(second).click();
    await saved(second);
    expect(await second.getByLabel('שם הסוכן').inputValue()).toBe('נועם');

    await greeting(second).fill('מהחלון השני');
    await greeting(first).fill('שוב מהראשון');
    await saveButton(first).click();
    await saved(first);
    await saveButton(second).click();
    const alert = second.getByRole('alert');
    await alert.getByText('שוב מהראשון').waitFor();
    await expect.poll(() => alert.evaluate((element) => element === document.activeElement)).toBe(true);
    expect((await new AxeBuilder({ page: second }).analyze()).violations).toEqual([]);
    await alert.getByRole('radio', { name: /שוב מהראשון/ }).check();
    await saveButton(second).click();
    await saved(second);
    expect(await greeting(second).inputValue()).toBe('שוב מהראשון');
  });

  test('what was typed and not saved is asked about, survives a reload and a lost session, and can be thrown away', async () => {
    const page = await signedIn();
    await page.goto('/settings/ai');
    const before = await greeting(page).inputValue();
    await greeting(page).fill('טיוטה');
    await unsaved(page).waitFor();

    const asks = page.getByRole('dialog', { name: 'לעזוב בלי לשמור?' });
    await page.getByRole('link', { name: 'עסק', exact: true }).click();
    await asks.getByRole('button', { name: 'להישאר בדף' }).click();
    expect(new URL(page.url()).pathname).toBe('/settings/ai');
    await page.getByRole('link', { name: 'עסק', exact: true }).click();
    await asks.getByRole('button', { name: 'לעזוב בלי לשמור' }).click();
    await page.waitForURL('**/settings/business');

    await page.getByRole('link', { name: 'AI ושיחות', exact: true }).click();
    await page.getByText('שוחזרו שינויים שלא נשמרו').waitFor();
    expect(await greeting(page).inputValue()).toBe('טיוטה');
    await page.reload();
    await page.getByText('שוחזרו שינויים שלא נשמרו').waitFor();
    expect(await greeting(page).inputValue()).toBe('טיוטה');

    // The session ends; what was typed is there after the next sign-in.
    await page.context().clearCookies();
    await saveButton(page).click();
    await page.waitForURL('**/sign-in*');
    await page.context().addCookies([{ ...cookie, url: server.url }]);
    await page.goto('/settings/ai');
    await page.getByText('שוחזרו שינויים שלא נשמרו').waitFor();
    expect(await greeting(page).inputValue()).toBe('טיוטה');

    await page.getByRole('button', { name: 'ביטול השינויים' }).click();
    expect(await greeting(page).inputValue()).toBe(before);
    await page.reload();
    await saveButton(page).waitFor();
    expect(await page.getByText('שוחזרו שינויים שלא נשמרו').count()).toBe(0);
  });

  test('the greeting is heard as typed, and the button says so', async () => {
    const page = await signedIn();
    await page.goto('/settings/ai');
    await greeting(page).fill('שלום');
    const button = page.getByRole('button', { name: 'השמעה: הודעת פתיחה' });
    const [request] = await Promise.all([page.waitForRequest('**/settings/ai/preview'), button.click()]);
    expect(new URLSearchParams(request.postData() ?? '').get('greeting_message')).toBe('שלום');
    expect((await request.response())?.status()).toBe(200);
    await greeting(page).fill('');
    await button.click();
    await page.getByText('אין כאן מה להשמיע').waitFor();
    await page.getByRole('link', { name: 'שיחות נכנסות' }).waitFor();
  });
});
