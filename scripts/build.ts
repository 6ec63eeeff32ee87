import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/**
 * Builds everything that production runs into build/: the pages (client and server bundle), and one bundle for each
 * process and command. Packages stay outside the bundles, in node_modules.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'build');

/** Bundle in build/ → the file it begins with. */
const ENTRIES = {
  web: 'server.ts',
  worker: 'worker/index.ts',
  start: 'scripts/start.ts',
  'db-migrate': 'scripts/db-migrate.ts',
  'db-seed': 'scripts/db-seed.ts',
  'admin-create': 'scripts/admin-create.ts',
  'business-create': 'scripts/business-create.ts',
  'secrets-rotate': 'scripts/secrets-rotate.ts',
};

/** What the code reads from the repository at run time, by a path relative to its own module. */
const READ_AT_RUN_TIME = ['prisma/migrations', 'voice/audio/files'];

/**
 * Every module of a bundle keeps an `import.meta.url` of its own, as if build/ were the repository: platform/db/x.ts
 * finds ../../prisma/migrations in build/prisma/migrations, where it was copied to.
 */
const ownModuleUrls: Plugin = {
  name: 'own-module-urls',
  setup(bundler) {
    bundler.onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes('import.meta.')) return undefined;
      const place = JSON.stringify(`./${relative(ROOT, path).split(sep).join('/')}`);
      return {
        loader: path.endsWith('x') ? 'tsx' : 'ts',
        contents: source.replaceAll(/\bimport\.meta\.url\b/g, `new URL(${place}, import.meta.url).href`),
      };
    });
  },
};

function run(program: string, args: readonly string[]): void {
  const file = join(ROOT, 'node_modules', '.bin', process.platform === 'win32' ? `${program}.cmd` : program);
  const { status, error } = spawnSync(file, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
    shell: process.platform === 'win32',
  });
  if (error !== undefined) throw error;
  if (status !== 0) {
    process.stderr.write(`build: ${program} ${args.join(' ')} failed\n`);
    process.exit(status ?? 1);
  }
}

run('prisma', ['generate']);
rmSync(OUT, { recursive: true, force: true });
run('remix', ['vite:build']);

await build({
  entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(ROOT, file)])),
  outdir: OUT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  jsx: 'automatic',
  keepNames: true,
  logLevel: 'warning',
  plugins: [ownModuleUrls],
});

for (const path of READ_AT_RUN_TIME) {
  const from = join(ROOT, path);
  if (!existsSync(from)) throw new Error(`build: ${path} is missing`);
  mkdirSync(dirname(join(OUT, path)), { recursive: true });
  cpSync(from, join(OUT, path), { recursive: true });
}
process.stdout.write(`build: ${Object.keys(ENTRIES).length} bundles and the pages are in build/\n`);
