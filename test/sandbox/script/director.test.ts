import { describe, expect, it } from 'vitest';
import { renderedLine } from '../../../sandbox/audio/rendered.ts';
import { frameCount } from '../../../sandbox/audio/timing.ts';
import { Director } from '../../../sandbox/script/director.ts';
import type { Step } from '../../../sandbox/script/director.ts';
import { conversationPath, loadScript, parseScript } from '../../../sandbox/script/parse.ts';
import type { Script } from '../../../sandbox/script/schema.ts';
import { VirtualCall } from './virtual-call.ts';

const parse = (conversation: string): Script => parseScript(`title: t\nconversation:\n${conversation}`);
const step = (call: VirtualCall, entry: number): Step => {
  const found = call.director.steps().find((candidate) => candidate.entry === entry);
  if (found === undefined) throw new Error(`entry ${entry} was not played`);
  return found;
};
const callerLines = (script: Script): string[] =>
  script.conversation.flatMap((entry) => (entry.kind === 'caller' ? [entry.caller] : []));
const agentLines = (script: Script): string[] =>
  script.conversation.flatMap((entry) => (entry.kind === 'agent' ? [entry.agent] : []));

describe('a whole conversation on a virtual clock', () => {
  it('lead-captured: every line is said, heard and answered in order', () => {
    const script = loadScript(conversationPath('lead-captured'));
    const call = new VirtualCall(script).run();
    expect(call).toMatchObject({ outcome: 'done', errors: [] });
    expect(call.transcripts).toEqual(callerLines(script));
    expect(call.core.spoken.filter(({ tool }) => tool === null).map(({ text }) => text)).toEqual(agentLines(script));
    const starts = call.director.steps().map(({ entry }) => entry);
    expect(starts).toEqual(script.conversation.flatMap((entry, index) => (entry.kind === 'tool' ? [] : [index])));
    // The caller answers 400 ms after the agent's line was heard to its end.
    expect(step(call, 1).startedAt - (step(call, 0).endedAt ?? 0)).toBe(400);
  });

  it('barge-in: the agent is cut in mid-sentence and answers the interruption', () => {
    const script = loadScript(conversationPath('barge-in'));
    const call = new VirtualCall(script).run();
    expect(call).toMatchObject({ outcome: 'done', errors: [] });
    const cut = step(call, 2);
    expect(step(call, 3).startedAt - cut.startedAt).toBeGreaterThanOrEqual(2580);
    expect(step(call, 3).startedAt - cut.startedAt).toBeLessThanOrEqual(2640);
    const entry = script.conversation[2];
    const whole = frameCount(entry?.kind === 'agent' ? entry.agent : '') * 20;
    expect((cut.endedAt ?? 0) - cut.startedAt).toBeLessThan(whole / 2);
    expect(call.transcripts).toEqual(callerLines(script));
    expect(call.core.spoken.map(({ text }) => text)).toEqual(agentLines(script));
  });

  it('caller-hangs-up: the last transcript ends in the words that were heard', () => {
    const script = loadScript(conversationPath('caller-hangs-up'));
    const call = new VirtualCall(script).run();
    expect(call).toMatchObject({ outcome: 'hung_up', errors: [] });
    expect(call.transcripts.at(-1)).toBe('כן, אבל אני צריך');
    expect(step(call, 4).startedAt - step(call, 3).startedAt).toBe(1500);
  });
});

describe('the caller', () => {
  it('waits as long as the script says, coughs into the agent’s line and lets it end', () => {
    const call = new VirtualCall(
      parse(`
  - agent: שלום, הגעתם למוסך של יוסי ואנחנו כאן כדי לעזור.
  - noise: cough
    ms: 200
    interrupt_after_ms: 800
  - caller: תודה.
    after_ms: 1500
  - agent: להתראות.
`),
    ).run();
    expect(call.outcome).toBe('done');
    expect(step(call, 1).startedAt - step(call, 0).startedAt).toBe(780);
    // The engine takes the cough for a turn and says something more: the caller does not speak over it.
    expect(step(call, 2).startedAt - (step(call, 0).endedAt ?? 0)).toBeGreaterThanOrEqual(1500);
    expect(call.core.spoken.map(({ line }) => line)).toEqual([0, 200, 3]);
    expect(call.transcripts).toEqual(['', 'תודה.']);
  });

  it('stays silent, then goes on', () => {
    const call = new VirtualCall(
      parse('  - agent: שלום.\n  - silence_ms: 6000\n  - caller: אני כאן.\n  - agent: יופי.'),
    ).run();
    expect(call.outcome).toBe('done');
    expect(step(call, 2).startedAt - (step(call, 0).endedAt ?? 0)).toBe(6400);
  });

  it('speaks first where the script begins with it', () => {
    const call = new VirtualCall(parse('  - caller: הלו?\n  - agent: שלום.'), { greets: false }).run();
    expect(call.outcome).toBe('done');
    expect(step(call, 0).startedAt).toBe(400);
  });

  it('gives up on an agent that stays silent for 15 s', () => {
    const call = new VirtualCall(parse('  - agent: שלום.\n  - caller: הלו.\n  - agent: כן?'), { deaf: true }).run();
    expect(call.outcome).toBe('agent_silent');
    const end = step(call, 1).endedAt ?? 0;
    expect(call.at - end).toBeGreaterThanOrEqual(15_000);
    expect(call.at - end).toBeLessThan(15_100);
  });

  it('hears a greeting that is longer than the script’s to its end before it speaks', () => {
    const director = new Director(parse('  - agent: שלום.\n  - caller: היי.'), 0);
    let at = 0;
    for (; at < 4000; at += 20) {
      director.heard(at, 20, { line: 0, frame: at / 20 });
      expect(director.next(at).kind).toBe('listen');
    }
    expect(director.next(4399).kind).toBe('listen');
    expect(director.next(4400)).toMatchObject({ kind: 'act', act: { kind: 'speak', entry: 1 } });
  });

  it('takes speech rendered beforehand for its entry, and the same sentence again for the next one', () => {
    const reprompt = 'הלו, אתם עדיין איתי?';
    const script = parse(`
  - agent: שלום.
  - silence_ms: 100
  - agent: ${reprompt}
  - silence_ms: 100
  - agent: ${reprompt}
  - caller: כן.
`);
    const director = new Director(script, 0);
    const mark = renderedLine(reprompt);
    const frames = frameCount(reprompt);
    const plays = (from: number, at: number) => {
      for (let frame = from; frame < frames; frame++)
        director.heard(at + (frame - from) * 20, 20, { line: mark, frame });
    };
    plays(0, 0);
    // Cut and resumed a little earlier: still the same.
    plays(frames - 8, 2000);
    expect(director.steps().map(({ entry }) => entry)).toEqual([2]);
    plays(0, 4000);
    expect(director.steps().map(({ entry, startedAt }) => [entry, startedAt])).toEqual([
      [2, 0],
      [4, 4000],
    ]);
  });

  it('presses keys and tells by kind', () => {
    const director = new Director(parse('  - agent: הקישו אחת.\n  - dtmf: "1"\n  - hang_up: true'), 0);
    for (let frame = 0; frame < frameCount('הקישו אחת.'); frame++) director.heard(frame * 20, 20, { line: 0, frame });
    expect(director.next(5000)).toMatchObject({ kind: 'act', act: { kind: 'press', digits: '1' } });
    director.began(1, 5000);
    expect(director.next(5100)).toMatchObject({ kind: 'listen', until: Infinity });
    director.ended(1, 5200);
    expect(director.next(5599)).toMatchObject({ kind: 'listen', until: 5600 });
    expect(director.next(5600)).toMatchObject({ kind: 'act', act: { kind: 'hang_up' } });
    expect(director.next(5600)).toEqual({ kind: 'done' });
  });
});
