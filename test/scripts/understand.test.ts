import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the command over lines of standard input, as `npm run understand` does. */
function run(lines: readonly string[], ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'understand', ...args], {
    cwd: ROOT,
    input: lines.join('\n'),
    encoding: 'utf8',
  });
  return { status, stderr, lines: stdout.split('\n').filter((line) => line !== '') };
}

describe('npm run understand', () => {
  it('prints one JSON object a line, in order, and nothing else', () => {
    const { status, lines } = run(
      [
        '{"text":"לא, תודה","agent":"יש עוד משהו שאוכל לעזור?","context":"anything_else_asked","speechMs":700}',
        '{"text":"לא, דוד","agent":null,"context":null,"speechMs":null}',
        '{"text":"אפס חמש אפס, אחת שתיים שלוש, ארבע חמש שש שבע"}',
        '{"text":"תודה","context":"task_done","speechMs":120}',
      ],
      '--json',
    );
    expect(status).toBe(0);
    const why = expect.stringMatching(/./u);
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { ending: 'goodbye', confirmation: 'no', ghost: false, why },
      { ending: 'none', confirmation: 'correction', value: 'דוד', ghost: false, why },
      { ending: 'none', confirmation: 'none', value: '0501234567', phone: '+972501234567', ghost: false, why },
      { ending: 'none', confirmation: 'none', ghost: true, why },
    ]);
  });

  it('goes on behind a line it cannot read, and its exit code tells', () => {
    const { status, lines } = run(
      ['no json', '{"text":5}', '[]', '{"context":"lunch","text":"ביי"}', '{"text":"ביי"}', '{}'],
      '--json',
    );
    expect(status).toBe(1);
    const read = lines.map((line) => JSON.parse(line) as { error?: string; ending?: string });
    expect(read.map(({ error, ending }) => (error === undefined ? ending : 'error'))).toEqual([
      'error',
      'error',
      'error',
      'error',
      'goodbye',
      'none',
    ]);
    expect(read[3]?.error).toContain('line 4: context');
  });

  it('is a table without --json', () => {
    const { status, lines } = run(['{"text":"לא, דוד"}']);
    expect(status).toBe(0);
    expect(lines[0]).toMatch(/correction.*לא, דוד.*value: דוד/u);
  });

  it('refuses an option it does not know', () => {
    const { status, stderr, lines } = run([], '--jsn');
    expect([status, lines]).toEqual([2, []]);
    expect(stderr).toContain('npm run -s understand');
  });
});
