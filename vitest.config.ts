import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Folders of test/ whose subject is pure or talks to loopback peers only: no database. */
const UNIT = ['hebrew', 'voice', 'plugins', 'sandbox', 'bench', 'scripts'].map(
  (folder) => `test/${folder}/**/*.test.{ts,tsx}`,
);
const E2E = ['test/e2e/**/*.test.{ts,tsx}'];
/** Calls at the speed of speech, whose audio must have no hole, and processes on a clock: nothing else runs beside them. */
const REALTIME = [
  ...['doors-beside-a-call', 'whole-call', 'recorded-call', 'scenario-realtime'].map((name) => `test/server/${name}`),
  'test/worker/process',
].map((file) => `${file}.test.ts`);
const RECOVERY = ['test/recovery/**/*.test.ts'];
/** Files at once. Two on the smallest machine: most of them wait for sockets, pages and processes. */
const WORKERS = Math.max(2, availableParallelism() - 1);
const NEVER = ['**/node_modules/**', 'build/**', '.data/**'];

const PLAIN = { exclude: NEVER, setupFiles: ['test/helpers/console.ts'] };
const ON_DATABASE = { ...PLAIN, globalSetup: ['test/helpers/postgres-global.ts'] };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [...UNIT, 'test/*.test.ts'],
          ...PLAIN,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/*/**/*.test.{ts,tsx}'],
          ...ON_DATABASE,
          exclude: [...NEVER, ...UNIT, ...REALTIME, ...E2E, ...RECOVERY],
          maxWorkers: WORKERS,
          testTimeout: 30_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'realtime',
          include: REALTIME,
          ...ON_DATABASE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: E2E,
          ...ON_DATABASE,
          // After the others: a browser and the processes of the build take the cores of several files.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'recovery',
          include: RECOVERY,
          ...ON_DATABASE,
          // Beside the browser: processes of the build are killed and leases run out, in real time.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
