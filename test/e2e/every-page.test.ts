import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLACES, placesOf, type Place } from '../../app/navigation.ts';
import { SETTINGS_TABS } from '../../app/settings/tabs.ts';
import { can, type Role } from '../../domain/users/index.ts';
import { startAppServer, type AppServer } from '../helpers/app-server.ts';
import { launchBrowser, noBrowser } from '../helpers/browser.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import {
  DEMO_PASSWORD,
  demoBusiness,
  demoCall,
  demoPerson,
  demoSystemAdmin,
  type DemoBusiness,
} from '../helpers/demo-business.ts';
import { SOURCES } from '../helpers/settings-sources.ts';

// What holds for every page of the navigation and of the settings, whoever adds one.

const SIZES = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
] as const;

/** Score of a shift that somebody could see. A page is painted once it is whole, with its fonts or without them. */
const SHIFT_SEEN = 0.005;

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
    people.admin = await demoPerson(database.db, business.businessId, 'admin');
    people.system_admin = await demoSystemAdmin(database.db);
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

  /** From now on this system administrator works in the business. */
  async function act(context: BrowserContext): Promise<void> {
    const response = await context.request.post(`/businesses/${business.businessId}`, {
      form: { form: 'act_as' },
      headers: { Origin: server.url },
      maxRedirects: 0,
    });
    expect(response.headers()['location']).toBe('/calls');
  }

  const shift = (page: Page) => page.evaluate(() => (window as unknown as { seen: { shift: number } }).seen.shift);

  /** What axe finds. The schemes differ in their colours alone, so that the dark one is asked about these alone. */
  async function violations(page: Page, at: string): Promise<string[]> {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // Without frames there is nothing to gather on a page of its own, which costs more than the look itself.
      const axe = new AxeBuilder({ page }).setLegacyMode();
      if (colorScheme === 'light') axe.options({ rules: { 'target-size': { enabled: true } } });
      else axe.withRules(['color-contrast', 'link-in-text-block']);
      for (const { id, nodes } of (await axe.analyze()).violations) {
        found.push(`${at} ${colorScheme}: ${id} ${nodes.map(({ html }) => html.slice(0, 300)).join(' | ')}`);
      }
    }
    return found;
  }

  const wider = async (page: Page, at: string) => {
    const px = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    return px > 0 ? [`${at}: ${px} px wider than the window`] : [];
  };

  async function open(page: Page, path: string, size: (typeof SIZES)[number]): Promise<string[]> {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    const response = await page.goto(path);
    await page.waitForFunction(() => document.readyState === 'complete' && '__remixContext' in window);
    return response?.status() === 200 ? [] : [`${path}: status ${response?.status() ?? 0}`];
  }

  /** What is wrong with a page, in both schemes and at all widths; it is loaded once for each width. */
  async function faults(page: Page, path: string): Promise<string[]> {
    const found: string[] = [];
    for (const size of SIZES) {
      const at = `${path} at ${size.width}`;
      found.push(...(await open(page, path, size)), ...(await wider(page, at)));
      if (AXE_WIDTHS.includes(size.width)) found.push(...(await violations(page, at)));
      if (size.width === 1440) found.push(...(await unseenFocus(page)).map((html) => `${at}: focus unseen on ${html}`));
      const moved = await shift(page);
      if (moved >= SHIFT_SEEN) found.push(`${at}: the layout shifts by ${moved}`);
    }
    return found;
  }

  /**
   * The same for somebody whose pages are those of the owner with a part less or a part more: loaded once, on the
   * smallest screen, where a part more has the least room.
   */
  async function faultsOfPart(page: Page, path: string): Promise<string[]> {
    const found = await open(page, path, SIZES[0]);
    return [...found, ...(await wider(page, path)), ...(await violations(page, path))];
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

  /** Every page with an address of its own, and what one needs to open it. */
  const PAGES: readonly Pick<Place, 'to' | 'action' | 'scope'>[] = [...PLACES, ...SETTINGS_TABS].filter(
    ({ to }) => to !== '/settings',
  );
  const pathsOf = (role: Role) => PAGES.filter(({ action, scope }) => can(role, action, scope)).map(({ to }) => to);

  interface Case {
    readonly name: string;
    readonly role: Role;
    /** Beside those of the navigation and the settings. */
    readonly more: () => readonly string[];
    readonly look: (page: Page, path: string) => Promise<string[]>;
  }
  const CASES: readonly Case[] = [
    { name: 'owner', role: 'owner', more: () => ['/calls/CAone', '/status'], look: faults },
    { name: 'agent', role: 'agent', more: () => ['/calls/CAone', '/status', '/account'], look: faultsOfPart },
    { name: 'admin', role: 'admin', more: () => ['/calls/CAone', '/status', '/account'], look: faultsOfPart },
    {
      name: 'system administrator who acts as the business',
      role: 'system_admin',
      more: () => ['/calls/CAone', '/status', '/account', `/businesses/${business.businessId}`],
      look: faultsOfPart,
    },
  ];

  test.each(CASES)('of the navigation, for: $name', { timeout: 180_000 }, async ({ role, more, look }) => {
    const context = await contextOf(people[role]);
    if (role === 'system_admin') await act(context);
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') problems.push(line.text());
    });
    for (const path of [...pathsOf(role), ...more()]) problems.push(...(await look(page, path)));
    expect(problems).toEqual([]);

    const links = await page.locator('nav a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    for (const { to } of placesOf(role)) expect(links).toContain(to);
    for (const { to } of PAGES.filter((place) => !pathsOf(role).includes(place.to))) {
      expect(links).not.toContain(to);
      const refused = await context.request.get(to, { maxRedirects: 0 });
      expect([to, refused.status()]).toEqual([to, 403]);
    }
    await context.close();
  });

  test('a system administrator who acts as nobody has the businesses alone', async () => {
    const context = await contextOf(people.system_admin);
    const page = await context.newPage();
    const problems: string[] = [];
    for (const path of ['/businesses', `/businesses/${business.businessId}`, '/account']) {
      problems.push(...(await faultsOfPart(page, path)));
    }
    expect(problems).toEqual([]);
    await page.goto('/businesses');
    const links = await page.locator('nav a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toContain('/businesses');
    for (const { to } of PAGES.filter(({ to }) => to !== '/businesses')) {
      expect(links).not.toContain(to);
      const sent = await context.request.get(to, { maxRedirects: 0 });
      expect([to, sent.status(), sent.headers()['location']]).toEqual([to, 302, '/businesses']);
    }
    await context.close();
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
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().disableRules(without).analyze();
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

    // The line breaks while the form is on its way: it may have arrived, so that only its sender has it sent again.
    let posts = 0;
    await page.route('**/settings/business.data*', (route) => {
      if (route.request().method() !== 'POST' || ++posts > 1) return route.continue();
      return route.abort('connectionreset');
    });
    await name.fill('שם אחר');
    await page.getByRole('button', { name: 'שמור הגדרות' }).click();
    const broken = page.getByRole('alert').filter({ hasText: 'החיבור נקטע באמצע' });
    await broken.waitFor();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    expect([posts, await broken.isVisible()]).toEqual([1, true]);
    await broken.getByRole('button', { name: 'לנסות שוב' }).click();
    await page.getByRole('status').filter({ hasText: 'ההגדרות נשמרו' }).waitFor();
    expect(posts).toBe(2);
    await context.close();
  });
});
