import { defineConfig } from 'prisma/config';

// `prisma generate` only asks that a schema engine exists and never runs it; naming any file spares a machine
// without the engine the download. Commands that do run it (migrate, db) must find the real one.
const RUNS_NO_ENGINE = ['generate', 'validate', 'format', 'version'];
if (RUNS_NO_ENGINE.some((command) => process.argv.includes(command))) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

const url = process.env['DATABASE_DIRECT_URL'] ?? process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
});
