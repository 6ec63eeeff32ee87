import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AnalysisError, analysisRequest } from '../../../domain/insights/index.ts';
import { startSandboxOpenAi, type SandboxOpenAi } from '../../../sandbox/openai/server.ts';
import { openAiAnalysis } from '../../../worker/models/analysis.ts';

let vendor: SandboxOpenAi;
let waits: number[];
beforeEach(async () => {
  vendor = await startSandboxOpenAi();
  waits = [];
});
afterEach(() => vendor.close());

const request = analysisRequest({
  direction: 'inbound',
  businessName: 'מוסך',
  startedAt: '2026-03-01 12:00',
  durationSec: 30,
  endReason: 'user_goodbye',
  fields: { name: 'שם', phone: 'טלפון', topic: 'נושא' },
  turns: [
    { number: 1, itemId: 'a', speaker: 'agent', text: 'מה שמך?' },
    { number: 2, itemId: 'b', speaker: 'caller', text: 'קוראים לי דנה כהן' },
  ],
});

const ask = (options: { models?: string[]; timeoutMs?: number; apiKey?: string } = {}) =>
  openAiAnalysis({
    baseUrl: vendor.url,
    apiKey: options.apiKey ?? 'key',
    models: options.models ?? ['first', 'second'],
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    wait: async (ms) => void waits.push(ms),
  })(request, new AbortController().signal);

const asked = () => vendor.requests.map(({ model }) => model);
const failure = async (answer: Promise<unknown>): Promise<AnalysisError> => {
  const error: unknown = await answer.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AnalysisError)) throw new Error('no AnalysisError', { cause: error });
  return error;
};

describe('asking a language model', () => {
  it('gives the answer in the shape that was asked for, and what it cost', async () => {
    const { analysis, model, usage } = await ask();
    expect(analysis.fields).toContainEqual({ key: 'name', value: 'דנה כהן', turns: [2] });
    expect(analysis.summary.match(/\./gu)).toHaveLength(3);
    expect(model).toBe('first');
    expect(usage.textIn).toBeGreaterThan(0);
    expect(usage.textOut).toBeGreaterThan(0);
  });

  it('asks a model again that may recover, after the time it names', async () => {
    vendor.setFault({ kind: 'error', status: 429, retryAfterSec: 2, times: 1 });
    expect((await ask()).model).toBe('first');
    expect(waits).toEqual([2000]);
    vendor.setFault({ kind: 'drop', times: 1 });
    expect((await ask()).model).toBe('first');
  });

  it('goes on to the next model after two failures, and worth another run when all fail', async () => {
    vendor.setFault({ kind: 'error', status: 503, model: 'first' });
    expect((await ask()).model).toBe('second');
    expect(asked()).toEqual(['first', 'first', 'second']);
    vendor.setFault({ kind: 'error', status: 500 });
    expect(await failure(ask())).toMatchObject({ permanent: false });
  });

  it('does not wait for one that is slow', async () => {
    vendor.setFault({ kind: 'slow', delayMs: 2000, model: 'first' });
    expect((await ask({ timeoutMs: 150 })).model).toBe('second');
  });

  it.each(['refusal', 'truncated', 'broken_json', 'wrong_shape'] as const)(
    'asks no second time a model whose answer is no use (%s), but the next',
    async (kind) => {
      vendor.setFault({ kind, model: 'first' });
      expect((await ask()).model).toBe('second');
      expect(asked()).toEqual(['first', 'second']);
      vendor.setFault({ kind });
      expect(await failure(ask())).toMatchObject({ permanent: true });
    },
  );

  it('passes over a model the key may not use', async () => {
    await vendor.close();
    vendor = await startSandboxOpenAi({ rejectModels: ['first'] });
    expect((await ask()).model).toBe('second');
    expect(await failure(ask({ models: ['first'] }))).toMatchObject({ code: 'model_not_found', permanent: true });
  });

  it('gives up at once when the account is refused', async () => {
    vendor.setFault({ kind: 'error', status: 429, code: 'insufficient_quota' });
    expect(await failure(ask())).toMatchObject({ code: 'insufficient_quota', permanent: true });
    expect(asked()).toEqual(['first']);
  });

  it('without models says so', async () => {
    expect(await failure(ask({ models: [] }))).toMatchObject({ code: 'off', permanent: true });
  });
});
