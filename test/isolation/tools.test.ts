import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plugins } from '../../plugins/index.ts';
import { pluginPorts } from '../../server/ports.ts';
import type { CallContext, Tool } from '../../voice/plugin.ts';
import { aBusiness, aCall } from '../domain/fixtures.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { changedTables, snapshotOf } from './snapshot.ts';

/**
 * Every tool a plugin offers the model. It works for its own call; in a call that says it is of one business and has
 * the id of another's, it neither reads nor changes anything of that one, also not what the process still remembers.
 */

interface ToolEntry {
  /** Arguments that make it keep something. */
  readonly args: object;
  /** Arguments that make it tell what is kept, where there are such. */
  readonly read?: object;
  /** Words of `args` that a look at another business's call would tell. */
  readonly words: readonly string[];
  readonly changes: readonly string[];
}

const TOOLS: Readonly<Record<string, ToolEntry>> = {
  save_lead_details: {
    args: { name: 'רונית לוי', phone: '0523456789', topic: 'דירה בכרמיאל' },
    read: {},
    words: ['רונית', '523456789', 'כרמיאל'],
    changes: ['leads', 'calls'],
  },
};

let database: TestDatabase;
let tools: ReadonlyMap<string, { readonly tool: Tool; readonly settings: unknown }>;
const published: { readonly businessId: string }[] = [];

beforeAll(async () => {
  database = await testDatabase();
  const ports = pluginPorts(database.db, (change) => void published.push(change));
  tools = new Map(
    plugins.flatMap((plugin) =>
      (plugin.tools?.(ports) ?? []).map((tool) => [tool.name, { tool, settings: plugin.settings.parse({}) }]),
    ),
  );
});
afterAll(() => database.close());

async function aRunningCall(): Promise<CallContext> {
  const business = await aBusiness(database.db);
  const { callId } = await aCall(database.db, business);
  const { businessId } = business;
  return { callId, businessId, businessName: 'עסק', direction: 'inbound', fromNumber: '+972541234567', toNumber: '1' };
}

/** What the tool told; a tool that failed told the model no more than that. */
async function use(name: string, args: object, context: CallContext): Promise<string> {
  const found = tools.get(name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  const { tool, settings } = found;
  const parsed = tool.parameters(settings).parse(args);
  try {
    return JSON.stringify(await tool.run(parsed, { context, settings, signal: new AbortController().signal }));
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

describe('every tool', () => {
  test('has an entry', () => {
    const missing = [...tools.keys()].filter((name) => TOOLS[name] === undefined);
    expect(
      missing.map(
        (name) =>
          `the tool ${name} has no entry in TOOLS of test/isolation/tools.test.ts: arguments that make it keep something, words of them, and the tables it changes`,
      ),
    ).toEqual([]);
    expect(Object.keys(TOOLS).filter((name) => !tools.has(name))).toEqual([]);
  });

  test.for(Object.entries(TOOLS))('%s keeps to the business of its call', async ([name, entry]) => {
    const own = await aRunningCall();
    const before = await snapshotOf(database.url, own.businessId);
    expect(await use(name, entry.args, own)).not.toMatch(/^failed/u);
    expect(changedTables(before, await snapshotOf(database.url, own.businessId))).toEqual(
      expect.arrayContaining([...entry.changes]),
    );

    const stranger = await aRunningCall();
    const rows = await snapshotOf(database.url, own.businessId);
    const heard = published.length;
    const mixed = { ...stranger, callId: own.callId };
    if (entry.read !== undefined) {
      const told = await use(name, entry.read, mixed);
      expect(entry.words.filter((word) => told.includes(word))).toEqual([]);
    }
    await use(name, entry.args, mixed);
    expect(changedTables(rows, await snapshotOf(database.url, own.businessId))).toEqual([]);
    expect(published.slice(heard).filter(({ businessId }) => businessId === own.businessId)).toEqual([]);
  });
});
