import { describe, expect, it } from 'vitest';
import { FAREWELL } from '../../../plugins/auto-hangup/hooks.ts';
import { Talk } from './harness.ts';

/** A talk that has left its opening. */
function midCall(settings: Record<string, unknown> = {}): Talk {
  return new Talk(settings)
    .agent('שלום, הגעתם למרפאה, במה אפשר לעזור?')
    .caller('רציתי לדעת את שעות הפתיחה')
    .agent('אנחנו פתוחים משמונה עד ארבע.');
}

describe('the caller says goodbye', () => {
  it.each([
    'ביי',
    'תודה, ביי',
    'להתראות',
    'תודה',
    'תודה רבה',
    'לא, זה הכול',
    'אין צורך',
    'אל תתקשרו אליי יותר',
    'ערב טוב',
  ])('«%s» after a statement ends the call', (text) => expect(midCall().caller(text).ended).toBe('user_goodbye'));

  it.each([
    'תודה, ועוד שאלה',
    'תודה, ומה המחיר?',
    'רגע, אל תנתק',
    'אמרתי לו ביי והוא ניתק',
    'לא מעוניין',
    'כן',
    'אוקיי',
    'תודה שחזרתם אליי',
    'ביי?',
  ])('«%s» does not', (text) => expect(midCall().caller(text).ended).toBeNull());

  it('not while the switch is off; it is marked all the same', () => {
    const talk = midCall({ auto_end_on_goodbye: false }).caller('ביי');
    expect(talk.ended).toBeNull();
    expect(talk.view.goodbyeDetected).toBe(true);
  });

  it('thanks end nothing while the agent waits for an answer; a goodbye does', () => {
    const asked = () => midCall().caller('יש תור מחר?').agent('כן. באיזו שעה נוח לך?');
    expect(asked().caller('תודה').ended).toBeNull();
    expect(asked().caller('ביי').ended).toBe('user_goodbye');
  });

  it('«שנייה, אני בודק לך ביומן» – «תודה» is no goodbye', () => {
    expect(midCall().caller('יש תור מחר?').agent('שנייה, אני בודק לך ביומן.').caller('תודה').ended).toBeNull();
  });

  it('«ערב טוב» greets at the opening, also behind «הלו?»', () => {
    expect(new Talk().caller('ערב טוב').ended).toBeNull();
    expect(new Talk().caller('הלו?').agent('שלום, הגעת למרפאה.').caller('ערב טוב').ended).toBeNull();
  });

  it('never on words the audio does not prove', () => {
    expect(midCall().caller('ביי', 0).ended).toBeNull();
    expect(midCall().caller('ביי', 100).ended).toBeNull();
    expect(midCall().caller('ביי', 150).ended).toBe('user_goodbye');
    expect(midCall().caller('תודה', 250).ended).toBeNull();
    expect(midCall().caller('להתראות', 299).ended).toBeNull();
    expect(midCall().caller('תודה', 300).ended).toBe('user_goodbye');
  });

  it('an opt-out takes leave', () => {
    expect(midCall().caller('תסירו אותי מהרשימה').ended).toBe('user_goodbye');
  });

  it('the first reason stays', () => {
    const talk = midCall().caller('ביי').caller('ביי ביי');
    expect(talk.commands.filter((command) => command.type === 'end_call')).toHaveLength(1);
    expect(midCall().set({ pendingHangup: 'transferred' }).caller('ביי').commands).toEqual([]);
  });
});

describe('who says the last word', () => {
  it('the agent, where it owes no reply', () => expect(midCall().caller('ביי').farewell).toBe(FAREWELL));
  it('the model, while its reply is on the way', () => {
    expect(midCall().set({ replyPending: true }).caller('ביי').farewell).toBeNull();
    expect(midCall().set({ agentSpeaking: true }).caller('ביי').farewell).toBeNull();
  });
  it('the model, when its reply was heard before the words came', () => {
    const talk = midCall();
    const turn = talk.callerCommits();
    talk.agent('בשמחה.').words(turn, 'תודה רבה, ביי');
    expect(talk.ended).toBe('user_goodbye');
    expect(talk.farewell).toBeNull();
  });
});

describe('words that arrive late', () => {
  it('thanks that the agent has meanwhile answered with a question end nothing', () => {
    const talk = midCall();
    const turn = talk.callerCommits();
    talk.agentBegins('בשמחה! יש עוד משהו שאוכל לעזור?');
    expect(talk.words(turn, 'תודה').ended).toBeNull();
  });

  it('a goodbye the caller has gone on from ends nothing', () => {
    const talk = midCall();
    const goodbye = talk.callerCommits();
    const more = talk.callerCommits();
    talk.words(goodbye, 'ביי').words(more, 'רגע, שכחתי לשאול על החניה');
    expect(talk.timer('goodbye').ended).toBeNull();
  });

  it('nor when the later words come first', () => {
    const talk = midCall();
    const goodbye = talk.callerCommits();
    const more = talk.callerCommits();
    expect(talk.words(more, 'רגע, שכחתי משהו').words(goodbye, 'ביי').timer('goodbye').ended).toBeNull();
  });

  it('«ביי… ביי ביי» in two turns', () => {
    const talk = midCall();
    const first = talk.callerCommits();
    const second = talk.callerCommits();
    expect(talk.words(first, 'ביי').ended).toBeNull();
    expect(talk.words(second, 'ביי ביי').ended).toBe('user_goodbye');
  });

  it('a goodbye with a noise behind it waits for the noise to end', () => {
    const talk = midCall();
    const goodbye = talk.callerCommits();
    talk.set({ callerSpeaking: true }).words(goodbye, 'ביי');
    expect(talk.ended).toBeNull();
    talk.callerCommits(0);
    expect(talk.ended).toBe('user_goodbye');
  });

  it('or for the timer when the noise never becomes a turn', () => {
    const talk = midCall();
    const goodbye = talk.callerCommits();
    talk.set({ callerSpeaking: true }).words(goodbye, 'ביי').set({ callerSpeaking: false });
    expect(talk.commands).toContainEqual({ type: 'start_timer', id: 'goodbye', ms: 4000 });
    expect(talk.timer('goodbye').ended).toBe('user_goodbye');
  });
});

describe('the agent says goodbye', () => {
  const LEAVE = 'תודה שפנית אלינו, יום נעים ולהתראות!';

  it('after a real conversation, once its farewell was heard', () => {
    const talk = midCall().caller('הבנתי');
    const item = talk.agentBegins(LEAVE);
    expect(talk.ended).toBeNull();
    expect(talk.view.goodbyeDetected).toBe(true);
    expect(talk.agentEnds(item, LEAVE).ended).toBe('ai_goodbye_auto_end');
    expect(talk.farewell).toBeNull();
  });

  it('not while the switch is off', () =>
    expect(midCall({ auto_end_on_goodbye: false }).caller('הבנתי').agent(LEAVE).ended).toBeNull());

  it('not before the caller has spoken, or spoken so that it is proven', () => {
    expect(new Talk().agent('א').agent('ב').agent('ג').agent(LEAVE).ended).toBeNull();
    expect(new Talk().agent('א').agent('ב').agent('ג').caller('תודה', 0).agent(LEAVE).ended).toBeNull();
  });

  it('not after two words', () => {
    expect(new Talk().caller('הלו').agent(LEAVE).ended).toBeNull();
    expect(new Talk().caller('הלו').tool({ name: 'א', phone: '1', topic: 'ב' }).agent(LEAVE).ended).toBe(
      'ai_goodbye_auto_end',
    );
  });

  it('a question keeps the call', () => {
    expect(midCall().caller('הבנתי').agent('נתראה ביום שלישי, נכון?').ended).toBeNull();
    expect(midCall().caller('הבנתי').agent('להתראות! או שיש עוד משהו?').ended).toBeNull();
  });

  it('«רגע, עוד שאלה» into the farewell keeps the call', () => {
    const talk = midCall().caller('הבנתי');
    const item = talk.agentBegins(LEAVE);
    talk.agentEnds(item, 'תודה שפנית אלינו, יום נעים ולהתראות', true).caller('רגע, עוד שאלה');
    expect(talk.ended).toBeNull();
  });

  it('a caller who begins to speak as it ends is listened to; a noise is none', () => {
    const talk = () => {
      const talk = midCall().caller('הבנתי');
      const item = talk.agentBegins(LEAVE);
      return talk.set({ callerSpeaking: true }).agentEnds(item, LEAVE);
    };
    const noise = talk();
    expect(noise.ended).toBeNull();
    noise.callerCommits(0);
    expect(noise.ended).toBe('ai_goodbye_auto_end');
    expect(talk().caller('רגע, יש לי עוד שאלה').ended).toBeNull();
  });

  it('a reply that is still owed is heard first', () => {
    expect(midCall().caller('הבנתי').set({ replyPending: true }).agent(LEAVE).ended).toBeNull();
  });
});
