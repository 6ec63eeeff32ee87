import { chromium, type Browser } from 'playwright-core';
import { findBrowser } from '../../scripts/system.ts';

/** Off: everything a browser does by itself on the network, and the sandbox, which root may not use. */
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

const search = await findBrowser();
const inCi = process.env['CI'] === 'true' || process.env['CI'] === '1';

/**
 * Why browser tests cannot run here, in one line, or false. For `describe.skipIf(noBrowser)`. Always false in CI,
 * where a missing browser is a failure ({@link launchBrowser} throws).
 */
export const noBrowser: string | false = search.browser === null && !inCi ? search.reason : false;

if (noBrowser !== false) process.stderr.write(`Browser tests skipped: ${noBrowser}\n`);

/** Starts a headless browser; the caller closes it. Throws with the reason when there is none. */
export async function launchBrowser(): Promise<Browser> {
  if (search.browser === null) throw new Error(`No browser for the tests: ${search.reason}`);
  const { file, env } = search.browser;
  return chromium.launch({
    executablePath: file,
    headless: true,
    args: FLAGS,
    env: { ...inheritedEnvironment(), ...env },
  });
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}
