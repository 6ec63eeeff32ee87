import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  binary,
  copyBinaries,
  ensureLibraryLinks,
  packagedBinaries,
  serverUser,
} from '../../../platform/db/embedded-binaries.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../platform/db/embedded.ts';
import { migrate, openDatabase } from '../../../platform/db/index.ts';
import { createLog } from '../../../platform/log.ts';
import { asSuperuser } from '../../helpers/database.ts';

const isRoot = process.getuid?.() === 0;
const FAST = { fsync: 'off' };

let scratch: string;
let dataDir: string;
let lines: { event: string; [field: string]: unknown }[];
const servers: EmbeddedPostgres[] = [];
const children: ChildProcess[] = [];
const log = createLog({
  destination: { write: (line) => void lines.push(JSON.parse(line) as { event: string }) },
});

async function start(options: { dataDir?: string; port?: number } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, settings: FAST, ...options });
  servers.push(server);
  return server;
}

/** Another process that starts the server on the same folder and prints its address, then does `afterwards`. */
async function startElsewhere(
  afterwards = 'setInterval(() => undefined, 1000);',
): Promise<{ child: ChildProcess; url: string }> {
  const script = `
    import { startEmbeddedPostgres } from './platform/db/embedded.ts';
    import { createLog } from './platform/log.ts';
    const log = createLog({ level: 'silent' });
    const server = await startEmbeddedPostgres({ dataDir: process.argv[1], log, settings: { fsync: 'off' } });
    console.log(server.url);
    ${afterwards}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, dataDir]);
  children.push(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const url = await new Promise<string>((done, fail) => {
    child.stdout.once('data', (chunk: Buffer) => done(chunk.toString().trim()));
    child.once('exit', () => fail(new Error(errors)));
  });
  return { child, url };
}

const exited = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((done) => child.once('exit', done));
const postmaster = (): number =>
  Number(readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
const one = async (url: string, sql: string): Promise<unknown> =>
  asSuperuser(
    async (client) => Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0],
    url,
  );
const answers = (url: string): Promise<boolean> =>
  one(url, 'SELECT 1').then(
    () => true,
    () => false,
  );

/** Waits, 10 s at most, for what another process brings about. */
async function eventually(condition: () => boolean): Promise<void> {
  for (let attempt = 0; !condition(); attempt++) {
    if (attempt > 400) throw new Error('it never came about');
    await sleep(25);
  }
}

/** A cluster made once: making one takes a second, copying it a tenth. */
let template: string;
beforeAll(async () => {
  lines = [];
  template = await mkdtemp(join(tmpdir(), 'prosaas-embedded-template-'));
  await (await startEmbeddedPostgres({ dataDir: template, log, settings: FAST })).stop();
});
afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'prosaas-embedded-'));
  // mkdtemp's folder is its maker's alone.
  spawnSync('chmod', ['755', scratch]);
  dataDir = join(scratch, 'postgres');
  // -a: owner and modes too, which the server insists on.
  spawnSync('cp', ['-a', template, dataDir]);
  lines = [];
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await exited(child);
  }
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  if (existsSync(join(dataDir, 'cluster', 'postmaster.pid'))) {
    servers.push(await startEmbeddedPostgres({ dataDir, log }));
    await servers.pop()?.stop();
  }
  await rm(scratch, { recursive: true, force: true });
});

describe('the embedded server', () => {
  it('keeps its data over a restart, behind a random password, on loopback alone', async () => {
    const first = await start();
    await one(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    expect(await one(first.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(new URL(first.url).password).toMatch(/^[0-9a-f]{48}$/);
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    const wrong = new URL(first.url);
    wrong.password = 'postgres';
    expect(await answers(wrong.href)).toBe(false);
    await first.stop();
    expect(await answers(first.url)).toBe(false);

    const second = await start();
    expect(await one(second.url, 'SELECT n FROM kept')).toBe(7);
    expect(await one(second.url, "SELECT current_setting('server_version_num')::int / 10000")).toBe(18);
    expect(await one(second.url, 'SELECT lower(\'אבג Ä\' COLLATE "default")')).toBe('אבג ä');
  });

  it('is made from nothing', async () => {
    rmSync(dataDir, { recursive: true });
    expect(await one((await start()).url, 'SELECT current_database()')).toBe('prosaas');
    expect(statSync(join(dataDir, 'cluster')).mode & 0o777).toBe(0o700);
  });

  it('takes the port it is asked for when that is free, and another when it is not', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    try {
      const server = await start({ port });
      expect(Number(new URL(server.url).port)).not.toBe(port);
      await server.stop();
    } finally {
      await new Promise((done) => taken.close(done));
    }
    expect(Number(new URL((await start({ port })).url).port)).toBe(port);
  });

  it('is shared by processes that use the same folder, and stopped by the last one', async () => {
    const [here, there] = await Promise.all([start(), startElsewhere()]);
    expect(there.url).toBe(here.url);
    await here.stop();
    expect(await answers(there.url)).toBe(true);
    const again = await start();
    there.child.kill('SIGKILL');
    await exited(there.child);
    expect(await answers(again.url)).toBe(true);
    await again.stop();
    expect(await answers(again.url)).toBe(false);
  });

  it('is joined, and stopped in the end, when the process that started it was killed', async () => {
    const { child, url } = await startElsewhere();
    await one(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    child.kill('SIGKILL');
    await exited(child);
    expect(await answers(url)).toBe(true);
    const server = await start();
    expect(lines.at(-1)).toMatchObject({ event: 'embedded_postgres_ready', joined: true });
    expect(await one(server.url, 'SELECT n FROM kept')).toBe(7);
    await server.stop();
    expect(await answers(url)).toBe(false);
  });

  it('recovers when it was killed itself', async () => {
    const { child, url } = await startElsewhere();
    await one(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await one(url, 'CHECKPOINT');
    child.kill('SIGKILL');
    await exited(child);
    const pid = postmaster();
    process.kill(pid, 'SIGKILL');
    await eventually(() => !existsSync(`/proc/${pid}`));
    expect(await one((await start()).url, 'SELECT n FROM kept')).toBe(7);
  });

  it('does not outlive a process that ends without stopping it', async () => {
    const { child } = await startElsewhere('process.exit(0);');
    await exited(child);
    await eventually(() => !existsSync(join(dataDir, 'cluster', 'postmaster.pid')));
  });

  it('says so when the folder holds another version’s data', async () => {
    await (await start()).stop();
    spawnSync('sh', ['-c', 'echo 17 > "$1"', 'sh', join(dataDir, 'cluster', 'PG_VERSION')]);
    await expect(start()).rejects.toMatchObject({ code: 'embedded_postgres_version', details: { found: '17' } });
  });

  it('is refused by the product when the role of its transactions can see past row-level security', async () => {
    const server = await start();
    await migrate(server.url);
    await (await openDatabase({ url: server.url })).close();
    for (const [attribute, reason] of [
      ['BYPASSRLS', 'role_bypasses_rls'],
      ['NOBYPASSRLS SUPERUSER', 'role_is_superuser'],
    ] as const) {
      await one(server.url, `ALTER ROLE prosaas_app ${attribute}`);
      await expect(openDatabase({ url: server.url })).rejects.toMatchObject({
        code: 'database_role_unsafe',
        details: { reasons: [reason] },
      });
    }
  });
});

describe('a checkout the database’s user may not enter', () => {
  it.skipIf(!isRoot)('keeps the data in the folder for temporary files, in one line said', async () => {
    const locked = join(scratch, 'root-only');
    await mkdir(locked, { mode: 0o700 });
    const wanted = join(locked, '.data', 'postgres');
    const server = await start({ dataDir: wanted });
    const moved = lines.filter((line) => line.event === 'embedded_postgres_moved');
    expect(moved).toHaveLength(1);
    const [line] = moved;
    expect(line).toMatchObject({ level: 'warn', wanted });
    const actual = String(line?.['dataDir']);
    try {
      expect(actual.startsWith(resolve(tmpdir()))).toBe(true);
      expect(await one(server.url, 'SHOW data_directory')).toBe(join(actual, 'cluster'));
      await one(server.url, 'CREATE TABLE kept AS SELECT 7 AS n');
      await server.stop();
      expect(await one((await start({ dataDir: wanted })).url, 'SELECT n FROM kept')).toBe(7);
    } finally {
      await Promise.all(servers.splice(0).map((each) => each.stop()));
      rmSync(actual, { recursive: true, force: true });
    }
  });

  it.skipIf(!isRoot)('runs a copy of the binaries, made once and owned by who made it', async () => {
    const user = serverUser(dataDir);
    const copy = await copyBinaries(packagedBinaries(), user);
    expect(await copyBinaries(packagedBinaries(), user)).toBe(copy);
    expect(lstatSync(copy).uid).toBe(0);
    expect(statSync(copy).mode & 0o022).toBe(0);
    const version = spawnSync(binary(copy, 'postgres'), ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
    expect(version.stdout).toMatch(/PostgreSQL\) 18/);
  });
});

describe('binaries installed without install scripts', () => {
  it('get the library links the script would have made', async () => {
    const native = join(scratch, 'package', 'native');
    await cp(packagedBinaries(), native, { recursive: true, verbatimSymlinks: true });
    const links = readdirSync(join(native, 'lib')).filter((name) =>
      lstatSync(join(native, 'lib', name)).isSymbolicLink(),
    );
    expect(links.length).toBeGreaterThan(5);
    for (const name of links) rmSync(join(native, 'lib', name));
    const run = (): number | null => spawnSync(binary(native, 'initdb'), ['--version'], { cwd: '/' }).status;
    expect(run()).not.toBe(0);
    ensureLibraryLinks(native);
    expect(links.filter((name) => !existsSync(join(native, 'lib', name)))).toEqual([]);
    expect(run()).toBe(0);
  });
});
