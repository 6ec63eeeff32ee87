import { afterEach, beforeEach, vi } from 'vitest';

// An unexpected console.error fails the test that caused it: silence is trusted.

let errors: unknown[][] = [];

beforeEach(() => {
  errors = [];
  vi.spyOn(console, 'error').mockImplementation((...args: unknown[]) => {
    errors.push(args);
  });
});

afterEach(() => {
  const unexpected = takeConsoleErrors();
  vi.mocked(console.error).mockRestore();
  if (unexpected.length > 0) {
    throw new Error(
      `Unexpected console.error (${unexpected.length}):\n${unexpected.map((line) => `  ${line}`).join('\n')}`,
    );
  }
});

/** The console.error calls of this test so far, each as one string; they then count as expected. */
export function takeConsoleErrors(): string[] {
  const taken = errors.map((args) =>
    args.map((arg) => (arg instanceof Error ? (arg.stack ?? arg.message) : String(arg))).join(' '),
  );
  errors = [];
  return taken;
}
