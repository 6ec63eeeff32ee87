import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { launchBrowser, noBrowser } from '../helpers/browser.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { demoBusiness, demoCall, type DemoBusiness } from '../helpers/demo-business.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1280, height: 900 };

describe.skipIf(noBrowser)('pages in a browser', () => {
  let database: TestDatabase;
  let server: AppServer;
  let business: DemoBusiness;
  let browser: Browser;
  const open: BrowserContext[] = [];
  let problems: string[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    server = await startAppServer({ db: database.db, sources: SOURCES, usesSandboxModel: true });
    business = await demoBusiness(database.db);
    const at = Date.now();
    const calls = [
      { callSid: 'CAfailed', leadName: 'רונית לוי', delivery: 'failed' },
      { callSid: 'CAsent', from: '+972546667778', leadName: 'אבי כהן', delivery: 'delivered' },
      { callSid: 'CAanonymous', from: 'anonymous', endReason: 'model_unavailable', turns: [] },
    ] as const;
    for (const [index, call] of calls.entries()) {
      await demoCall(database.db, business.businessId, { ...call, startedAt: new Date(at - index * 3_600_000) });
    }
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await database?.close();
  });
  beforeEach(async () => {
    problems = [];
    return async () => {
      await Promise.all(open.splice(0).map((context) => context.close()));
      expect(problems).toEqual([]);
    };
  });

  /** A page of a browser of its own. Scripts that throw or are blocked fail the test. */
  async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: WIDE, locale: 'he-IL', baseURL: server.url, ...options });
    open.push(context);
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => {
      // A status that the test asked for is no problem, and neither is a page that was left while it was being read.
      const expected = /^(Failed to load resource|AbortError)/u.test(line.text());
      if (line.type() === 'error' && !expected) problems.push(line.text());
    });
    return page;
  }

  async function signIn(page: Page): Promise<void> {
    await page.goto('/sign-in');
    await page.getByLabel('דוא״ל').fill(business.email);
    await page.getByLabel('סיסמה').fill(business.password);
    await page.getByRole('button', { name: 'כניסה' }).click();
    await page.waitForURL('**/dashboard');
    await page.goto('/calls');
  }

  const save = (page: Page) => page.getByRole('button', { name: 'שמור הגדרות' }).click();
  const saved = (page: Page) => page.getByRole('status').filter({ hasText: 'ההגדרות נשמרו' }).waitFor();
  const scroll = (page: Page) => page.evaluate(() => window.scrollY);

  test.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('signing in %s: wrong, then right, then where the person wanted to go, then out', async (_, javaScriptEnabled) => {
    const page = await newPage({ javaScriptEnabled });
    await page.goto('/calls/CAfailed');
    await page.getByLabel('דוא״ל').fill(business.email);
    await page.getByLabel('סיסמה').fill('wrong');
    await page.getByRole('button', { name: 'כניסה' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('הדוא״ל או הסיסמה שגויים').waitFor();
    if (javaScriptEnabled) expect(await alert.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByLabel('דוא״ל').inputValue()).toBe(business.email);
    await page.getByLabel('סיסמה').fill(business.password);
    await page.getByRole('button', { name: 'כניסה' }).click();
    await page.getByRole('heading', { level: 1, name: 'רונית לוי' }).waitFor();

    await page.locator('summary:visible').first().click();
    await page.locator('button:visible', { hasText: 'יציאה' }).click();
    await page.waitForURL('**/sign-in');
    await page.goto('/calls');
    expect(page.url()).toContain('/sign-in');
  });

  test.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'the settings of the integration, %s: a mistake keeps what was typed, a save lasts',
    async (_, javaScriptEnabled) => {
      const page = await newPage({ javaScriptEnabled });
      await signIn(page);
      await page.goto('/settings/integrations');
      await page.getByRole('heading', { name: 'אינטגרציה עם Monday.com' }).waitFor();
      const webhook = page.getByLabel('Monday Webhook URL');
      const send = page.getByLabel('שלח תמלולי שיחות אוטומטית ל-Monday');
      expect(await webhook.getAttribute('dir')).toBe('ltr');

      await webhook.fill('no address');
      await send.check();
      await save(page);
      await page
        .getByRole('alert')
        .getByRole('link', { name: /Monday Webhook URL/ })
        .waitFor();
      expect(await webhook.inputValue()).toBe('no address');
      expect(await webhook.getAttribute('aria-invalid')).toBe('true');
      expect(await send.isChecked()).toBe(true);
      const message = page.locator(`#${(await webhook.getAttribute('aria-describedby'))?.split(' ').at(-1)}`);
      expect(await message.innerText()).toMatch(/[א-ת]/);

      const url = `https://hooks.example.com/${javaScriptEnabled ? 'js' : 'plain'}`;
      await webhook.fill(url);
      await save(page);
      await saved(page);
      await page.goto('/settings/integrations');
      expect(await webhook.inputValue()).toBe(url);
      expect(await send.isChecked()).toBe(true);
      expect(await page.getByRole('alert').count()).toBe(0);

      await send.uncheck();
      await webhook.fill('');
      await save(page);
      await saved(page);
      await page.reload();
      expect(await send.isChecked()).toBe(false);
      expect(await webhook.inputValue()).toBe('');
    },
  );

  test.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('the settings of the agent, %s: every control lasts', async (_, javaScriptEnabled) => {
    const page = await newPage({ javaScriptEnabled });
    await signIn(page);
    await page.goto('/settings/ai');
    const first = page.getByLabel('הבוט מדבר ראשון (ניגון הודעת פתיחה לפני שמקשיבים ללקוח)');
    const afterLead = page.getByLabel('נתק שיחה אוטומטית אחרי קבלת כל פרטי הליד');
    const onGoodbye = page.getByLabel('נתק שיחה כשלקוח אומר ביי / תודה / אין צורך');
    const bargeIn = page.getByLabel('הסוכן מפסיק לדבר כשהלקוח מתחיל');
    for (const box of [first, afterLead, onGoodbye]) await box.setChecked(javaScriptEnabled);
    await bargeIn.setChecked(!javaScriptEnabled);
    await page.getByLabel('שם הסוכן').fill('יונתן');
    await page.getByLabel('קול').selectOption('ash');
    await page.getByLabel('הודעת פתיחה', { exact: true }).fill('שלום,\nהגעתם לנדל״ן הגליל');
    await page.getByLabel('משך שיחה מרבי').fill('900');
    await page.getByLabel('דוא״ל').check();
    await page.getByLabel('נושא הפנייה').uncheck();
    const before = await scroll(page);
    await save(page);
    await saved(page);
    // The page stays where it was; the notice that appears may move it by a line, never to the top.
    if (javaScriptEnabled) expect(Math.abs((await scroll(page)) - before)).toBeLessThan(100);
    await page.goto('/settings/ai');
    for (const box of [first, afterLead, onGoodbye]) expect(await box.isChecked()).toBe(javaScriptEnabled);
    expect(await bargeIn.isChecked()).toBe(!javaScriptEnabled);
    expect(await page.getByLabel('שם הסוכן').inputValue()).toBe('יונתן');
    expect(await page.getByLabel('קול').inputValue()).toBe('ash');
    expect(await page.getByLabel('הודעת פתיחה', { exact: true }).inputValue()).toBe('שלום,\nהגעתם לנדל״ן הגליל');
    expect(await page.getByLabel('משך שיחה מרבי').inputValue()).toBe('900');
    expect(await page.getByLabel('דוא״ל').isChecked()).toBe(true);
    expect(await page.getByLabel('נושא הפנייה').isChecked()).toBe(false);
  });

  test('a mistake takes the focus to its summary, and the summary leads to the field', async () => {
    const page = await newPage();
    await signIn(page);
    await page.goto('/settings/ai');
    await page.getByLabel('משך שיחה מרבי').fill('1');
    for (let attempt = 0; attempt < 2; attempt++) {
      await save(page);
      await page.locator('[role=alert]:focus').waitFor();
      await page.getByRole('alert').getByRole('link').click();
      await page.locator('#max_call_sec:focus').waitFor();
    }
  });

  test('calls are a table on a wide screen and cards on a narrow one', async () => {
    const page = await newPage();
    await signIn(page);
    const table = page.getByRole('table');
    const row = table.getByRole('row', { name: /רונית לוי/ });
    await row.waitFor();
    expect(await table.getByRole('row').count()).toBe(4);
    for (const text of ['052-345-6789', '1:23', 'הלקוח נפרד', 'השליחה נכשלה']) await row.getByText(text).waitFor();
    expect(await row.locator('bdi[dir=ltr]').first().innerText()).toBe('052-345-6789');
    await table
      .getByRole('row', { name: /מספר חסוי/ })
      .getByText('הסוכן לא היה זמין')
      .waitFor();

    // Filters are in sight where there is room; on a narrow screen the list comes first.
    const direction = page.getByLabel('כיוון');
    expect(await direction.isVisible()).toBe(true);
    await page.setViewportSize(NARROW);
    expect(await table.isVisible()).toBe(false);
    expect([await page.getByLabel('חיפוש').isVisible(), await direction.isVisible()]).toEqual([true, false]);
    await page.getByText('עוד סינון').click();
    await direction.selectOption('inbound');
    await page.getByRole('button', { name: 'סינון', exact: true }).click();
    await page.waitForURL(/direction=inbound/);
    expect(await direction.isVisible()).toBe(true);
    await page.locator('main a:visible', { hasText: 'רונית לוי' }).click();
    await page.getByRole('heading', { level: 1, name: 'רונית לוי' }).waitFor();
  });

  test('the page of a call shows the conversation, the lead and every attempt', async () => {
    const page = await newPage();
    await signIn(page);
    await page.goto('/calls/CAfailed');
    const turns = page.getByRole('region', { name: 'תמלול' }).getByRole('listitem');
    expect(await turns.count()).toBe(8);
    await turns.nth(2).getByText('הופסק באמצע').waitFor();
    const [agent, caller] = await Promise.all([
      turns.nth(0).boundingBox(),
      turns.nth(1).locator('p').first().boundingBox(),
    ]);
    expect(caller?.x).toBeLessThan((agent?.x ?? 0) + (agent?.width ?? 0) / 2);
    await page.getByRole('region', { name: 'פרטי הליד' }).getByText('דירת 4 חדרים בכרמיאל').waitFor();
    const deliveries = page.getByRole('region', { name: 'שליחה למערכות' });
    await deliveries.getByText('השרת של היעד לא ענה בזמן.').waitFor();
    await deliveries.getByText('HTTP 404').waitFor();
    await deliveries.getByRole('button', { name: 'שליחה מחדש' }).click();
    await deliveries.getByText('בדרך').waitFor();
    expect(server.jobs.at(-1)?.job).toBe('deliver');
  });

  test('the page of a running call follows it to its end by itself', async () => {
    const startedAt = new Date(Date.now() - 20_000);
    await demoCall(database.db, business.businessId, {
      callSid: 'CAlive',
      startedAt,
      status: 'in_progress',
      turns: [],
    });
    const page = await newPage();
    await signIn(page);
    await page.goto('/calls/CAlive');
    await page.getByText('השיחה מתקיימת עכשיו').waitFor();
    await database.db.withBusiness(business.businessId, (tx) =>
      tx.call.update({
        where: { callSid: 'CAlive' },
        data: { status: 'completed', endReason: 'silence', endedAt: new Date(), finalizedAt: new Date() },
      }),
    );
    await page.getByText('שקט בקו').waitFor({ timeout: 6000 });
    expect(await page.getByText('השיחה מתקיימת עכשיו').count()).toBe(0);
  });

  // States that `every-page.test.ts` does not come to.
  test('nothing for axe to find, and nothing wider than 360 px, in what a page seldom shows', async () => {
    const page = await newPage({ viewport: NARROW });
    const check = async (name: string) => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((one) => `${name} ${colorScheme}: ${one.id} ${one.nodes[0]?.html}`)).toEqual([]);
      }
    };
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'כניסה' }).click();
    await page.getByRole('alert').waitFor();
    await check('a failed sign-in');
    await signIn(page);
    for (const path of ['/calls/CAsent', '/calls/CAanonymous', '/settings/ai/prompts/calls', '/nowhere']) {
      await page.goto(path);
      await check(path);
    }
    await page.goto('/settings/business');
    await page.getByLabel('שם העסק').fill('');
    await save(page);
    await page.getByRole('alert').waitFor();
    await check('a failed save');
  }, 60_000);
});
