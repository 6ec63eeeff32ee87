import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { AppError } from '../../platform/errors.ts';
import { ENTRY_KINDS, ENTRY_SCHEMAS, FIRST_FREE_LINE, headSchema } from './schema.ts';
import type { Entry, EntryKind, Script } from './schema.ts';

/** One thing that is wrong with a conversation file. */
interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

function issuesOf(error: z.ZodError, path: readonly (string | number)[]): Problem[] {
  return error.issues.map((issue) => ({
    path: [...path, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
    message: issue.message,
  }));
}

function kindOf(raw: unknown): EntryKind | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const kinds = ENTRY_KINDS.filter((kind) => kind in raw);
  return kinds.length === 1 ? (kinds[0] ?? null) : null;
}

function parseEntry(raw: unknown, index: number, problems: Problem[]): Entry | null {
  const path = ['conversation', index];
  const kind = kindOf(raw);
  if (kind === null) {
    problems.push({ path, message: `an entry is exactly one of ${ENTRY_KINDS.join(', ')}` });
    return null;
  }
  const parsed = ENTRY_SCHEMAS[kind].safeParse(raw);
  if (!parsed.success) {
    problems.push(...issuesOf(parsed.error, path));
    return null;
  }
  const entry = { kind, ...parsed.data } as Entry;
  if ('after_ms' in entry && entry.after_ms !== undefined && entry.interrupt_after_ms !== undefined)
    problems.push({ path, message: 'after_ms and interrupt_after_ms exclude each other' });
  return entry;
}

/** What is wrong with the order of the entries. */
function orderProblems(entries: readonly (Entry | null)[]): Problem[] {
  const problems: Problem[] = [];
  let spoken = false;
  entries.forEach((entry, index) => {
    if (entry === null) return;
    const path = ['conversation', index];
    const before = entries[index - 1];
    const intoCaller = entry.kind === 'hang_up' && before?.kind === 'caller';
    if ('interrupt_after_ms' in entry && entry.interrupt_after_ms !== undefined && !spoken && !intoCaller)
      problems.push({
        path: [...path, 'interrupt_after_ms'],
        message: 'there is no agent line before it to interrupt',
      });
    if (before?.kind === 'hang_up') problems.push({ path, message: 'nothing can follow hang_up' });
    if (entry.kind === 'agent') spoken = true;
  });
  return problems;
}

/** The line (from 1) on which the deepest node of `path` that exists begins. */
function lineOf(document: Document, counter: LineCounter, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === path[depth - 1])
      : undefined;
    const node: unknown = isScalar(pair?.key) ? pair.key : document.getIn(path.slice(0, depth), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    if (Array.isArray(range) && typeof range[0] === 'number') return counter.linePos(range[0]).line;
  }
  return 1;
}

function place(path: readonly (string | number)[]): string {
  const [first, index, ...rest] = path;
  if (first !== 'conversation' || typeof index !== 'number') return path.join('.');
  return [`entry ${index + 1}`, ...rest].join(' · ');
}

/** A parsed file, and the line (from 1) on which a part of it stands. */
export interface LocatedScript {
  readonly script: Script;
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** Parses a conversation file as {@link parseScript} does, and keeps where everything stands. */
export function locateScript(source: string, file = 'conversation'): LocatedScript {
  const script = parseScript(source, file);
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  return { script, lineOf: (path) => lineOf(document, counter, path) };
}

/**
 * Parses a conversation file. Throws AppError `script_invalid` (permanent) whose details name the file and hold
 * `problems`: one text each, with line and entry.
 */
export function parseScript(source: string, file = 'conversation'): Script {
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  const fail = (problems: readonly string[]): never => {
    throw new AppError('script_invalid', {
      permanent: true,
      cause: new Error(`${file}: ${problems.join('; ')}`),
      details: { file, problems },
    });
  };
  const broken = document.errors.map((error) => `line ${counter.linePos(error.pos[0]).line}: ${error.message}`);
  if (broken.length > 0) fail(broken);

  const raw: unknown = document.toJS();
  const problems: Problem[] = [];
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return fail(['line 1: title and conversation are missing']);
  const { conversation, ...rest } = raw as Record<string, unknown>;
  const head = headSchema.safeParse(rest);
  if (!head.success) problems.push(...issuesOf(head.error, []));
  const list = Array.isArray(conversation) ? conversation : [];
  if (list.length === 0) problems.push({ path: ['conversation'], message: 'a list of entries is needed' });
  if (list.length > FIRST_FREE_LINE)
    problems.push({ path: ['conversation'], message: `at most ${FIRST_FREE_LINE} entries` });
  const entries = list.map((entry, index) => parseEntry(entry, index, problems));
  problems.push(...orderProblems(entries));
  if (problems.length > 0 || !head.success)
    return fail(
      problems.map(({ path, message }) => `line ${lineOf(document, counter, path)} (${place(path)}): ${message}`),
    );
  return { ...head.data, conversation: entries.filter((entry) => entry !== null) };
}

/** Reads and parses a conversation file. Throws as {@link parseScript}, or `script_unreadable` when there is no such file. */
export function loadScript(path: string): Script {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('script_unreadable', { permanent: true, cause, details: { file: path } });
  }
  return parseScript(source, path);
}

/** The path of a conversation that comes with the sandbox, by its name without `.yaml`. */
export function conversationPath(name: string): string {
  return fileURLToPath(new URL(`./conversations/${name}.yaml`, import.meta.url));
}

/** The conversation that plays when none is named: a lead captured, read back, confirmed, and a goodbye. */
export const DEFAULT_CONVERSATION = 'lead-captured';
