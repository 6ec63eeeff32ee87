import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUSINESS_ROLES_BELOW_OWNER, canAll } from './roles.ts';
import { testDatabase, type TestDatabase } from '../helpers/database.ts';
import { startHouse, type House } from '../helpers/house.ts';
import { asData, comparable, type Credentials, madeUp, marksIn, send } from './ask.ts';
import { auditedDeeds, DEEDS_ELSEWHERE, deedsDone } from './deeds.ts';
import { type Door, doorsOfExpress, doorsOfPages } from './doors.ts';
import { ENTRIES } from './entries/index.ts';
import {
  methodOf,
  type Ask,
  type Entry,
  type Ids,
  type OwnEntry,
  type RecordEntry,
  type SignedEntry,
} from './entry.ts';
import { type Estate, marksOf, neighbours, type Neighbours, systemAdministrator } from './estate.ts';
import { changedTables, overlookedTables, snapshotOf, type Snapshot } from './snapshot.ts';

/**
 * Everything that can be asked for, from the web process that runs. First whose record it is asks, and succeeds; then
 * a person of another business in the same role, that business's token, and nobody at all: each hears what anybody
 * hears who made the id up, and not a row of the business has changed.
 */

let database: TestDatabase;
let house: House;
let all: Neighbours;
let victim: Estate;
let stranger: Estate;

beforeAll(async () => {
  database = await testDatabase();
  house = await startHouse(database);
  all = await neighbours(house);
  ({ victim, stranger } = all);
});
afterAll(async () => {
  await house.close();
  await database.close();
});

const ofKind = <Kind extends Entry['kind']>(kind: Kind) =>
  ENTRIES.filter((entry): entry is Extract<Entry, { kind: Kind }> => entry.kind === kind).map(
    (entry) => [`${entry.door}${entry.what === undefined ? '' : ` (${entry.what})`}`, entry] as const,
  );
const pathOf = ({ door }: Entry) => door.split(' ')[1] ?? '';
const isApi = (entry: Entry) => pathOf(entry).startsWith('/api/');
const rows = (): Promise<Snapshot> => snapshotOf(database.url, victim.businessId);

test('no table is overlooked when it is asked what has changed', async () => {
  expect(await overlookedTables(database.url)).toEqual([]);
});

describe('what the web process serves', () => {
  const allowOf = async (path: string): Promise<string[]> => {
    const response = await fetch(`${house.url}${path}`, { method: 'OPTIONS' });
    const allow = response.headers.get('Allow') ?? '';
    return allow.split(', ').filter((method) => !['', 'HEAD', 'OPTIONS'].includes(method));
  };

  test('has an entry for every door', async () => {
    const doors = [...(await doorsOfPages(house.build, allowOf)), ...doorsOfExpress(house.app)];
    const known = new Set(ENTRIES.map(({ door }) => door));
    const missing = doors.filter(({ name }) => !known.has(name));
    expect(missing.length === 0 ? '' : [...missing.map(howToAdd), KINDS].join('\n\n')).toBe('');
  });

  test('has a door for every entry', async () => {
    const doors = [...(await doorsOfPages(house.build, allowOf)), ...doorsOfExpress(house.app)];
    const served = new Set(doors.map(({ name }) => name));
    const stale = ENTRIES.filter(({ door }) => !served.has(door));
    expect(
      stale.map(({ door }) => `${door} is not served any more: take its entry out of test/isolation/entries/`),
    ).toEqual([]);
  });
});

function howToAdd({ name, where }: Door): string {
  const [method = '', path = ''] = name.split(' ');
  if (name.includes(' anonymous')) {
    return `${name}: give this middleware a name (return function whatItDoes(request, response, next) {…}), then an entry in test/isolation/entries/express.ts.`;
  }
  const file = where === 'Express' ? 'express.ts' : path.startsWith('/api/') ? 'api.ts' : 'pages.ts';
  const rest = method === 'GET' ? `action: 'entity.read'` : `action: 'entity.write', changes: ['table']`;
  const example =
    method === 'USE' || method === 'FRAME'
      ? `plumbing('${name}', 'why it has nothing of a business to give'),`
      : path.includes(':')
        ? `record('${name}', { make: (house, business) => …the ids of a new record, ask: (ids) => …path and form, ${rest} }),`
        : `own('${name}', { ask: () => ({ path: '${path}' }), ${rest} }),`;
  return `${name} (${where}) has no entry. Add to test/isolation/entries/${file}:\n    ${example}`;
}

const KINDS = `Nobody checks yet that another business cannot use these. test/isolation/entry.ts explains the kinds of entries:
  record (names a record by an id, in the path, the query or the body) · own (the business one works in) · open (anybody) ·
  system (the system administrator) · signed (Twilio) · stream · plumbing. Where a form can ask for several things, one
  entry for each, told apart by \`what\`.`;

/** Who of another business asks, and who is not signed in at all. */
const outsiders = (entry: Entry): [string, Credentials][] => [
  ['another business’s owner', stranger.owner],
  ['another business’s agent', stranger.agent],
  ...(isApi(entry) ? [['another business’s token', { token: stranger.apiToken }] as [string, Credentials]] : []),
  ['nobody', null],
];

const formsOf = (entry: Entry, ask: Ask): Ask[] =>
  isApi(entry) || ask.path.includes('.data') ? [ask] : [ask, asData(ask)];

async function succeedsAsOwner(entry: RecordEntry | OwnEntry, ids: Ids): Promise<void> {
  const answer = await send(house, methodOf(entry), entry.ask(ids), victim.owner);
  expect({ status: answer.status, text: answer.status < 400 ? '' : answer.text }).toEqual({
    status: expect.toSatisfy((status: number) => status >= 200 && status < 400) as number,
    text: '',
  });
  expect(answer.text).not.toMatch(/^Location: \/sign-in/mu);
  if (!isApi(entry) || entry.changes !== undefined) return;
  const byToken = await send(house, methodOf(entry), entry.ask(ids), { token: victim.apiToken });
  expect(byToken.status).toBe(answer.status);
}

/** The owner's request does what it should, and a look changes nothing. */
async function doesItsWork(entry: RecordEntry | OwnEntry, ids: Ids): Promise<void> {
  const before = await rows();
  await succeedsAsOwner(entry, ids);
  const changed = changedTables(before, await rows());
  if (entry.changes === undefined) expect(changed).toEqual([]);
  else expect(changed).toEqual(expect.arrayContaining([...entry.changes]));
}

/** Roles without leave are refused, whose record it is does not matter. */
async function holdsRoles(entry: RecordEntry | OwnEntry, ids: Ids): Promise<void> {
  for (const role of BUSINESS_ROLES_BELOW_OWNER) {
    const may = canAll(role, entry.action);
    if (may && entry.changes !== undefined) continue;
    const { status } = await send(house, methodOf(entry), entry.ask(ids), victim[role]);
    expect({ role, status }).toEqual({
      role,
      status: may ? expect.toSatisfy((given: number) => given < 400) : 403,
    });
  }
}

describe('a record', () => {
  test.for(ofKind('record'))('%s', async ([, entry]) => {
    await doesItsWork(entry, await entry.make(house, victim));

    // Another one, that whoever comes first has not used up.
    const ids = await entry.make(house, victim);
    const marks = await marksOf(house, victim);
    const before = await rows();
    for (const [who, credentials] of outsiders(entry)) {
      const invented = madeUp(ids);
      for (const [index, ask] of formsOf(entry, entry.ask(ids)).entries()) {
        const answer = await send(house, methodOf(entry), ask, credentials);
        const twin = formsOf(entry, entry.ask(invented))[index] ?? ask;
        const toInvented = await send(house, methodOf(entry), twin, credentials);
        expect({ who, ask, told: marksIn(answer, marks, ids) }).toEqual({ who, ask, told: [] });
        expect(`${who} ${comparable(answer, ids)}`).toBe(`${who} ${comparable(toInvented, invented)}`);
        if (credentials !== stranger.owner || index > 0) continue;
        expect({ who, ask, status: answer.status }).toEqual({ who, ask, status: entry.hidden ?? 404 });
      }
    }
    await holdsRoles(entry, ids);
    expect(changedTables(before, await rows())).toEqual([]);

    // It was there all the time, and nothing had happened to it.
    await succeedsAsOwner(entry, ids);
  });
});

describe('what belongs to the business one works in', () => {
  test.for(ofKind('own'))('%s', async ([, entry]) => {
    await doesItsWork(entry, (await entry.make?.(house, victim)) ?? {});

    const ids = (await entry.make?.(house, stranger)) ?? {};
    const marks = await marksOf(house, victim);
    const before = await rows();
    for (const [who, credentials] of outsiders(entry)) {
      for (const ask of formsOf(entry, entry.ask(ids))) {
        const answer = await send(house, methodOf(entry), ask, credentials);
        expect({ who, ask, told: marksIn(answer, marks, ids) }).toEqual({ who, ask, told: [] });
        if (credentials === stranger.owner) expect(answer.status).toBeLessThan(400);
        if (credentials === null) expect(answer.text).toMatch(/signed_out|sign-in/u);
      }
    }
    await holdsRoles(entry, ids);
    expect(changedTables(before, await rows())).toEqual([]);
  });
});

describe('what is no business’s own', () => {
  test.for(ofKind('open'))('%s, for anybody', async ([, entry]) => {
    const marks = await marksOf(house, victim);
    const before = await rows();
    for (const credentials of [null, stranger.owner]) {
      const answer = await send(house, methodOf(entry), entry.ask, credentials);
      expect(answer.status).toBeLessThan(500);
      expect(marksIn(answer, marks)).toEqual([]);
    }
    expect(changedTables(before, await rows())).toEqual([]);
  });

  test.for(ofKind('system'))('%s, for the system administrator', async ([, entry]) => {
    const ids = (await entry.make?.(house, victim)) ?? {};
    const marks = await marksOf(house, victim);
    const before = await rows();
    for (const [who, credentials] of [...outsiders(entry), ['the owner', victim.owner] as const]) {
      for (const ask of formsOf(entry, entry.ask(ids))) {
        const answer = await send(house, methodOf(entry), ask, credentials);
        const told = credentials === victim.owner ? [] : marksIn(answer, marks, ids);
        expect({ who, ask, told }).toEqual({ who, ask, told: [] });
        if (ask.path.includes('.data')) continue;
        expect({ who, status: answer.status }).toEqual({
          who,
          status: expect.toSatisfy((status: number) => [302, 401, 403, 404].includes(status)) as number,
        });
      }
    }
    expect(changedTables(before, await rows())).toEqual([]);
    const answer = await send(house, methodOf(entry), entry.ask(ids), await systemAdministrator(all));
    expect({ status: answer.status, text: answer.status < 400 ? '' : answer.text }).toMatchObject({ text: '' });
  });
});

describe('what Twilio signs', () => {
  const post = (entry: SignedEntry, ids: Ids, signature: string | null) =>
    send(house, 'POST', entry.ask(ids), signature === null ? null : { signature });

  test.for(ofKind('signed'))('%s', async ([, entry]) => {
    const neighbour = await snapshotOf(database.url, stranger.businessId);
    const ids = await entry.make(house, victim);
    const { path, form } = entry.ask(ids);
    const before = await rows();
    for (const signature of [null, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=', house.sign(path, {})]) {
      expect((await post(entry, ids, signature)).status).toBe(403);
    }
    expect(changedTables(before, await rows())).toEqual([]);

    expect((await post(entry, ids, house.sign(path, form))).status).toBeLessThan(300);
    expect(changedTables(before, await rows())).toEqual(expect.arrayContaining([...(entry.changes ?? [])]));
    expect(changedTables(neighbour, await snapshotOf(database.url, stranger.businessId))).toEqual([]);
  });
});

test('every deed that is audited was asked for at a door, whichever part of a form asks for it', async () => {
  const [audited, done] = [await auditedDeeds(), await deedsDone(database.url)];
  const overlooked = audited.filter((deed) => !done.has(deed) && DEEDS_ELSEWHERE[deed] === undefined);
  expect(
    overlooked.map(
      (deed) =>
        `no entry of test/isolation/entries/ brings about ${deed}: add one, told apart by \`what\`, or name it in DEEDS_ELSEWHERE of test/isolation/deeds.ts with who does it`,
    ),
  ).toEqual([]);
  const excused = Object.keys(DEEDS_ELSEWHERE).filter((deed) => done.has(deed) || !audited.includes(deed));
  expect(excused.map((deed) => `${deed} needs no place in DEEDS_ELSEWHERE of test/isolation/deeds.ts`)).toEqual([]);
});
