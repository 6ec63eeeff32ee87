import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadScenario, parseScenario } from '../../scripts/scenario/file.ts';
import { playForReal } from '../../scripts/scenario/realtime/play.ts';
import { type Product, startProduct } from '../../scripts/scenario/realtime/product.ts';
import { explain, judge } from '../../scripts/scenario/verdict.ts';
import { type TestDatabase, testDatabase } from '../helpers/database.ts';

/** Scenarios over real sockets: the web process as it runs, Twilio and the model on loopback. */

let database: TestDatabase;
let product: Product;

beforeAll(async () => {
  database = await testDatabase();
  product = await startProduct({ db: database.db, databaseUrl: database.url });
});

afterAll(async () => {
  await product.close();
  await database.close();
});

describe('the files of the virtual clock, over real sockets', () => {
  it.each([
    'caller-hangs-up-on-the-agent',
    'rest-fails-once-and-is-tried-again',
    'stream-that-never-opens-ends-the-call',
  ])('%s', async (name) => {
    const scenario = loadScenario(`scenarios/${name}.yaml`);
    const outcome = await playForReal(product, scenario.script);
    const judgement = judge(scenario, outcome);
    expect(judgement.failures.length, explain(judgement, outcome)).toBe(0);
    expect(judgement.passed).toBeGreaterThan(5);
  });

  it('fails what is not so, and names what it cannot see in place of passing it', async () => {
    const source = [
      'title: ברכה',
      'settings: { bot_speaks_first: true, greeting_message: שלום }',
      'conversation:',
      '  - agent: שלום',
      '    expect: { heard: none }',
      '  - hang_up: true',
      'expect:',
      '  end: silence',
      '  counts: { response: 1, turn: 40 }',
      '  times: [{ from: stream_open, to: agent_audible, min_ms: 5000 }]',
      '  never: [{ what: turn, after: call_ended }]',
    ].join('\n');
    const scenario = parseScenario(source, 'wrong.yaml');
    const judgement = judge(scenario, await playForReal(product, scenario.script));
    expect(judgement.failures).toEqual([
      { file: 'wrong.yaml', line: 8, expected: 'the call ends by silence', happened: 'it ended by caller_hangup' },
      {
        file: 'wrong.yaml',
        line: 10,
        expected: 'from stream_open to agent_audible at least 5000 ms',
        happened: expect.stringMatching(/^\d+ ms$/u) as string,
      },
      {
        file: 'wrong.yaml',
        line: 5,
        expected: 'none of the line is heard',
        happened: expect.stringMatching(/^full/u) as string,
      },
    ]);
    expect(judgement.skipped.map(({ line, expected }) => [line, expected])).toEqual([
      [11, 'no turn after call_ended'],
      [9, 'turn 40 time(s)'],
      [7, 'always: no timer of a call is left when it is over'],
    ]);
  });
});
