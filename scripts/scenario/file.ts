import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { settingsRegistry } from '../../domain/settings/index.ts';
import { AppError } from '../../platform/errors.ts';
import { plugins } from '../../plugins/index.ts';
import { locateScript } from '../../sandbox/script/parse.ts';
import type { Script } from '../../sandbox/script/schema.ts';
import { type CallExpectation, type EntryExpectation, callExpectation, entryExpectation } from './expect/schema.ts';

/** A scenario, read and checked. */
export interface Scenario {
  readonly file: string;
  readonly script: Script;
  readonly call: CallExpectation;
  readonly entries: readonly { readonly index: number; readonly expectation: EntryExpectation }[];
  /** The line of the file on which something stands. */
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/**
 * Reads a scenario. Throws AppError `script_invalid` or `script_unreadable` (permanent) as a conversation script does;
 * unknown expectations and settings are among the problems, each with its line.
 */
export function loadScenario(file: string): Scenario {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('script_unreadable', { permanent: true, cause, details: { file } });
  }
  return parseScenario(source, file);
}

/** As {@link loadScenario}, from its text. */
export function parseScenario(source: string, file = 'scenario'): Scenario {
  const { script, lineOf } = locateScript(source, file);
  const problems: string[] = [];
  const note = (path: readonly (string | number)[], message: string) =>
    problems.push(`line ${lineOf(path)} (${path.join('.')}): ${message}`);
  const check = <Schema extends z.ZodType>(schema: Schema, raw: unknown, path: readonly (string | number)[]) => {
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues)
      note([...path, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))], messageOf(issue));
    return null;
  };

  const call = check(callExpectation, script.expect ?? {}, ['expect']);
  const entries = script.conversation.flatMap((entry, index) => {
    if (entry.expect === undefined) return [];
    const expectation = check(entryExpectation, entry.expect, ['conversation', index, 'expect']);
    return expectation === null ? [] : [{ index, expectation }];
  });
  const registry = settingsRegistry(plugins);
  for (const [key, value] of Object.entries(script.settings)) {
    const entry = registry.entries.get(key);
    if (entry === undefined) note(['settings', key], 'there is no such setting');
    else check(entry.schema, value, ['settings', key]);
  }
  if (problems.length > 0 || call === null) {
    const cause = new Error(`${file}: ${problems.join('; ')}`);
    throw new AppError('script_invalid', { permanent: true, cause, details: { file, problems } });
  }
  return { file, script, call, entries, lineOf };
}

/** Of several shapes the complaint of the one that got furthest says most. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const nested = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
  return nested === undefined ? issue.message : messageOf(nested);
}
