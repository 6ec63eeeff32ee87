import { describe, expect, it } from 'vitest';
import { REPROMPTS, silence } from '../../../plugins/silence/index.ts';
import type { CallView, Hooks } from '../../../voice/plugin.ts';

const quiet: CallView = {
  at: 0,
  phase: 'active',
  pendingHangup: null,
  leadCaptured: false,
  goodbyeDetected: false,
  agentSpeaking: false,
  replyPending: false,
  callerSpeaking: false,
  callerTurns: 1,
  agentTurns: 1,
  lastAgentText: 'שלום',
};
const turn = { at: 0, itemId: 'i', text: 'כן', provenSpeechMs: 400, answers: null };

function hooksFor(settings: { silence_reprompt_sec: number; silence_ends_call: boolean }): Required<Hooks> {
  const context = { callId: '', businessId: '', businessName: '', direction: 'inbound', fromNumber: '', toNumber: '' };
  return silence.call?.(settings, context as never) as Required<Hooks>;
}

describe('a silent caller', () => {
  it('is counted from the end of what the agent said, not from its beginning', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 7, silence_ends_call: false });
    expect(hooks.onAgentSpeechStarted({ at: 0, itemId: 'a' }, quiet)).toEqual([
      { type: 'cancel_timer', id: 'silence' },
    ]);
    expect(hooks.onPlayoutFinished(quiet)).toEqual([{ type: 'start_timer', id: 'silence', ms: 7000 }]);
  });

  it('is not counted while a reply is on its way', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 7, silence_ends_call: false });
    expect(hooks.onPlayoutFinished({ ...quiet, replyPending: true })).toEqual([]);
  });

  it('is asked twice and then left alone when calls are not to end by silence', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 7, silence_ends_call: false });
    for (let asked = 0; asked < REPROMPTS; asked++) {
      expect(hooks.onTimer('silence', quiet)).toMatchObject([{ type: 'say' }]);
    }
    expect(hooks.onTimer('silence', quiet)).toEqual([]);
  });

  it('is asked twice, then the call ends with a farewell when the business wants it', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 7, silence_ends_call: true });
    for (let asked = 0; asked < REPROMPTS; asked++) hooks.onTimer('silence', quiet);
    expect(hooks.onTimer('silence', quiet)).toMatchObject([{ type: 'end_call', reason: 'silence' }]);
  });

  it('on a line whose noise keeps waking the model is asked when it is time all the same', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 10, silence_ends_call: true });
    hooks.onPlayoutFinished(quiet);
    hooks.onCallerSpeechStarted({ ...quiet, at: 4000, callerSpeaking: true });
    expect(hooks.onCallerSpeechStopped({ ...quiet, at: 6500 })).toEqual([
      { type: 'start_timer', id: 'silence', ms: 3500 },
    ]);
    expect(hooks.onCallerSpeechStopped({ ...quiet, at: 9800 })).toEqual([
      { type: 'start_timer', id: 'silence', ms: 1000 },
    ]);
  });

  it('cannot be kept on the line for ever by a noise that never ends', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 10, silence_ends_call: true });
    expect(hooks.onCallStart(quiet)).toEqual([{ type: 'start_timer', id: 'cap', ms: 90_000 }]);
    expect(hooks.onCallerTurn(turn, quiet)).toEqual([{ type: 'start_timer', id: 'cap', ms: 90_000 }]);
    expect(hooks.onTimer('cap', { ...quiet, callerSpeaking: true })).toMatchObject([
      { type: 'end_call', reason: 'silence' },
    ]);
  });

  it('who answers is asked afresh later on', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 7, silence_ends_call: true });
    for (let asked = 0; asked < REPROMPTS; asked++) hooks.onTimer('silence', quiet);
    hooks.onCallerTurn(turn, quiet);
    expect(hooks.onTimer('silence', quiet)).toMatchObject([{ type: 'say' }]);
  });

  it('who has not spoken yet is not disturbed when the agent waits for them: they speak first', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 7, silence_ends_call: true });
    expect(hooks.onCallerSpeechStopped({ ...quiet, callerTurns: 0, agentTurns: 0 })).toEqual([]);
  });

  it('a timer that fires into somebody speaking asks nothing', () => {
    const hooks = hooksFor({ silence_reprompt_sec: 7, silence_ends_call: true });
    expect(hooks.onTimer('silence', { ...quiet, callerSpeaking: true })).toEqual([]);
    expect(hooks.onTimer('silence', { ...quiet, agentSpeaking: true })).toEqual([]);
  });
});
