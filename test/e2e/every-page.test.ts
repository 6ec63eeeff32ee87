import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placesOf } from '../../app/navigation.ts';
import { settingsTabsOf } from '../../app/settings/tabs.ts';
import type { Role } from '../../domain/users/index.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { launchBrowser, noBrowser } from '../helpers/browser.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { DEMO_PASSWORD, demoBusiness, demoCall, demoPerson, type DemoBusiness } from '../helpers/demo-business.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

// What holds for every page of the navigation and of the settings, whoever adds one.

const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
] as const;

/** Score of a shift that somebody could see; letters of a second font, a pixel wider, stay far below it. */
const SHIFT_SEEN = 0.001;

/** Widths at which a page is laid out differently enough for axe to look again. */
const AXE_WIDTHS: readonly number[] = [360, 1440];

describe.skipIf(noBrowser)('every page', () => {
  let database: TestDatabase;
  let server: AppServer;
  let business: DemoBusiness;
  let browser: Browser;
  const people: Partial<Record<Role, string>> = {};

  beforeAll(async () => {
    database = await testDatabase();
    server = await startAppServer({ db: database.db, sources: SOURCES, usesSandboxModel: true, development: true });
    business = await demoBusiness(database.db);
    people.owner = business.email;
    people.agent = await demoPerson(database.db, business.businessId, 'agent');
    await demoCall(database.db, business.businessId, {
      callSid: 'CAone',
      startedAt: new Date(),
      leadName: 'רונית לוי',
      delivery: 'failed',
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await database?.close();
  });

  async function contextOf(email: string | undefined): Promise<BrowserContext> {
    const context = await browser.newContext({ locale: 'he-IL', baseURL: server.url });
    // Shifts of the layout that nobody caused by pressing something.
    await context.addInitScript(() => {
      const seen = { shift: 0 };
      Object.assign(window, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          if (!(entry as unknown as { hadRecentInput: boolean }).hadRecentInput) {
            seen.shift += (entry as unknown as { value: number }).value;
          }
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    if (email === undefined) return context;
    const response = await context.request.post('/sign-in', {
      form: { email, password: DEMO_PASSWORD },
      headers: { Origin: server.url },
      maxRedirects: 0,
    });
    expect(response.status()).toBe(302);
    return context;
  }

  const shift = (page: Page) => page.evaluate(() => (window as unknown as { seen: { shift: number } }).seen.shift);

  /** What is wrong with a page, in both schemes and at all widths; it is loaded once for each width. */
  async function faults(page: Page, path: string): Promise<string[]> {
    const found: string[] = [];
    for (const size of SIZES) {
      const at = `${path} at ${size.width}`;
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      const response = await page.goto(path);
      if (response?.status() !== 200) found.push(`${at}: status ${response?.status() ?? 0}`);
      await page.waitForFunction(() => document.readyState === 'complete' && '__remixContext' in window);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wider > 0) found.push(`${at}: ${wider} px wider than the window`);
      if (AXE_WIDTHS.includes(size.width)) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const { violations } = await new AxeBuilder({ page })
            .options({ rules: { 'target-size': { enabled: true } } })
            .analyze();
          for (const { id, nodes } of violations) {
            found.push(`${at} ${colorScheme}: ${id} ${nodes.map(({ html }) => html.slice(0, 300)).join(' | ')}`);
          }
        }
      }
      if (size.width === 1440) found.push(...(await unseenFocus(page)).map((html) => `${at}: focus unseen on ${html}`));
      const moved = await shift(page);
      if (moved >= SHIFT_SEEN) found.push(`${at}: the layout shifts by ${moved}`);
    }
    return found;
  }

  /** Of what the keyboard reaches first, what shows no sign of it. */
  async function unseenFocus(page: Page): Promise<string[]> {
    const unseen: string[] = [];
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press('Tab');
      const html = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle === 'none' || outlineWidth === '0px' ? element.outerHTML.slice(0, 200) : null;
      });
      if (html !== null) unseen.push(html);
    }
    return unseen;
  }

  test.each(['owner', 'agent'] as const)('of the navigation, for the role %s', { timeout: 180_000 }, async (role) => {
    const tabs = role === 'owner' ? settingsTabsOf(role).map(({ to }) => to) : [];
    const places = placesOf(role).map(({ to }) => to);
    const own = role === 'owner' ? ['/calls/CAone', '/status'] : ['/status'];
    const paths = [...places.filter((to) => to !== '/settings'), ...tabs, ...own];
    const context = await contextOf(people[role]);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') problems.push(line.text());
    });
    for (const path of paths) problems.push(...(await faults(page, path)));
    await context.close();
    expect(problems).toEqual([]);
  });

  test('that is public, and the page of all components', { timeout: 120_000 }, async () => {
    const context = await contextOf(undefined);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (line) => {
      if (line.type() === 'error') problems.push(line.text());
    });
    for (const path of ['/sign-in', '/accessibility', '/api-docs', '/design'])
      problems.push(...(await faults(page, path)));

    // What opens over the page is found in order as well.
    const axe = async (name: string, ...without: string[]) => {
      const { violations } = await new AxeBuilder({ page }).disableRules(without).analyze();
      problems.push(...violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html.slice(0, 300) ?? ''}`));
    };
    await page.getByRole('button', { name: 'חלון עם טופס' }).click();
    await page.getByRole('dialog', { name: 'שינוי שם' }).waitFor();
    await axe('dialog');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'עיר', exact: true }).click();
    await page.keyboard.type('חי');
    await page.getByRole('option', { name: 'חיפה' }).waitFor();
    // While its list is open the page behind is hidden from screen readers; the focus cannot get there: Tab closes it.
    await axe('combobox', 'aria-hidden-focus', 'region', 'page-has-heading-one');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('input[name="combobox"]').inputValue()).toBe('city-2');
    await page.getByRole('button', { name: 'בחירה מלוח שנה' }).first().click();
    await page.getByRole('grid').waitFor();
    await axe('calendar');
    await page.keyboard.press('Escape');
    await context.close();
    expect(problems).toEqual([]);
  });

  test('says so when the connection is lost, and keeps what was typed', async () => {
    const context = await contextOf(people.owner);
    const page = await context.newPage();
    await page.goto('/settings/business');
    const name = page.getByLabel('שם העסק');
    await name.fill('שם חדש');
    await context.setOffline(true);
    await page.getByRole('button', { name: 'שמור הגדרות' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'אין חיבור לאינטרנט' });
    await notice.waitFor();
    expect(await name.inputValue()).toBe('שם חדש');
    await context.setOffline(false);
    await page.getByRole('status').filter({ hasText: 'ההגדרות נשמרו' }).waitFor();
    await notice.waitFor({ state: 'hidden' });
    expect(await name.inputValue()).toBe('שם חדש');
    await context.close();
  });
});
