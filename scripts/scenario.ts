import { parseArgs } from 'node:util';
import type { Script } from '../sandbox/script/schema.ts';
import { loadScenario } from './scenario/file.ts';
import type { Outcome } from './scenario/outcome.ts';
import { playVirtually } from './scenario/play.ts';
import { type Judgement, explain, judge } from './scenario/verdict.ts';

/** Plays scenario files and says what they expected in vain. Exit code 1 when any expectation was not met. */

const USAGE = `npm run scenario -- FILE… [--json] [--realtime]

  --json      one line of JSON a file on standard output and nothing else
  --realtime  over real sockets and in real time; what cannot be seen there is listed as skipped

The format is described in docs/scenarios.md.
`;

function result(file: string, judgement: Judgement, outcome: Outcome): object {
  const { failures, passed, skipped } = judgement;
  const { callMs, tookMs, endReason, turns, events } = outcome;
  return {
    file,
    ok: failures.length === 0,
    passed,
    failures,
    skipped,
    endReason,
    turns: turns.map(({ speaker, text, interrupted }) => ({ speaker, text, interrupted })),
    callMs: Math.round(callMs),
    tookMs: Math.round(tookMs),
    speed: Math.round(callMs / tookMs),
    ...(failures.length === 0
      ? {}
      : { timeline: events.map(({ at, kind, text }) => ({ at: Math.round(at), kind, text })) }),
  };
}

/** Plays one script, one way or the other. */
interface Stage {
  play(script: Script): Promise<Outcome>;
  close(): Promise<void>;
}

const virtualStage: Stage = { play: playVirtually, close: () => Promise.resolve() };

/** The web process with a database of its own. Loaded only where it is asked for: a virtual call needs none of it. */
async function realStage(): Promise<Stage> {
  const [{ throwAwayDatabase }, { startProduct }, { playForReal }] = await Promise.all([
    import('./scenario/realtime/database.ts'),
    import('./scenario/realtime/product.ts'),
    import('./scenario/realtime/play.ts'),
  ]);
  const database = await throwAwayDatabase();
  const product = await startProduct({ db: database.db, databaseUrl: database.url });
  return {
    play: (script) => playForReal(product, script),
    async close() {
      await product.close();
      await database.close();
    },
  };
}

async function playFile(stage: Stage, file: string, json: boolean): Promise<boolean> {
  const scenario = loadScenario(file);
  const outcome = await stage.play(scenario.script);
  const judgement = judge(scenario, outcome);
  const ok = judgement.failures.length === 0;
  if (json) process.stdout.write(`${JSON.stringify(result(file, judgement, outcome))}\n`);
  else {
    const { callMs, tookMs } = outcome;
    const speed = `${(callMs / 1000).toFixed(1)} s of call in ${Math.round(tookMs)} ms (${Math.round(callMs / tookMs)}×)`;
    process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${file}  ${judgement.passed} met, ${speed}\n`);
    for (const { line, expected, why } of judgement.skipped)
      process.stdout.write(`     skipped ${file}:${line}  ${expected} (${why})\n`);
    if (!ok) process.stdout.write(`\n${explain(judgement, outcome)}\n\n`);
  }
  return ok;
}

/** The message, and under it that of the cause: for a file that cannot be read, the lines and what is wrong in them. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${reasonOf(error.cause)}`;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      realtime: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  const stage = values.realtime ? await realStage() : virtualStage;
  let failed = 0;
  try {
    for (const file of positionals) {
      try {
        if (!(await playFile(stage, file, values.json))) failed++;
      } catch (error) {
        failed++;
        if (values.json) process.stdout.write(`${JSON.stringify({ file, ok: false, error: reasonOf(error) })}\n`);
        else process.stdout.write(`FAIL ${file}\n${reasonOf(error)}\n`);
      }
    }
  } finally {
    await stage.close();
  }
  if (!values.json && positionals.length > 1)
    process.stdout.write(`\n${positionals.length - failed} of ${positionals.length} scenarios are met\n`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`scenario failed: ${reasonOf(error)}\n`);
  process.exitCode = 1;
}
