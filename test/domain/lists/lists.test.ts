import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listCalls, type CallFilter } from '../../../domain/calls/index.ts';
import { readDashboard } from '../../../domain/dashboard/index.ts';
import { getLead, listLeads } from '../../../domain/leads/index.ts';
import { searchPattern } from '../../../domain/text/search.ts';
import { asSuperuser, testDatabase, type TestDatabase } from '../../helpers/database.ts';
import { demoBusiness, demoCall, type DemoBusiness } from '../../helpers/demo-business.ts';

const NOON = new Date('2026-11-28T10:00:00.000Z');
const HOUR = 3_600_000;

describe('what is looked for', () => {
  it.each([
    ['nothing', '', null],
    ['white space', ' \u200f ', null],
    ['words, without nikud and in lower case', 'שָׁלוֹם World', '%שלום world%'],
    ['signs that LIKE would take for its own', '50%_\\', '%50\\%\\_\\\\%'],
    ['a number as it is dialled at home', '052-345 67', '%5234567%'],
    ['a number as it is dialled from abroad', '+972 52 345', '%52345%'],
    ['two digits, which are no number yet', '05', '%05%'],
  ])('%s', (_, typed, pattern) => {
    expect(searchPattern(typed)).toBe(pattern);
  });
});

describe('lists of calls and leads', () => {
  let database: TestDatabase;
  let business: DemoBusiness;
  let other: DemoBusiness;

  beforeAll(async () => {
    database = await testDatabase();
    business = await demoBusiness(database.db, '1');
    other = await demoBusiness(database.db, '2');
    const at = (hours: number) => new Date(NOON.getTime() - hours * HOUR);
    const calls = [
      {
        callSid: 'CA1',
        startedAt: at(0),
        leadName: 'רונית לוי',
        delivery: 'failed',
        turns: [['caller', 'דיברנו על הדירה']],
      },
      { callSid: 'CA2', startedAt: at(1), from: '+972541112223', endReason: 'silence', turns: [['caller', 'שָׁלוֹם']] },
      {
        callSid: 'CA3',
        startedAt: at(30),
        direction: 'outbound',
        from: '+972541112223',
        leadName: 'אבי',
        delivery: 'delivered',
      },
      { callSid: 'CA4', startedAt: at(0), from: '+972549998887', status: 'in_progress' },
    ] as const;
    for (const call of calls) await demoCall(database.db, business.businessId, call);
    await demoCall(database.db, other.businessId, { callSid: 'CB1', startedAt: at(0), leadName: 'רונית אחרת' });
  });
  afterAll(() => database.close());

  const found = async (filter: CallFilter) => {
    const { calls } = await listCalls(database.db, business.businessId, { limit: 25, filter });
    return calls.map(({ callSid }) => callSid).sort();
  };

  it.each<[string, CallFilter, string[]]>([
    ['no filter shows all', {}, ['CA1', 'CA2', 'CA3', 'CA4']],
    ['a word with another letter before it', { search: 'דירה' }, ['CA1', 'CA3']],
    ['a word written with nikud', { search: 'שלום' }, ['CA2', 'CA3']],
    ['a word searched with nikud', { search: 'שָׁלוֹם' }, ['CA2', 'CA3']],
    ["the lead's name", { search: 'רונית לוי' }, ['CA1', 'CA3']],
    ['a part of the number', { search: '054-111' }, ['CA2', 'CA3']],
    ['of the other business nothing', { search: 'רונית אחרת' }, []],
    ['a percent sign is no wildcard', { search: '%' }, []],
    ['direction', { direction: 'outbound' }, ['CA3']],
    ['how it ended', { outcomes: ['silence', 'live'] }, ['CA2', 'CA4']],
    ['a period', { since: new Date(NOON.getTime() - 2 * HOUR), until: NOON }, ['CA2']],
    ['a failed delivery', { delivery: 'failed' }, ['CA1']],
    ['several at once', { search: 'דירה', delivery: 'delivered', direction: 'outbound' }, ['CA3']],
  ])('%s', async (_, filter, sids) => {
    expect(await found(filter)).toEqual(sids);
  });

  it('continue exactly where a page ended, also under a search and among calls of one moment', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listCalls(database.db, business.businessId, { limit: 1, cursor, filter: { search: 'ר' } });
      seen.push(...page.calls.map(({ callSid }) => callSid));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen.length).toBe(new Set(seen).size);
    expect([...seen].sort()).toEqual(await found({ search: 'ר' }));
  });

  it('find what failed behind thousands of calls that did not, each once and page by page', async () => {
    const { db, url } = database;
    const busy = await demoBusiness(db, '3');
    const failed = [0, 3_000, 3_001].map((hours, index) => ({ callSid: `CC${index}`, hours }));
    for (const { callSid, hours } of failed) {
      const startedAt = new Date(NOON.getTime() - hours * HOUR);
      await demoCall(db, busy.businessId, { callSid, startedAt, delivery: 'failed' });
    }
    await asSuperuser(
      (client) =>
        client.query(
          `INSERT INTO calls (id, business_id, call_sid, account_sid, direction, from_number, to_number, started_at)
           SELECT gen_random_uuid(), $1, 'CD' || n, 'AC0', 'inbound', '+972541112223', '+97230000001',
             $2::timestamptz - n * interval '1 hour'
           FROM generate_series(1, 2500) n`,
          [busy.businessId, NOON],
        ),
      url,
    );
    for (const limit of [1, 2, 25]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listCalls(db, busy.businessId, { limit, cursor, filter: { delivery: 'failed' } });
        seen.push(...page.calls.map(({ callSid }) => callSid));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect([limit, ...seen]).toEqual([limit, 'CC0', 'CC1', 'CC2']);
    }
  });

  it('find leads by name, number and what was collected, and none of another business', async () => {
    const search = async (text?: string) => {
      const { leads } = await listLeads(database.db, business.businessId, { limit: 25, search: text });
      return leads.map(({ name }) => name).sort();
    };
    expect(await search()).toEqual(['אבי', 'רונית לוי']);
    expect(await search('רונית')).toEqual(['רונית לוי']);
    expect(await search('054-111')).toEqual(['אבי']);
    expect(await search('4 חדרים')).toEqual(['אבי', 'רונית לוי']);
    const { leads } = await listLeads(database.db, other.businessId, { limit: 25 });
    const leadId = leads[0]?.leadId ?? '';
    expect(await getLead(database.db, other.businessId, leadId)).toMatchObject({ name: 'רונית אחרת', callCount: 1 });
    expect(await getLead(database.db, business.businessId, leadId)).toBeNull();
  });

  it('are summed up by the days and hours of the time zone', async () => {
    const dashboard = await readDashboard(database.db, business.businessId, 'Asia/Jerusalem', NOON);
    expect(dashboard).toMatchObject({ callsToday: 3, liveNow: 1, failedDeliveries: 1 });
    expect(dashboard.days).toHaveLength(14);
    expect(dashboard.days.slice(-2)).toEqual([
      { day: '2026-11-27', calls: 1, leads: 1 },
      { day: '2026-11-28', calls: 3, leads: 1 },
    ]);
    expect(dashboard.hours[12]).toBe(2);
    expect(dashboard.today.toISOString()).toBe('2026-11-27T22:00:00.000Z');
  });
});
