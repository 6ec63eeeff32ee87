import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../errors.ts';
import { logEvent, type Log } from '../log.ts';
import {
  binary,
  canEnter,
  copyBinaries,
  ensureLibraryLinks,
  packagedBinaries,
  serverUser,
  sharedTemporaryFolder,
  type ServerUser,
} from './embedded-binaries.ts';
import { exclusively, isAlive, isInUse, registerUse } from './embedded-users.ts';

/** Major version of the packaged server; its data folders are of no use to another. */
const MAJOR = '18';
const DATABASE = 'prosaas';
/** Longest a server may take to answer, ms: recovery after a crash included. */
const READY_MS = 60_000;

/** Options of {@link startEmbeddedPostgres}. */
export interface EmbeddedPostgresOptions {
  /** Folder for the cluster, its password and its log. Made when missing. */
  readonly dataDir: string;
  /** Preferred port; a free one is taken when it is not given or not free. */
  readonly port?: number;
  readonly log: Log;
  /** Server settings (`-c name=value`). Only tests may trade durability for speed here. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running server. */
export interface EmbeddedPostgres {
  /** Connection string of the database, as the superuser, on loopback. */
  readonly url: string;
  /** Stops the server, unless another process still uses it. */
  stop(): Promise<void>;
}

/** Where things lie, and as whom the server runs. */
interface Place {
  readonly dataDir: string;
  readonly cluster: string;
  readonly native: string;
  readonly user: ServerUser;
}

/**
 * Starts PostgreSQL from the npm package, or joins the one that already runs on this data folder (started by another
 * process, or left behind by one that was killed). It listens on loopback alone, with a random password kept in the
 * folder. As root it runs as the user `postgres`; where that user may not enter the checkout, binaries and data go to
 * the system's folder for temporary files, which the log says.
 *
 * Throws `embedded_postgres_unsupported` (no binaries for this platform), `embedded_postgres_version` (the data is of
 * another major version), `embedded_postgres_failed` (with the end of the server's log).
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const place = await choosePlace(resolve(options.dataDir), options.log);
  return exclusively(place.dataDir, async () => {
    const password = ensureCluster(place, options.settings?.['fsync'] === 'off');
    const running = await joinRunning(place, password);
    const port = running ?? (await startServer(place, password, options));
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/${DATABASE}`;
    await ensureDatabase(serverUrl(port, password));
    logEvent(options.log, 'embedded_postgres_ready', { port, dataDir: place.dataDir, joined: running !== null });

    const unregister = registerUse(place.dataDir);
    // A process that ends without stop() still must not leave a server nobody uses.
    const onExit = (): void => {
      unregister();
      const pid = readPostmaster(place)?.pid;
      if (pid !== undefined && !isInUse(place.dataDir) && isAlive(pid)) process.kill(pid, 'SIGINT');
    };
    process.once('exit', onExit);
    let stopping: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      process.off('exit', onExit);
      await exclusively(place.dataDir, async () => {
        unregister();
        if (!isInUse(place.dataDir)) await stopServer(place);
      });
    };
    return { url, stop: () => (stopping ??= stop()) };
  });
}

async function choosePlace(wanted: string, log: Log): Promise<Place> {
  const packaged = packagedBinaries();
  ensureLibraryLinks(packaged);
  const user = serverUser(join(wanted, 'cluster'));
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  giveTo(user, wanted);

  let dataDir = wanted;
  if (!canEnter(wanted, user)) {
    const id = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
    dataDir = join(sharedTemporaryFolder(user), `prosaas-data-${id}`);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // The name can be foreseen: a folder somebody else put there could hold a configuration that runs their commands.
    const owner = lstatSync(dataDir).uid;
    if (owner !== process.getuid?.() && owner !== user.uid) {
      throw new AppError('embedded_postgres_unsafe_folder', { permanent: true, details: { folder: dataDir } });
    }
    giveTo(user, dataDir);
  }
  const native = canEnter(join(packaged, 'bin'), user) ? packaged : await copyBinaries(packaged, user);
  if (dataDir !== wanted || native !== packaged) {
    const reason = 'the user postgres may not enter the checkout';
    logEvent(log, 'embedded_postgres_moved', { reason, wanted, dataDir, binaries: native }, 'warn');
  }
  return { dataDir, cluster: join(dataDir, 'cluster'), native, user };
}

function giveTo(user: ServerUser, path: string): void {
  if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid);
}

/** Makes the cluster when there is none yet. Returns the superuser's password. */
function ensureCluster(place: Place, unsafe: boolean): string {
  const passwordFile = join(place.dataDir, 'password');
  if (existsSync(join(place.cluster, 'PG_VERSION'))) {
    const found = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim();
    if (found !== MAJOR) {
      throw new AppError('embedded_postgres_version', {
        permanent: true,
        details: { found, needed: MAJOR, dataDir: place.dataDir },
      });
    }
    return readFileSync(passwordFile, 'utf8').trim();
  }
  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(place.user, passwordFile);
  // Under another name until it is whole: a killed initdb leaves nothing that looks like a cluster.
  const draft = `${place.cluster}-draft`;
  rmSync(draft, { recursive: true, force: true });
  const args = ['-D', draft, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  args.push('--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions', ...(unsafe ? ['--no-sync'] : []));
  const made = spawnSync(binary(place.native, 'initdb'), args, {
    ...place.user,
    cwd: '/',
    encoding: 'utf8',
    env: serverEnv(),
  });
  if (made.status !== 0) {
    throw new AppError('embedded_postgres_failed', {
      cause: made.error,
      details: { step: 'initdb', log: `${made.stdout ?? ''}${made.stderr ?? ''}`.slice(-2000) },
    });
  }
  renameSync(draft, place.cluster);
  return password;
}

/** The port of the server that already runs on this cluster, or null. */
async function joinRunning(place: Place, password: string): Promise<number | null> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const postmaster = readPostmaster(place);
    // A file of a dead server, or of a pid that by now is something else: the server's own start sorts that out.
    if (postmaster === null || !isAlive(postmaster.pid)) return null;
    const answer = await probe(serverUrl(postmaster.port, password));
    if (answer === place.cluster) return postmaster.port;
    if (answer !== null) return null;
    if (!isPostgres(postmaster.pid) || performance.now() > deadline) return null;
    await sleep(100);
  }
}

async function startServer(place: Place, password: string, options: EmbeddedPostgresOptions): Promise<number> {
  const logFile = join(place.dataDir, 'server.log');
  let port = options.port !== undefined && (await isFree(options.port)) ? options.port : await freePort();
  for (let attempt = 1; ; attempt++) {
    const exited = launch(place, port, logFile, options.settings ?? {});
    const deadline = performance.now() + READY_MS;
    while (exited.code === undefined && performance.now() < deadline) {
      if ((await probe(serverUrl(port, password))) === place.cluster) return port;
      await sleep(30);
    }
    const tail = readFileSync(logFile, 'utf8').slice(-2000);
    // Somebody took the port between our look and the server's.
    if (attempt < 3 && tail.includes('Address already in use')) port = await freePort();
    else throw new AppError('embedded_postgres_failed', { details: { step: 'start', logFile, log: tail } });
  }
}

function launch(
  place: Place,
  port: number,
  logFile: string,
  settings: Readonly<Record<string, string>>,
): { code?: number } {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200', ...settings };
  const args = ['-D', place.cluster, '-p', String(port)];
  for (const [name, value] of Object.entries(all)) args.push('-c', `${name}=${value}`);
  const output = openSync(logFile, 'w', 0o600);
  // A group of its own: Ctrl-C is for the process that uses the server, which stops it when it is done.
  const child = spawn(binary(place.native, 'postgres'), args, {
    ...place.user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', output, output],
    env: serverEnv(),
  });
  closeSync(output);
  const exited: { code?: number } = {};
  child.once('error', () => (exited.code = -1));
  child.once('exit', (code) => (exited.code = code ?? -1));
  child.unref();
  return exited;
}

async function stopServer(place: Place): Promise<void> {
  const postmaster = readPostmaster(place);
  if (postmaster === null || !isAlive(postmaster.pid)) return;
  const args = ['stop', '-D', place.cluster, '-m', 'fast', '-w', '-t', '30', '-s'];
  const child = spawn(binary(place.native, 'pg_ctl'), args, {
    ...place.user,
    cwd: '/',
    stdio: 'ignore',
    env: serverEnv(),
  });
  const code = await new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (status) => done(status ?? -1));
  });
  if (code !== 0 && isAlive(postmaster.pid)) {
    throw new AppError('embedded_postgres_failed', { details: { step: 'stop', pid: postmaster.pid } });
  }
}

/** Only what a server needs: none of our own secrets. */
function serverEnv(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP', 'TZ'];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.includes(name)));
  return { ...env, LC_ALL: 'C.UTF-8' } as unknown as NodeJS.ProcessEnv;
}

function readPostmaster(place: Place): { pid: number; port: number } | null {
  try {
    const lines = readFileSync(join(place.cluster, 'postmaster.pid'), 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return pid > 0 && port > 0 ? { pid, port } : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    // No /proc here, or the process is gone: the next look at the pid decides.
    return isAlive(pid);
  }
}

const serverUrl = (port: number, password: string): string =>
  `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;

/** The data folder of the server that answers, or null when none does (yet). */
async function probe(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory ?? null;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? done(address.port) : fail(new AppError('no_port')),
      );
    });
  });
}
