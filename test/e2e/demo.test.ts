import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The demo as a stranger runs it, with a conversation the product has never seen. */

const run = promisify(execFile);
const DEMO_LIMIT_MS = 120_000;

interface Outcome {
  callSid: string;
  endReason: string;
  turns: { speaker: string; text: string; interrupted: boolean }[];
  transcript: string;
  deliveries: { status: number; body: Record<string, unknown>; headers: Record<string, string> }[];
  timings: { firstAgentAudioMs: number; heard: { line: number; playedMs: number }[] };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prosaas-demo-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function demo(script: string): Promise<{ outcome: Outcome; stdout: string; stderr: string }> {
  const file = join(folder, 'script.yaml');
  await writeFile(file, script);
  const { stdout, stderr } = await run(process.execPath, ['scripts/run.mjs', 'demo', '--json', '--script', file], {
    timeout: DEMO_LIMIT_MS,
    maxBuffer: 16 * 1024 * 1024,
  });
  return { outcome: JSON.parse(stdout) as Outcome, stdout, stderr };
}

describe('npm run demo -- --json', () => {
  it('prints one line of JSON whose transcript is what the script caused', { timeout: DEMO_LIMIT_MS }, async () => {
    const word = `מילה${Math.floor(Math.random() * 1000)}`;
    const { outcome, stdout } = await demo(`
title: תסריט חדש
settings: { bot_speaks_first: true, auto_end_on_goodbye: true }
conversation:
  - agent: שלום, כאן ${word}, במה אפשר לעזור?
  - caller: יש לי שאלה על החשבונית האחרונה.
  - agent: בשמחה, החשבונית האחרונה נשלחה אליך בתחילת החודש הזה בדואר אלקטרוני לכתובת הרשומה אצלנו.
  - caller: רגע, לא קיבלתי כלום.
    interrupt_after_ms: 1700
  - agent: אשלח אותה שוב עכשיו.
  - caller: מעולה, תודה רבה, ביי.
  - agent: בשמחה, להתראות!
`);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(outcome.endReason).toBe('user_goodbye');
    const [greeting, question, cut, objection, answer, goodbye, farewell, ...more] = outcome.turns.filter(
      ({ text }) => text !== '',
    );
    expect(more).toEqual([]);
    expect(greeting).toMatchObject({ speaker: 'agent', text: `שלום, כאן ${word}, במה אפשר לעזור?` });
    expect(question).toMatchObject({ speaker: 'caller', text: 'יש לי שאלה על החשבונית האחרונה.' });
    expect(cut).toMatchObject({ speaker: 'agent', interrupted: true });
    expect('בשמחה, החשבונית האחרונה נשלחה אליך בתחילת החודש הזה'.startsWith(cut?.text ?? '-')).toBe(true);
    expect(objection).toMatchObject({ speaker: 'caller', text: 'רגע, לא קיבלתי כלום.' });
    expect(answer).toMatchObject({ speaker: 'agent', text: 'אשלח אותה שוב עכשיו.' });
    expect(goodbye).toMatchObject({ speaker: 'caller', text: 'מעולה, תודה רבה, ביי.' });
    expect(farewell).toMatchObject({ speaker: 'agent', text: 'בשמחה, להתראות!', interrupted: false });
    expect(outcome.deliveries).toHaveLength(1);
    expect(outcome.deliveries[0]).toMatchObject({ status: 200, body: { transcript: outcome.transcript } });
    expect(outcome.timings.firstAgentAudioMs).toBeGreaterThan(0);
  });

  it('plays the same conversation once more, greeted as the time before', { timeout: DEMO_LIMIT_MS }, async () => {
    // The greeting was rendered by then, by a model that is gone.
    const script = `
title: פעם שנייה
settings: { bot_speaks_first: true }
conversation:
  - agent: שלום, כאן מספר ${Math.floor(Math.random() * 1000)}.
  - caller: סליחה, טעות במספר.
    after_ms: 200
  - hang_up: true
`;
    for (const time of ['first', 'second']) {
      const { outcome } = await demo(script);
      expect(outcome, time).toMatchObject({ endReason: 'caller_hangup' });
      expect(outcome.turns[1], time).toMatchObject({ speaker: 'caller', text: 'סליחה, טעות במספר.' });
    }
  });

  it(
    'a script that cannot be read fails with its reason and a non-zero exit code',
    { timeout: DEMO_LIMIT_MS },
    async () => {
      const failure = demo('title: רע\nconversation:\n  - singer: לה לה לה\n');
      await expect(failure).rejects.toMatchObject({ code: 1, stdout: '' });
      expect(await failure.catch((error: { stderr: string }) => error.stderr)).toMatch(/line 3 \(entry 1\)/);
    },
  );
});
