import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ESLint, Linter } from 'eslint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { physicalClasses, physicalDeclarations } from '../../scripts/eslint/no-physical-classes.js';

describe('classes that name a physical side', () => {
  test.each([
    ['ml-4', 'ms-4'],
    ['md:hover:-mr-2', 'md:hover:-me-2'],
    ['pl-[3px]', 'ps-[3px]'],
    ['!pr-0', '!pe-0'],
    ['left-1/2', 'start-1/2'],
    ['right-0', 'end-0'],
    ['text-left', 'text-start'],
    ['rtl:text-right', 'rtl:text-end'],
    ['border-l', 'border-s'],
    ['border-r-2', 'border-e-2'],
    ['rounded-l', 'rounded-s'],
    ['rounded-tr-lg', 'rounded-se-lg'],
  ])('%s is refused in favour of %s', (found, instead) => {
    expect(physicalClasses(`flex ${found} p-2`)).toEqual([{ found, instead }]);
  });

  test.each([
    'ms-4 pe-2 start-0 text-start border-s rounded-e',
    'left-to-right',
    'prose plain mx-auto',
    'flex-row-reverse',
  ])('%s passes', (text) => {
    expect(physicalClasses(text)).toEqual([]);
  });
});

describe('declarations that name a physical side', () => {
  test.each([
    ['left: 0', 'left: 0'],
    ['margin-left: 1rem', 'margin-left: 1rem'],
    ['border-top-right-radius: 2px', 'border-top-right-radius: 2px'],
    ['text-align: right', 'text-align: right'],
    ['float:left', 'float: left'],
  ])('%s is refused', (declaration, found) => {
    expect(physicalDeclarations(`/* left: 1 */ .a:hover { color: red; ${declaration}; }`)).toEqual([found]);
  });

  test('there are none in the style sheet of the pages', () => {
    const css = readFileSync(resolve('app/styles/app.css'), 'utf8');
    expect(css).toContain('--canvas');
    expect(physicalDeclarations(css.replaceAll(/\s+/g, ' '))).toEqual([]);
  });
});

/** A file that breaks an import rule → the rule. Each file imports the one named and nothing else. */
const BREACHES: Readonly<Record<string, readonly [from: string, imports: string]>> = {
  'hebrew-is-a-leaf': ['hebrew/a.ts', '../platform/x.ts'],
  'pure-folders-need-no-node-module': ['plugins/one/clock.ts', 'node:timers'],
  'voice-stands-alone': ['voice/a.ts', '../domain/x.ts'],
  'voice-packages': ['voice/b.ts', 'pino'],
  'voice-takes-only-types-from-openai': ['voice/c.ts', 'openai'],
  'platform-is-below-everything': ['platform/a.ts', '../domain/x.ts'],
  'domain-looks-down': ['domain/a.ts', '../voice/session/x.ts'],
  'domain-takes-only-types-from-the-plugin-contract': ['domain/b.ts', '../voice/plugin.ts'],
  'plugin-sees-contract-and-itself': ['plugins/one/a.ts', '../two/index.ts'],
  'plugin-packages': ['plugins/one/b.ts', 'pg'],
  'pages-look-down': ['app/a.ts', '../voice/session/x.ts'],
  'worker-does-not-reach-up': ['worker/a.ts', '../app/x.ts'],
  'sandbox-is-for-rehearsal': ['server.ts', './sandbox/x.ts'],
  'nothing-imports-scripts-tests-or-benchmarks': ['domain/c.ts', '../scripts/x.ts'],
  'no-development-packages-in-production': ['domain/d.ts', 'fast-check'],
  'not-to-undeclared-package': ['domain/e.ts', 'accepts'],
  'requests-go-out-through-one-module': ['domain/f.ts', 'node:https'],
  'clients-of-http-stay-where-they-are': ['worker/b.ts', 'openai'],
};
const TARGETS = [
  'platform/x.ts',
  'domain/x.ts',
  'voice/session/x.ts',
  'voice/plugin.ts',
  'plugins/two/index.ts',
].concat(['app/x.ts', 'sandbox/x.ts', 'scripts/x.ts']);
const ALLOWED: readonly (readonly [from: string, text: string])[] = [
  ['voice/types.ts', `import type OpenAI from 'openai'; export type A = OpenAI;`],
  ['plugins/one/index.ts', `export { x } from '../../voice/plugin.ts'; export * from './settings.ts';`],
  ['plugins/one/settings.ts', `export { z } from 'zod';`],
  ['app/settings.ts', `export * from '../plugins/one/settings.ts'; export * from '../hebrew/x.ts';`],
  ['hebrew/x.ts', `export const h = 1;`],
  ['domain/types.ts', `import type { x } from '../voice/plugin.ts'; export type D = typeof x;`],
  ['platform/outgoing.ts', `import http from 'node:http'; export const send = http.request;`],
  ['server/c.ts', `import type { IncomingMessage } from 'node:http'; export type R = IncomingMessage;`],
  ['worker/models/analysis.ts', `export { default } from 'openai';`],
  ['test/x.ts', `export * from '../sandbox/x.ts'; export { default as fc } from 'fast-check';`],
];

describe('a request of the server', () => {
  const eslint = new ESLint();
  const refusedIn = async (filePath: string, text: string) => {
    const config = (await eslint.calculateConfigForFile(filePath)) as Linter.Config;
    const rules = ['no-restricted-globals', 'no-restricted-properties'].map((name) => [
      name,
      config.rules?.[name] ?? 'off',
    ]);
    const found = new Linter().verify(text, [{ rules: Object.fromEntries(rules) as Linter.RulesRecord }]);
    return found.map(({ message }) => message).filter((message) => message.includes('platform/outgoing.ts'));
  };
  const SENDS = ['fetch(u);', 'globalThis.fetch(u);', 'new WebSocket(u);', 'const { fetch: f } = globalThis;'];
  const SERVERS = [
    'domain/deliveries/x.ts',
    'platform/x.ts',
    'platform/env.ts',
    'plugins/one/x.ts',
    'server/x.ts',
    'worker/x.ts',
    'voice/x.ts',
    'server.ts',
    'app/x.server.ts',
    'app/api/x.ts',
    'app/routes/x.tsx',
  ];

  test.each(SERVERS)('is sent from %s by no global', async (file) => {
    for (const text of SENDS) expect(await refusedIn(file, text)).toHaveLength(1);
  });
  test.each(['voice/twilio/rest.ts', 'app/components/x.tsx', 'app/live/x.ts'])('passes in %s', async (file) => {
    expect(await refusedIn(file, 'fetch(u);')).toEqual([]);
  });
});

describe('who may import whom', () => {
  let folder: string;
  let found: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imports-'));
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.js'])
      cpSync(resolve(name), join(folder, name));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    for (const path of TARGETS) write(path, 'export const x = 1;\n');
    for (const [path, text] of ALLOWED) write(path, text);
    for (const [path, target] of Object.values(BREACHES)) write(path, `export * as y from '${target}';\n`);
    write('domain/ring-a.ts', `export { b } from './ring-b.ts'; export const a = 1;`);
    write('domain/ring-b.ts', `export { a } from './ring-a.ts'; export const b = 1;`);
    const cruise = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [cruise, '.', '--output-type', 'json'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64e6,
    });
    if (!stdout.startsWith('{')) throw new Error(stderr);
    const report = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
    found = report.summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(Object.entries(BREACHES))('%s', (rule, [from]) => {
    expect(found).toContain(`${rule}: ${from}`);
  });
  test('a circle of imports is found', () => {
    expect(found).toContain('no-circular: domain/ring-a.ts');
  });
  test('what the layers allow passes', () => {
    const files = ALLOWED.map(([path]) => path);
    expect(found.filter((line) => files.some((file) => line.endsWith(`: ${file}`)))).toEqual([]);
  });
});
