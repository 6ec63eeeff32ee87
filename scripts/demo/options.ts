import { parseArgs } from 'node:util';

/** How the demo is to run. */
export interface DemoOptions {
  /** Ends after the delivery, with exit code 0 when every step went well. */
  readonly once: boolean;
  /** One JSON line on standard output and nothing else; implies `once`. */
  readonly json: boolean;
  /** A conversation file; null for the one that comes with the sandbox. */
  readonly script: string | null;
}

export const USAGE = `npm run demo -- [--once] [--json] [--script FILE]

  --once         end after the delivery; the exit code says whether every step went well
  --json         print one line of JSON with the outcome and nothing else; implies --once
  --script FILE  play another conversation; the format is described in docs/conversation-scripts.md
`;

/** Reads the command line. Throws a TypeError for an unknown option. */
export function readOptions(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      script: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  return { once: values.once || values.json, json: values.json, script: values.script ?? null };
}
