import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Tool, defineTool } from '../../../voice/plugin.ts';
import { type CallHarness, type CallOptions, call } from '../../helpers/call-harness.ts';
import { goodbyePlugin, testPlugin } from '../../helpers/test-plugin.ts';

/** A tool whose answer the test gives. */
function bookingTool(options: { readonly deadlineMs?: number } = {}) {
  const runs: { readonly day: string; readonly signal: AbortSignal; readonly finish: (result: unknown) => void }[] = [];
  const tool = defineTool({
    name: 'book',
    description: 'Books an appointment.',
    ...options,
    parameters: () => z.object({ day: z.string() }),
    run: ({ day }, { signal }) => new Promise((finish) => runs.push({ day, signal, finish })),
  });
  return { tool, runs };
}

/** A call in which the model called tools: [call id, name, arguments as JSON]. */
async function calling(
  tools: readonly Tool[],
  ...calls: readonly (readonly [string, string, string])[]
): Promise<CallHarness> {
  return callingIn({}, tools, ...calls);
}

async function callingIn(
  options: CallOptions,
  tools: readonly Tool[],
  ...calls: readonly (readonly [string, string, string])[]
): Promise<CallHarness> {
  const story = call({ ...options, plugins: [testPlugin('diary', {}, { tools }), goodbyePlugin()] });
  await story.callerSays('תקבעו לי תור');
  story.model.says({ text: '', ms: 0, tools: calls });
  await story.elapse(10);
  return story;
}

const outputs = (story: CallHarness) =>
  story.model.given('tool_output').map(({ callId, output }) => [callId, JSON.parse(output)]);

test('a result reaches the model, and then the agent speaks', async () => {
  const { tool, runs } = bookingTool();
  const story = await calling([tool], ['c1', 'book', '{"day":"א"}']);
  expect(story.model.given('create_response')).toHaveLength(1);
  runs[0]?.finish({ at: '09:00' });
  await story.elapse(10);
  expect(outputs(story)).toEqual([['c1', { at: '09:00' }]]);
  expect(story.sideEvents).toEqual([{ kind: 'tool', atMs: expect.any(Number) as number, name: 'book', failed: false }]);
  expect(story.model.given('create_response')).toHaveLength(2);
});

test('two tools at once give one reply, after the second', async () => {
  const { tool, runs } = bookingTool();
  const story = await calling([tool], ['c1', 'book', '{"day":"א"}'], ['c2', 'book', '{"day":"ב"}']);
  runs[1]?.finish('second');
  await story.elapse(500);
  expect(story.model.given('create_response')).toHaveLength(1);
  runs[0]?.finish('first');
  await story.elapse(500);
  expect(outputs(story)).toEqual([
    ['c2', 'second'],
    ['c1', 'first'],
  ]);
  expect(story.model.given('create_response')).toHaveLength(2);
  expect(story.model.refusals).toBe(0);
});

describe('the model is told what went wrong', () => {
  test.for([
    ['arguments that are not JSON', 'book', '{"day":', /not valid JSON/],
    ['arguments that do not fit', 'book', '{"day":7}', /do not fit/],
    ['a tool nobody has', 'fly', '{}', /unknown tool fly/],
  ] as const)('%s', async ([, name, args, message]) => {
    const { tool, runs } = bookingTool();
    const story = await calling([tool], ['c1', name, args]);
    expect(runs).toEqual([]);
    expect(outputs(story)).toEqual([['c1', { error: expect.stringMatching(message) }]]);
    expect(story.model.given('create_response')).toHaveLength(2);
  });

  test('a tool that throws', async () => {
    const tool = defineTool({
      name: 'book',
      description: '',
      parameters: () => z.object({}),
      run: () => Promise.reject(new Error('the diary is closed')),
    });
    const story = await calling([tool], ['c1', 'book', '']);
    expect(outputs(story)).toEqual([['c1', { error: 'the diary is closed' }]]);
    expect(story.sideEvents).toMatchObject([{ kind: 'tool', name: 'book', failed: true }]);
  });

  test('a tool without a deadline of its own is waited for as long as the call says', async () => {
    const { tool } = bookingTool();
    const story = await callingIn({ timeouts: { toolMs: 1200 } }, [tool], ['c1', 'book', '{"day":"א"}']);
    await story.elapse(1100);
    expect(outputs(story)).toEqual([]);
    await story.elapse(100);
    expect(outputs(story)).toEqual([['c1', { error: 'no answer within 1200 ms' }]]);
  });

  test('a tool that is not done by its deadline; its signal is aborted and its late result dropped', async () => {
    const { tool, runs } = bookingTool({ deadlineMs: 3000 });
    const story = await calling([tool], ['c1', 'book', '{"day":"א"}']);
    await story.elapse(2980);
    expect(outputs(story)).toEqual([]);
    await story.elapse(20);
    expect(outputs(story)).toEqual([['c1', { error: 'no answer within 3000 ms' }]]);
    expect(runs[0]?.signal.aborted).toBe(true);
    runs[0]?.finish('late');
    await story.elapse(10);
    expect(outputs(story)).toHaveLength(1);
  });
});

test('a tool that returns nothing still gives the model an output', async () => {
  const { tool, runs } = bookingTool();
  const story = await calling([tool], ['c1', 'book', '{"day":"א"}']);
  runs[0]?.finish(undefined);
  await story.elapse(10);
  expect(outputs(story)).toEqual([['c1', null]]);
});

test('a result after the caller said goodbye is spoken before the line is hung up', async () => {
  const { tool, runs } = bookingTool();
  const story = await calling([tool], ['c1', 'book', '{"day":"א"}']);
  await story.callerSays('ביי');
  expect(story.hangUpsAsked).toEqual([]);
  runs[0]?.finish('ok');
  await story.elapse(10);
  story.model.says({ text: 'נקבע, להתראות', ms: 1000 });
  await story.elapse(1500);
  expect(story.endReason).toBe('user_goodbye');
  expect(story.transcript.at(-1)).toBe('agent: נקבע, להתראות');
});

test('a tool still running when the call ends is aborted, and leaves neither timer nor result', async () => {
  const { tool, runs } = bookingTool();
  const story = await calling([tool], ['c1', 'book', '{"day":"א"}']);
  story.transcribed('caller_1', 'תקבעו לי תור');
  story.callerHangsUp();
  await story.elapse(10);
  expect(runs[0]?.signal.aborted).toBe(true);
  expect(story.leftovers).toEqual({ timers: 0, model: false, stream: false });
  runs[0]?.finish('too late');
  await story.elapse(10_000);
  expect(outputs(story)).toEqual([]);
  expect(story.ends).toHaveLength(1);
});

test('the tools are offered as JSON schema', async () => {
  const { Toolbox } = await import('../../../voice/session/toolbox.ts');
  const { tool } = bookingTool();
  const [offered] = new Toolbox([testPlugin('diary', {}, { tools: [tool] })], {}).offer({ diary: {} });
  expect(offered).toMatchObject({
    name: 'book',
    parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
  });
});
