import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ENGINE_LINES } from '../../../voice/lines.ts';
import { defineTool } from '../../../voice/plugin.ts';
import type { CallHarness } from '../../helpers/call-harness.ts';
import { call } from '../../helpers/call-harness.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';

const [FILLER] = ENGINE_LINES.reconnecting;
const MINUTE = 60_000;

const told = (story: CallHarness) => story.model.given('add_message').map(({ speaker, text }) => [speaker, text]);
const drop = (story: CallHarness) => story.model.emit({ type: 'closed', code: 'closed_1006' });

describe('the line to the model breaks', () => {
  test('while nobody speaks: it is back in silence, and the model is told what was said', async () => {
    const story = call({ reconnects: 1, lines: { [FILLER]: 700 } });
    await story.callerSays('מה השעות שלכם?');
    story.model.says({ text: 'פתוח עד חמש.', ms: 1000 });
    await story.elapse(2000);
    drop(story);
    await story.elapse(500);
    expect(told(story)).toEqual([
      ['caller', 'מה השעות שלכם?'],
      ['agent', 'פתוח עד חמש.'],
    ]);
    expect(story.line.audible).toBe(false);
    await story.callerSays('תודה, ומחר?');
    story.model.says({ text: 'גם מחר.', ms: 500 });
    await story.elapse(1000);
    expect(story.transcript).toEqual([
      'caller: מה השעות שלכם?',
      'agent: פתוח עד חמש.',
      'caller: תודה, ומחר?',
      'agent: גם מחר.',
    ]);
  });

  test('before the reply: a filler covers it, and the reply is asked for again', async () => {
    const story = call({ reconnects: 1, lines: { [FILLER]: 700 } });
    await story.callerSays('מה השעות שלכם?');
    story.model.accepts();
    drop(story);
    await story.elapse(100);
    expect(story.line.audible).toBe(true);
    expect(story.model.unanswered).toBe(1);
    story.model.says({ text: 'פתוח עד חמש.', ms: 1000 });
    await story.elapse(2500);
    expect(story.transcript).toEqual(['caller: מה השעות שלכם?', `agent: ${FILLER}`, 'agent: פתוח עד חמש.']);
    expect(story.line.ledger.underruns).toEqual([]);
  });

  test('in mid-sentence: what was received is heard, then the agent is asked to go on', async () => {
    const story = call({ reconnects: 1 });
    await story.callerSays('ספרו לי');
    const reply = story.model.says({ text: 'אחת שתיים שלוש ארבע', ms: 4000, speed: 1.2 });
    await story.elapse(2000);
    drop(story);
    await story.elapse(100);
    expect(told(story).at(-1)).toEqual(['system', expect.stringContaining('cut off')]);
    expect(story.model.given('create_response').map(({ instructions }) => instructions)).toEqual([undefined]);
    await story.elapse(2000);
    expect(story.line.playedMsOf(reply.line)).toBeGreaterThan(2200);
    expect(story.line.clears).toEqual([]);
  });

  test('while the caller speaks: what they said reaches the new line from its first sound', async () => {
    const story = call({ reconnects: 1 });
    await story.elapse(3000);
    await story.startsSpeaking();
    await story.elapse(1000);
    const before = story.model.heard.slice(-60);
    drop(story);
    await story.elapse(300);
    expect(story.model.heard.slice(0, 1000).join()).toContain(before.join());
  });

  test('with words still outstanding: their audio is sent again and becomes a turn again', async () => {
    const story = call({ reconnects: 1 });
    const item = await story.startsSpeaking();
    await story.elapse(600);
    await story.stopsSpeaking(item);
    drop(story);
    await story.elapse(100);
    expect(story.transcript).toEqual([]);
    expect(story.model.heardMs).toBeGreaterThan(600);
    expect(story.model.given('create_response')).toEqual([]);
  });

  test('while a tool runs: its result is told as text and answered', async () => {
    let finish: (result: unknown) => void = () => {};
    const tool = defineTool({
      name: 'look_up',
      description: 'Looks something up.',
      parameters: () => z.object({}),
      run: () => new Promise((resolve) => (finish = resolve)),
    });
    const story = call({ reconnects: 1, plugins: [testPlugin('diary', {}, { tools: [tool] })] });
    await story.callerSays('בדקו לי');
    story.model.says({ text: '', ms: 0, tools: [['call_1', 'look_up', '{}']] });
    await story.elapse(200);
    drop(story);
    await story.elapse(500);
    finish({ found: true });
    await story.elapse(100);
    expect(told(story)).toContainEqual(['system', 'The function look_up has returned: {"found":true}']);
    expect(story.model.given('tool_output')).toEqual([]);
    expect(story.model.given('create_response')).toHaveLength(1);
  });

  test('again and again: after three attempts the caller hears the apology, once', async () => {
    const story = call();
    await story.elapse(60_000);
    drop(story);
    await story.elapse(6000);
    expect(story.transcript).toEqual(['agent: סליחה, יש תקלה.']);
    expect(story.endReason).toBe('model_unavailable');
    expect(story.logged('model_line_broke')).toHaveLength(3);
    expect(story.leftovers).toEqual({ timers: 0, model: false, stream: false });
  });

  test('while the farewell plays: nothing is opened again', async () => {
    const story = call({ reconnects: 1, maxCallMs: 1000 });
    await story.elapse(1000);
    story.model.says({ text: 'להתראות', ms: 2000, speed: 20 });
    await story.elapse(500);
    drop(story);
    await story.elapse(4000);
    expect(story.transcript).toEqual(['agent: להתראות']);
    expect(story.logged('model_line_broke')).toEqual([]);
  });
});

describe('a session nears its longest life', () => {
  test('it is replaced in a silent moment, without a word', async () => {
    const story = call({ reconnects: 1, maxCallMs: 90 * MINUTE });
    await story.callerSays('אני אחכה');
    story.model.says({ text: 'בבקשה', ms: 500 });
    await story.elapse(54 * MINUTE);
    const first = story.model;
    await story.elapse(2 * MINUTE);
    expect(story.model).not.toBe(first);
    expect(first.closedAt).not.toBeNull();
    expect(told(story)).toEqual([
      ['caller', 'אני אחכה'],
      ['agent', 'בבקשה'],
    ]);
    expect(story.endReason).toBeNull();
  });

  test('not while the agent speaks', async () => {
    const story = call({ reconnects: 1, maxCallMs: 90 * MINUTE });
    await story.elapse(55 * MINUTE - 3000);
    await story.callerSays('עוד משהו');
    story.model.says({ text: 'בשמחה רבה', ms: 5000 });
    const first = story.model;
    await story.elapse(4000);
    expect(story.model).toBe(first);
    await story.elapse(4000);
    expect(story.model).not.toBe(first);
    expect(story.transcript.at(-1)).toBe('agent: בשמחה רבה');
  });
});
