import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadScenario, parseScenario } from '../scripts/scenario/file.ts';
import { playVirtually } from '../scripts/scenario/play.ts';
import { explain, judge } from '../scripts/scenario/verdict.ts';

const FOLDER = 'scenarios';
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe('every scenario, on a virtual clock', () => {
  it.each(files)('%s', async (name) => {
    const scenario = loadScenario(`${FOLDER}/${name}`);
    const outcome = await playVirtually(scenario.script);
    const judgement = judge(scenario, outcome);
    expect(judgement.failures.length, explain(judgement, outcome)).toBe(0);
    expect(judgement.skipped).toEqual([]);
  });
});

const GREETING = `
title: ברכה
settings: { bot_speaks_first: true, greeting_message: שלום }
conversation:
  - agent: שלום
  - hang_up: true
`;

describe('the runner itself', () => {
  it('fails what is not so, with file, line, what was expected and what happened', async () => {
    const scenario = parseScenario(`${GREETING}expect:\n  end: silence\n  counts: { response: 7 }\n`, 'wrong.yaml');
    const outcome = await playVirtually(scenario.script);
    const judgement = judge(scenario, outcome);
    expect(judgement.failures).toEqual([
      { file: 'wrong.yaml', line: 8, expected: 'the call ends by silence', happened: 'it ended by caller_hangup' },
      { file: 'wrong.yaml', line: 9, expected: 'response 7 time(s)', happened: '1 time(s)' },
    ]);
    expect(explain(judgement, outcome)).toMatch(/wrong\.yaml:8[\s\S]*agent_audible {3}line 1[\s\S]*caller_hangs_up/u);
  });

  it('refuses words it does not know, with their line', () => {
    const problemsOf = (source: string): unknown => {
      try {
        return parseScenario(source, 'odd.yaml');
      } catch (error) {
        return (error as { details?: { problems?: unknown } }).details?.problems;
      }
    };
    expect(problemsOf(`${GREETING}expect:\n  finish: silence\n`)).toEqual([expect.stringMatching(/^line 7 /u)]);
    expect(problemsOf(GREETING.replace('bot_speaks_first', 'bot_sings'))).toEqual([
      'line 3 (settings.bot_sings): there is no such setting',
    ]);
  });

  it('plays the same call the same way every time', async () => {
    const { script } = parseScenario(GREETING);
    const seen = async () => (await playVirtually(script)).events.map(({ at, kind, text }) => [at, kind, text]);
    expect(await seen()).toEqual(await seen());
  });
});
