import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../platform/errors.ts';
import { frameCount } from '../../../sandbox/audio/timing.ts';
import { conversationPath, DEFAULT_CONVERSATION, loadScript, parseScript } from '../../../sandbox/script/parse.ts';

function problems(source: string): unknown {
  try {
    parseScript(source, 'x.yaml');
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(error.code).toBe('script_invalid');
    expect(error.permanent).toBe(true);
    return error.details['problems'];
  }
  return [];
}

describe('a conversation file', () => {
  it('gives entries in order, with their kind', () => {
    const script = parseScript(`
title: בדיקה
settings: { bot_speaks_first: true }
from: "+972501234567"
conversation:
  - agent: שלום
  - caller: היי
    interrupt_after_ms: 1200
    heard_as: ""
  - tool: save_lead_details
  - noise: cough
    ms: 200
  - dtmf: "1#"
  - silence_ms: 3000
  - caller: ביי
    expect: { turns: 2 }
  - hang_up: true
    interrupt_after_ms: 300
model: { drop_after_ms: 5 }
`);
    expect(script.conversation.map((entry) => entry.kind)).toEqual([
      'agent',
      'caller',
      'tool',
      'noise',
      'dtmf',
      'silence_ms',
      'caller',
      'hang_up',
    ]);
    expect(script.conversation[2]).toMatchObject({ tool: 'save_lead_details', arguments: {} });
    expect(script).toMatchObject({ title: 'בדיקה', settings: { bot_speaks_first: true }, model: { drop_after_ms: 5 } });
  });

  it.each([
    [
      'an entry of two kinds',
      'title: t\nconversation:\n  - agent: a\n  - agent: a\n    caller: b',
      ['line 4 (entry 2): an entry is exactly one of agent, caller, tool, noise, dtmf, silence_ms, hang_up'],
    ],
    [
      'a misspelt field',
      'title: t\nconversation:\n  - caller: a\n    heard_ass: b',
      [expect.stringMatching(/^line 3 \(entry 1\): .*heard_ass/)],
    ],
    [
      'a wrong value',
      'title: t\nconversation:\n  - caller: a\n    transcript: maybe',
      [expect.stringMatching(/^line 4 \(entry 1 · transcript\): /)],
    ],
    [
      'both timings',
      'title: t\nconversation:\n  - agent: a\n  - caller: b\n    after_ms: 1\n    interrupt_after_ms: 1',
      ['line 4 (entry 2): after_ms and interrupt_after_ms exclude each other'],
    ],
    [
      'an interruption of nothing',
      'title: t\nconversation:\n  - caller: b\n    interrupt_after_ms: 1',
      ['line 4 (entry 1 · interrupt_after_ms): there is no agent line before it to interrupt'],
    ],
    [
      'something after the hang-up',
      'title: t\nconversation:\n  - hang_up: true\n  - agent: b',
      ['line 4 (entry 2): nothing can follow hang_up'],
    ],
    ['no title', 'conversation:\n  - agent: a', [expect.stringMatching(/^line 1 \(title\): /)]],
    ['no entries', 'title: t\nconversation: []', ['line 2 (conversation): a list of entries is needed']],
    [
      'an unknown fault',
      'title: t\nconversation:\n  - agent: a\nmodel:\n  explode: true',
      [expect.stringMatching(/^line 4 \(model\): .*explode/)],
    ],
    [
      'a bad number',
      'title: t\nfrom: "050"\nconversation:\n  - agent: a',
      [expect.stringMatching(/^line 2 \(from\): an E.164/)],
    ],
    ['broken YAML', 'title: "t\nconversation: [', [expect.stringMatching(/^line 2: /)]],
    ['an empty file', '', ['line 1: title and conversation are missing']],
  ])('with %s is refused, naming line and entry', (_name, source, expected) => {
    expect(problems(source)).toEqual(expected);
  });

  it('names every problem at once', () => {
    expect(problems('title: t\nconversation:\n  - x: 1\n  - caller: ""\n  - dtmf: "a"')).toHaveLength(3);
  });

  it('that is not there says so', () => {
    expect(() => loadScript('/nowhere/x.yaml')).toThrow('script_unreadable');
  });
});

describe('the conversations that come along', () => {
  const names = readdirSync(new URL('../../../sandbox/script/conversations', import.meta.url)).map((file) =>
    file.replace('.yaml', ''),
  );

  it('hold the default', () => {
    expect(names).toContain(DEFAULT_CONVERSATION);
  });

  it.each(names)('%s is valid, Hebrew, and opens with the greeting of its settings', (name) => {
    const script = loadScript(conversationPath(name));
    const first = script.conversation[0];
    expect(first?.kind === 'agent' ? first.agent : '').toBe(script.settings['greeting_message']);
    for (const entry of script.conversation) {
      const text = entry.kind === 'agent' ? entry.agent : entry.kind === 'caller' ? entry.caller : null;
      if (text === null) continue;
      expect(text).toMatch(/^[\p{Script=Hebrew}\s\p{P}]+$/u);
      expect(frameCount(text)).toBeLessThan(4096);
      if (entry.kind === 'caller' && entry.interrupt_after_ms !== undefined) {
        const before = script.conversation
          .slice(0, script.conversation.indexOf(entry))
          .findLast(({ kind }) => kind === 'agent');
        expect(frameCount(before?.kind === 'agent' ? before.agent : '') * 20).toBeGreaterThan(
          entry.interrupt_after_ms + 1000,
        );
      }
    }
  });
});

describe('the guide', () => {
  it('shows two conversations that are valid', () => {
    const guide = readFileSync(new URL('../../../docs/conversation-scripts.md', import.meta.url), 'utf8');
    const examples = [...guide.matchAll(/```yaml\n(title:[^`]+)```/g)].map(([, source]) => source ?? '');
    expect(examples).toHaveLength(2);
    for (const source of examples) expect(problems(source)).toEqual([]);
    const faults = /```yaml\n(model:[^`]+)```/.exec(guide)?.[1] ?? '';
    expect(problems(`title: t\nconversation:\n  - agent: a\n${faults}`)).toEqual([]);
  });
});
