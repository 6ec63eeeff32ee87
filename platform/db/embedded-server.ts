import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../errors.ts';
import { binary, type ServerUser } from './embedded-binaries.ts';
import { isAlive } from './embedded-users.ts';

/** Longest a server may take to answer, ms: recovery after a crash included. */
const READY_MS = 60_000;

/** Where things lie, and as whom the server runs. */
export interface Place {
  readonly dataDir: string;
  readonly cluster: string;
  readonly native: string;
  readonly user: ServerUser;
}

/** The port of the server that already runs on this cluster, or null. */
export async function joinRunning(place: Place, password: string): Promise<number | null> {
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

/** Starts the server and waits until it answers; returns its port. Throws `embedded_postgres_failed`. */
export async function startServer(
  place: Place,
  password: string,
  options: { readonly port?: number; readonly settings?: Readonly<Record<string, string>> },
): Promise<number> {
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
    env: SERVER_ENV,
  });
  closeSync(output);
  const exited: { code?: number } = {};
  child.once('error', () => (exited.code = -1));
  child.once('exit', (code) => (exited.code = code ?? -1));
  child.unref();
  return exited;
}

/** Stops the server, letting what it does in this moment fail, and waits until it is gone. */
export async function stopServer(place: Place): Promise<void> {
  const postmaster = readPostmaster(place);
  if (postmaster === null || !isAlive(postmaster.pid)) return;
  const args = ['stop', '-D', place.cluster, '-m', 'fast', '-w', '-t', '30', '-s'];
  const child = spawn(binary(place.native, 'pg_ctl'), args, {
    ...place.user,
    cwd: '/',
    stdio: 'ignore',
    env: SERVER_ENV,
  });
  const code = await new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (status) => done(status ?? -1));
  });
  if (code !== 0 && isAlive(postmaster.pid)) {
    throw new AppError('embedded_postgres_failed', { details: { step: 'stop', pid: postmaster.pid } });
  }
}

/** Only what a server needs: none of our own secrets, and no PG* setting of a developer's shell. */
export const SERVER_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' } as unknown as NodeJS.ProcessEnv;

/** Process and port as the server notes them while it runs. */
export function readPostmaster(place: Place): { pid: number; port: number } | null {
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

/** Address of the maintenance database, as the superuser. */
export const serverUrl = (port: number, password: string): string =>
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
