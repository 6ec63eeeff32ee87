import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, noBrowser } from '../helpers/browser.ts';
import { OWNER_PASSWORD, type PlayedCall, startWorld, type World } from '../helpers/world.ts';

/** A call as the people of the business see it while it goes on: real pages, a real call, the worker beside them. */

const SCRIPT = `
title: שיחה חיה
settings: { bot_speaks_first: true, greeting_message: "שלום, הגעתם למוסך הצפון, במה אפשר לעזור לכם היום?", auto_end_on_goodbye: true }
from: "+972501234567"
conversation:
  - agent: שלום, הגעתם למוסך הצפון, במה אפשר לעזור לכם היום?
  - caller: אני רוצה לקבוע טיפול שנתי לרכב.
  - tool: save_lead_details
    arguments: { name: "דנה לוי", phone: "050-123-4567", topic: "טיפול שנתי" }
  - agent: בשמחה, רשמתי טיפול שנתי על שם דנה לוי. יש עוד משהו?
  - caller: לא, תודה רבה ולהתראות.
  - agent: תודה, להתראות!
`;
const GREETING = 'הגעתם למוסך הצפון';
const QUESTION = 'אני רוצה לקבוע טיפול שנתי';
const GOODBYE = 'תודה, להתראות!';
const LOST = 'החיבור נותק';

describe.skipIf(noBrowser)('a call seen live', () => {
  let world: World;
  let browser: Browser;
  const open: BrowserContext[] = [];
  let problems: string[] = [];

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ pages: true }), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });
  beforeEach(() => {
    problems = [];
    return async () => {
      await Promise.all(open.splice(0).map((context) => context.close()));
      expect(problems).toEqual([]);
    };
  });

  async function signedIn(email: string): Promise<Page> {
    const context = await browser.newContext({ locale: 'he-IL', baseURL: world.url });
    open.push(context);
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto('/sign-in');
    await page.getByLabel('דוא״ל').fill(email);
    await page.getByLabel('סיסמה').fill(OWNER_PASSWORD);
    await page.getByRole('button', { name: 'כניסה' }).click();
    await page.waitForURL('**/dashboard');
    await page.goto('/calls');
    return page;
  }

  /** Begins a call of a new business with that business's list of calls open. */
  async function begin(): Promise<{ list: Page; playing: Promise<PlayedCall> }> {
    let list: Page | undefined;
    let ready = (): void => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const playing = world.play(SCRIPT, {
      before: async ({ email }) => {
        list = await signedIn(email);
        await list.getByText('עדיין אין שיחות').waitFor();
        ready();
      },
    });
    playing.catch(() => undefined);
    await Promise.race([isReady, playing]);
    return { list: list as Page, playing };
  }

  const turn = (page: Page, text: string) => page.locator('ol > li').filter({ hasText: text });

  it('appears in the list, is followed word by word on its page, ends, and is delivered, without a reload', async () => {
    const { list, playing } = await begin();
    const row = list.getByRole('row').filter({ hasText: '050-123-4567' });
    await row.getByText('מתקיימת עכשיו').waitFor({ timeout: 5000 });
    const elapsed = row.getByRole('timer');
    const shown = await elapsed.innerText();
    await expect.poll(() => elapsed.innerText(), { timeout: 3000 }).not.toBe(shown);

    const page = await list.context().newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto((await row.getByRole('link').getAttribute('href')) as string);
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await page.getByText('הסוכן מדבר').waitFor();
    await turn(page, GREETING).waitFor();
    await turn(page, QUESTION).waitFor();
    // A screen reader hears each turn once, when it has its words.
    await page.locator('[aria-live=polite]', { hasText: QUESTION }).waitFor({ state: 'attached' });
    await page.getByRole('heading', { level: 1, name: 'דנה לוי' }).waitFor();
    await turn(page, GOODBYE).waitFor();
    await page.getByText('הלקוח נפרד').first().waitFor();
    await page.getByText('נשלח', { exact: true }).waitFor({ timeout: 10_000 });
    expect(await page.getByText('הסוכן מדבר').count()).toBe(0);
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);

    const ended = list.getByRole('row').filter({ hasText: 'דנה לוי' });
    await ended.getByText('הלקוח נפרד').waitFor();
    await ended.getByText('נשלח', { exact: true }).waitFor();
    await playing;
  });

  it('after the network was away for half of the call nothing is missing; signed out elsewhere, the page leaves', async () => {
    const { list, playing } = await begin();
    const row = list.getByRole('row').filter({ hasText: '050-123-4567' });
    await row.getByText('מתקיימת עכשיו').waitFor({ timeout: 5000 });
    await row.getByRole('link').click();
    await turn(list, GREETING).waitFor();

    await list.context().setOffline(true);
    await list.getByRole('status').filter({ hasText: LOST }).waitFor({ timeout: 5000 });
    const { detail } = await playing;
    // The page stands as it was, and is no error page.
    expect(await turn(list, GREETING).count()).toBe(1);
    expect(await turn(list, GOODBYE).count()).toBe(0);

    await list.context().setOffline(false);
    await turn(list, GOODBYE).waitFor({ timeout: 5000 });
    await list.getByText('נשלח', { exact: true }).waitFor();
    for (const { text } of detail.turns) expect(await turn(list, text).count()).toBeGreaterThan(0);
    await expect.poll(() => list.getByText(LOST).count()).toBe(0);

    // Signed out in another window, this one goes to the sign-in page by itself.
    const other = await list.context().newPage();
    await other.goto('/calls');
    await other.locator('summary:visible').first().click();
    await other.locator('button:visible', { hasText: 'יציאה' }).click();
    await other.waitForURL('**/sign-in');
    await list.bringToFront();
    await list.waitForURL('**/sign-in**', { timeout: 10_000 });
  });
});
