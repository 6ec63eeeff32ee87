import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type CallPlugin, type CallView, type Hooks, definePlugin } from '../../../voice/plugin.ts';
import { initialState, viewOf } from '../../../voice/session/state.ts';
import { PluginHost } from '../../../voice/session/plugin-host.ts';
import { call, callConfig } from '../../helpers/call-harness.ts';
import { testPlugin } from '../../helpers/test-plugin.ts';

const BOOM = () => {
  throw new Error('boom');
};

describe('a plugin that throws', () => {
  test('is dropped for the call with its hold and its timers released; the call goes on', async () => {
    const broken = testPlugin(
      'broken',
      {
        onCallStart: () => [{ type: 'hold_caller_audio' }, { type: 'start_timer', id: 't', ms: 60_000 }],
        onCallerFrame: ({ at }) => (at >= 1000 ? BOOM() : []),
      },
      { mayHoldCallerAudio: true },
    );
    const story = call({ plugins: [broken] });
    const timers = story.leftovers.timers;
    await story.elapse(980);
    expect(story.model.heardMs).toBe(0);
    await story.elapse(1020);
    expect(story.model.heardMs).toBe(1020);
    expect(story.leftovers.timers).toBe(timers - 1);
    expect(story.logged('plugin_failed')).toEqual([{ plugin: 'broken', hook: 'onCallerFrame', message: 'boom' }]);
    expect(story.logged('plugin_dropped')).toHaveLength(1);
    await story.callerSays('שלום');
    expect(story.model.unanswered).toBe(1);
  });

  test('while it had the agent paused leaves the agent speaking', async () => {
    const broken = testPlugin('broken', {
      onCallerFrame: (frame, view) => (view.agentSpeaking && frame.level > 1000 ? [{ type: 'pause_playout' }] : []),
      onDtmf: BOOM,
    });
    const story = call({ plugins: [broken] });
    await story.callerSays('שלום');
    const reply = story.model.says({ text: 'שלום', ms: 2000 });
    await story.elapse(300);
    await story.sound(40);
    await story.elapse(1000);
    expect(story.line.audible).toBe(false);
    story.session.dtmf('1');
    await story.elapse(3000);
    expect(story.line.playedMsOf(reply.line)).toBe(2000);
  });

  test('does not keep the others from hearing', () => {
    const heard: string[] = [];
    const others: Hooks = { onDtmf: (digit) => void heard.push(digit) };
    const story = call({ plugins: [testPlugin('broken', { onDtmf: BOOM }), testPlugin('other', others)] });
    story.session.dtmf('1');
    story.session.dtmf('2');
    expect(heard).toEqual(['1', '2']);
    expect(story.logged('plugin_failed')).toHaveLength(1);
  });

  test('already at the start of the call takes no part in it', () => {
    const broken = { ...testPlugin('broken', {}), call: BOOM } as CallPlugin;
    const story = call({ plugins: [broken] });
    story.session.dtmf('1');
    expect(story.logged('plugin_failed')).toEqual([{ plugin: 'broken', hook: 'call', message: 'boom' }]);
    expect(story.endReason).toBeNull();
  });
});

/** A host on a clock that its plugin's hooks move by `slowMs`. */
function slowHost(slowMs: readonly number[]) {
  let now = 0;
  let calls = 0;
  const logs: string[] = [];
  const hooks: Hooks = {
    onDtmf: () => {
      now += slowMs[calls++] ?? 0;
      return [{ type: 'start_timer', id: 't', ms: 1000 }];
    },
  };
  const host = new PluginHost({
    plugins: [testPlugin('slow', hooks)],
    context: callConfig().context,
    pluginSettings: {},
    now: () => now,
    log: ({ event }) => logs.push(event),
  });
  const view: CallView = viewOf(initialState(callConfig()), 0);
  return { logs, press: () => host.notify({ hook: 'onDtmf', args: ['1'] }, view).map(({ command }) => command.type) };
}

describe('a plugin that is slow', () => {
  test('three times is dropped with its timers cancelled', () => {
    const { press, logs } = slowHost([6, 1, 7, 8, 0]);
    expect([press(), press(), press()]).toEqual([['start_timer'], ['start_timer'], ['start_timer']]);
    expect(press()).toEqual(['cancel_timer', 'release_caller_audio', 'resume_playout']);
    expect(press()).toEqual([]);
    expect(logs).toEqual(['plugin_slow', 'plugin_slow', 'plugin_slow', 'plugin_dropped']);
  });

  test('never over 5 ms is not', () => {
    const { press, logs } = slowHost([5, 5, 5, 5, 5]);
    for (let n = 0; n < 5; n++) expect(press()).toEqual(['start_timer']);
    expect(logs).toEqual([]);
  });
});

describe('what a plugin may not do', () => {
  test('answer to a hook that does not exist: a misspelt name would never be called', () => {
    const misspelt = testPlugin('typo', { onCallerTurns: () => [] } as unknown as Hooks);
    const story = call({ plugins: [misspelt] });
    expect(story.logged('plugin_failed')).toEqual([
      { plugin: 'typo', hook: 'call', message: '"typo" has no such hook: onCallerTurns' },
    ]);
  });

  test('withhold the caller, unless it is declared to', async () => {
    const story = call({ plugins: [testPlugin('greedy', { onCallStart: () => [{ type: 'hold_caller_audio' }] })] });
    await story.elapse(1000);
    expect(story.model.heardMs).toBe(1000);
    expect(story.logged('plugin_may_not_hold')).toEqual([{ plugin: 'greedy' }]);
  });

  test('ask for hundreds of things in one breath: the rest is dropped, and said', () => {
    const asked = Array.from({ length: 300 }, () => ({ type: 'log', event: 'again' }) as const);
    const story = call({ plugins: [testPlugin('talker', { onDtmf: () => asked })] });
    story.session.dtmf('1');
    expect(story.logged('again').length).toBeLessThan(300);
    expect(story.logged('plugin_commands_endless')).toHaveLength(1);
  });
});

test('settings reach a plugin as its own schema parsed them', () => {
  const seen: unknown[] = [];
  const plugin = definePlugin({
    name: 'curious',
    settings: z.object({ loud: z.boolean().default(true) }),
    card: { tab: 'ai', title: '' },
    fields: { loud: { control: 'switch', label: '' } },
    call: (settings, { businessName }) => {
      seen.push(settings, businessName);
      return {};
    },
  });
  call({ plugins: [plugin] });
  expect(seen).toEqual([{ loud: true }, 'מספרת דנה']);
});

test('a timer comes back to the plugin that set it, and to no other; one that is cancelled does not', async () => {
  const fired: string[] = [];
  const plugin = (name: string) =>
    testPlugin(name, {
      onCallStart: () => [
        { type: 'start_timer', id: 'a/b', ms: name === 'one' ? 100 : 200 },
        { type: 'start_timer', id: 'gone', ms: 100 },
        { type: 'cancel_timer', id: 'gone' },
      ],
      onTimer: (id, view) => void fired.push(`${name} ${id} ${view.at}`),
    });
  const story = call({ plugins: [plugin('one'), plugin('two')] });
  await story.elapse(1000);
  expect(fired).toEqual(['one a/b 100', 'two a/b 200']);
});
