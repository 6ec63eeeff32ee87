import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ENGINE_LINES } from '../../../voice/lines.ts';
import { defineTool } from '../../../voice/plugin.ts';
import { call } from '../../helpers/call-harness.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';

const [FIRST, SECOND] = ENGINE_LINES.working;

function slowCall(lines: Readonly<Record<string, number>>) {
  const finish: ((result: unknown) => void)[] = [];
  const tool = defineTool({
    name: 'look_up',
    description: 'Looks something up.',
    deadlineMs: 30_000,
    parameters: () => z.object({}),
    run: () => new Promise((resolve) => finish.push(resolve)),
  });
  const story = call({ lines, plugins: [testPlugin('diary', {}, { tools: [tool] })] });
  return { story, finish: () => finish.shift()?.({ ok: true }) };
}

describe('while a tool runs', () => {
  test('for less than a second nothing is said: the answer is near', async () => {
    const { story, finish } = slowCall({ [FIRST]: 800 });
    await story.callerSays('בדקו לי');
    story.model.says({ text: '', ms: 0, tools: [['c1', 'look_up', '{}']] });
    await story.elapse(900);
    finish();
    await story.elapse(3000);
    expect(story.transcript).toEqual(['caller: בדקו לי']);
  });

  test('for longer the caller hears that somebody is at it, in other words the second time', async () => {
    const { story, finish } = slowCall({ [FIRST]: 800, [SECOND]: 900 });
    await story.callerSays('בדקו לי');
    story.model.says({ text: '', ms: 0, tools: [['c1', 'look_up', '{}']] });
    await story.elapse(1100);
    expect(story.line.audible).toBe(true);
    await story.elapse(6500);
    finish();
    await story.elapse(10);
    story.model.says({ text: 'יש תור מחר.', ms: 900 });
    await story.elapse(2000);
    expect(story.transcript).toEqual(['caller: בדקו לי', `agent: ${FIRST}`, `agent: ${SECOND}`, 'agent: יש תור מחר.']);
  });

  test('the agent is not interrupted by its own filler', async () => {
    const { story, finish } = slowCall({ [FIRST]: 800 });
    await story.callerSays('בדקו לי');
    story.model.says({ text: 'אבדוק את זה עכשיו, זה ייקח רגע.', ms: 2500, tools: [['c1', 'look_up', '{}']] });
    await story.elapse(2600);
    expect(story.transcript).not.toContain(`agent: ${FIRST}`);
    await story.elapse(2500);
    expect(story.transcript).toContain(`agent: ${FIRST}`);
    finish();
    await story.elapse(10);
  });

  test('the caller who speaks meanwhile is not talked over', async () => {
    const { story } = slowCall({ [FIRST]: 800 });
    await story.callerSays('בדקו לי');
    story.model.says({ text: '', ms: 0, tools: [['c1', 'look_up', '{}']] });
    await story.startsSpeaking();
    await story.elapse(3000);
    expect(story.line.audible).toBe(false);
  });
});
