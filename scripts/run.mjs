// Runs a command of the product: `node scripts/run.mjs <name> [arguments]`.
// Plain JavaScript, because in production there is no TypeScript runner. Servers run from build/; the command line
// runs from its source where a TypeScript runner is installed, so that it is never older than the code, else from build/.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [, , name = '', ...rest] = process.argv;
const source = join(root, 'scripts', `${name}.ts`);
const built = join(root, 'build', `${name}.js`);
const isServer = ['start', 'web', 'worker'].includes(name);
const hasTypeScriptRunner = existsSync(join(root, 'node_modules', 'tsx'));

process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env'); // what the environment already holds wins
if (isServer) process.env.NODE_ENV = 'production';

const entry = existsSync(source) && hasTypeScriptRunner && !(isServer && existsSync(built)) ? source : built;
if (!existsSync(entry)) {
  process.stderr.write(
    hasTypeScriptRunner
      ? `${name}: build/ is missing. Run: npm run build\n`
      : `${name}: build/ is missing and the build tools are not installed. Run: npm ci && npm run build\n`,
  );
  process.exit(1);
}

// npm hands a signal to its shell, not to us, and a killed npm hands on nothing. Without this, what was started would
// run on unseen and keep its port.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}

process.setSourceMapsEnabled(true);
process.argv = [process.argv[0], entry, ...rest];
if (entry === source) {
  const { register } = await import('tsx/esm/api');
  register();
}
await import(pathToFileURL(entry).href);
