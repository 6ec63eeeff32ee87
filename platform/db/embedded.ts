import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
import {
  joinRunning,
  readPostmaster,
  SERVER_ENV,
  serverUrl,
  startServer,
  stopServer,
  type Place,
} from './embedded-server.ts';
import { exclusively, isAlive, isInUse, registerUse } from './embedded-users.ts';

/** Major version of the packaged server; its data folders are of no use to another. */
const MAJOR = '18';
const DATABASE = 'prosaas';

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
    env: SERVER_ENV,
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
