import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareSystem } from './system.ts';

/**
 * The one test line: system pieces, then formatting, lint, types, import rules and the build, two at a time, then
 * every test. A failed check does not hide the tests' results: the run goes on, `test/checks.test.ts` fails with its
 * name, and the test runner's summary stays the last thing printed. Arguments go to the test runner.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');

interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** Longest first, so that two lanes end at about the same time. */
const CHECKS: readonly Check[] = [
  { name: 'eslint', command: ['eslint', '--max-warnings', '0', '.'] },
  { name: 'tsc', command: ['tsc', '--noEmit'] },
  { name: 'build', command: ['tsx', 'scripts/build.ts'] },
  { name: 'prettier', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'dependency-cruiser', command: ['depcruise', '.'] },
];
const LANES = 2;

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs a program of node_modules and settles with its exit code and, when `quiet`, all it printed. */
function run([program, ...args]: Check['command'], quiet: boolean, env = process.env) {
  return new Promise<{ code: number; output: string }>((resolve, reject) => {
    const child = spawn(join(BIN, program), args, {
      cwd: ROOT,
      env,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      shell: process.platform === 'win32',
    });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: chunks.join('') }));
  });
}

async function runCheck({ name, command }: Check): Promise<boolean> {
  const startedAt = performance.now();
  const { code, output } = await run(command, true);
  if (code === 0) say(`  ok      ${name} (${seconds(startedAt)})`);
  else say(`  FAILED  ${name} (${seconds(startedAt)})\n\n${output.trim()}\n`);
  return code === 0;
}

/** Names of the checks that failed, in the order of the list. */
async function runChecks(): Promise<string[]> {
  // Types, lint and build all read the generated database client.
  if (!(await runCheck({ name: 'prisma generate', command: ['prisma', 'generate'] }))) return ['prisma generate'];
  const waiting = [...CHECKS];
  const failed = new Set<string>();
  const lane = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      if (!(await runCheck(check))) failed.add(check.name);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return CHECKS.map(({ name }) => name).filter((name) => failed.has(name));
}

const startedAt = performance.now();
// A log file or a pipe wants plain text, also in CI, where many tools colour all the same.
if (!process.stdout.isTTY && process.env['FORCE_COLOR'] === undefined) process.env['NO_COLOR'] = '1';
const inCi = process.env['CI'] === 'true' || process.env['CI'] === '1';

const system = await prepareSystem();
if (system.installed.length > 0) say(`System: installed ${system.installed.join(' ')}`);
const lacking: string[] = [];
if (system.browser.browser === null) lacking.push(`browser tests (${system.browser.reason})`);
if (system.redisServer === null) lacking.push('queue tests on Redis (no redis-server: apt-get install redis-server)');
for (const line of lacking) say(`System: ${inCi ? 'required' : 'SKIPPED'}: ${line}`);

say('Checks:');
const failed = [...(inCi ? lacking.map(() => 'system') : []), ...(await runChecks())];
say(`Checks took ${seconds(startedAt)}${failed.length > 0 ? `; FAILED: ${failed.join(', ')}` : ''}\n`);

const env = {
  ...process.env,
  CHECKS_FAILED: failed.join(', '),
  ...(system.browser.browser === null ? {} : { CHROME_PATH: system.browser.browser.file }),
  ...system.browser.browser?.env,
};
const { code } = await run(['vitest', 'run', ...process.argv.slice(2)], false, env);
process.exitCode = code !== 0 || failed.length > 0 ? 1 : 0;
