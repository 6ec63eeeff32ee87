import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DIALOGUE_CONTEXTS } from '../hebrew/dialogue.ts';
import { type Heard, type Understanding, understand } from '../hebrew/understand.ts';

/** Reads utterances, one JSON object a line on standard input, and says what the call would make of them. */

const USAGE = `npm run -s understand -- [--json] < utterances.jsonl

Each line: {"text": "לא, תודה", "agent": "יש עוד משהו?", "context": "anything_else_asked", "speechMs": 900}
Only text is needed. context: ${DIALOGUE_CONTEXTS.join(', ')}.

  --json  one line of JSON for each line read, in order; {"error": …} for a line that cannot be read

Exit code 1 when any line could not be read.
`;

const utterance = z.object({
  text: z.string().nullish(),
  agent: z.string().nullish(),
  context: z.enum(DIALOGUE_CONTEXTS).nullish(),
  speechMs: z.number().nullish(),
});

/** The utterance a line holds; throws an error that says what is wrong with it. */
function read(line: string): Heard {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new Error('no JSON');
  }
  const checked = utterance.safeParse(parsed);
  if (!checked.success)
    throw new Error(checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return { ...checked.data, text: checked.data.text ?? '' };
}

function row(heard: Heard, found: Understanding): string {
  const columns = [
    found.ending.padEnd(8),
    found.confirmation.padEnd(11),
    (found.ghost ? 'ghost' : '').padEnd(6),
    (heard.context ?? 'mid_conversation').padEnd(20),
    heard.text,
    found.value === undefined ? '' : `value: ${found.value}`,
    found.phone === undefined ? '' : `phone: ${found.phone}`,
    `(${found.why})`,
  ];
  return columns.filter((column) => column !== '').join('  ');
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  let failed = 0;
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      const heard = read(line);
      const found = understand(heard);
      process.stdout.write(`${values.json ? JSON.stringify(found) : row(heard, found)}\n`);
    } catch (error) {
      failed += 1;
      const reason = `line ${number}: ${error instanceof Error ? error.message : String(error)}`;
      if (values.json) process.stdout.write(`${JSON.stringify({ error: reason })}\n`);
      else process.stderr.write(`${reason}\n`);
    }
  }
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
