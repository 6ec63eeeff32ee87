import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Database } from '../platform/db/index.ts';
import { openProcessDatabase } from '../platform/db/open-process.ts';
import { readEnv } from '../platform/env.ts';
import { isAppError } from '../platform/errors.ts';
import { createLog } from '../platform/log.ts';

/** A command that makes one thing in the database and prints it. */
interface CreateCommand<Flag extends string> {
  readonly usage: string;
  readonly required: readonly Flag[];
  readonly optional?: readonly Flag[];
  /** Code of the error whose `details.fields` names the inputs that are wrong. */
  readonly refusal: string;
  /** The flag of each input, and what is asked of it. */
  readonly flags: Readonly<Record<string, string>>;
  /** Makes it; returns what `--json` prints, and what a person reads. */
  create(
    db: Database,
    given: Readonly<Partial<Record<Flag, string>>>,
    env: ReturnType<typeof readEnv>,
  ): Promise<{ readonly json: object; readonly text: readonly string[] }>;
}

/** Runs the command on the flags of this process. What is missing, unknown or wrong is said by name, with status 1. */
export async function runCreateCommand<Flag extends string>(command: CreateCommand<Flag>): Promise<void> {
  const given = readFlags(command);
  const missing = given === null ? [] : command.required.filter((flag) => (given[flag] ?? '') === '');
  if (missing.length > 0) fail(command, `Missing: ${missing.map((flag) => `--${flag}`).join(', ')}`);
  if (given === null || missing.length > 0) return;

  const env = readEnv(process.env, 'development');
  // Standard output carries the answer alone.
  const log = createLog({ level: 'warn', destination: process.stderr });
  const database = await openProcessDatabase(env, log, 2);
  try {
    const { json, text } = await command.create(database.db, given, env);
    process.stdout.write(`${given.json ? JSON.stringify(json) : text.join('\n')}\n`);
  } catch (error) {
    if (!isAppError(error) || error.code !== command.refusal) throw error;
    const fields = Array.isArray(error.details['fields']) ? error.details['fields'].map(String) : [];
    fail(command, `Wrong: ${fields.map((field) => command.flags[field] ?? field).join(', ')}`);
  } finally {
    await database.close();
  }
}

type Given<Flag extends string> = Readonly<Partial<Record<Flag, string>>> & { readonly json: boolean };

function readFlags<Flag extends string>(command: CreateCommand<Flag>): Given<Flag> | null {
  const texts = [...command.required, ...(command.optional ?? [])].map((flag) => [flag, { type: 'string' }] as const);
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(texts);
  try {
    const { values } = parseArgs({ options: { ...options, json: { type: 'boolean', default: false } } });
    // Sound: each flag but `json` is declared a text, given once.
    return values as unknown as Given<Flag>;
  } catch (error) {
    fail(command, error instanceof Error ? error.message : String(error));
    return null;
  }
}

function fail({ usage }: { readonly usage: string }, message: string): void {
  process.stderr.write(`${message}\nUsage: ${usage}\n`);
  process.exitCode = 1;
}
