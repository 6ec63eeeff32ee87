import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';

/**
 * The SQL Prisma itself would make an empty database from `schemaPath` with, by its schema engine in WebAssembly: the
 * native one would have to be fetched. `url` is any database; it is asked for the server's version, no more.
 */
export async function sqlOfSchema(schemaPath: string, url: string): Promise<string> {
  await load();
  const { hostname, port, username, password, pathname } = new URL(url);
  const adapter = new PrismaPg({
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    max: 1,
  });
  const schemaEngine = await engine.SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  try {
    const { stdout } = await schemaEngine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: schemaPath, content: readFileSync(schemaPath, 'utf8') }] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    } as never);
    return stdout ?? '';
  } finally {
    schemaEngine.free();
  }
}

let loaded: Promise<void> | undefined;

/** The package expects a bundler to instantiate its module; this does it by hand, once. */
function load(): Promise<void> {
  loaded ??= (async () => {
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
    });
    const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
    const { instance } = await WebAssembly.instantiate(readFileSync(join(folder, 'schema_engine_bg.wasm')), {
      './schema_engine_bg.js': engine,
    });
    const glue = engine as unknown as { __wbg_set_wasm(exports: unknown): void };
    glue.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as (() => void) | undefined)?.();
  })();
  return loaded;
}
