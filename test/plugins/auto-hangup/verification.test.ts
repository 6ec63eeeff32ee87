import { describe, expect, it } from 'vitest';
import { FAREWELL_AFTER_LEAD } from '../../../plugins/auto-hangup/hooks.ts';
import { mentionsDetail, readsBack } from '../../../plugins/auto-hangup/read-back.ts';
import { DETAILS, READ_BACK, Talk } from './harness.ts';

const REQUIRED = ['name', 'phone', 'topic'];
const collected = (settings = {}) =>
  new Talk({ auto_end_on_goodbye: false, ...settings })
    .agent('במה אפשר לעזור?')
    .caller('דני כהן, לגבי שיניים')
    .tool(DETAILS);

describe('readsBack', () => {
  it.each([
    [READ_BACK, true],
    ['דני כהן, 050-1234567, בדיקת שיניים, נכון?', true],
    ['אז שמך דני כהן והטלפון 050 123 4567, בעניין בדיקה של השיניים', true],
    ['השם הוא דני כהן, אפס חמישים, מאה עשרים ושלוש, ארבעים וחמש, שישים ושבע, תור לשיניים', true],
    ['דני כהן, 050-1234568, בדיקת שיניים, נכון?', false],
    ['דני לוי, 050-1234567, בדיקת שיניים, נכון?', false],
    ['דני כהן, 050-1234567, נכון?', false],
    ['דני כהן, בדיקת שיניים, נכון?', false],
    ['דניאל כהן, 050-1234567, בדיקת שיניים', false],
    ['', false],
  ])('%s → %s', (text, expected) => expect(readsBack(text, DETAILS, REQUIRED)).toBe(expected));

  it('needs every required detail to be there', () => {
    expect(readsBack(READ_BACK, { ...DETAILS, topic: '' }, REQUIRED)).toBe(false);
    expect(readsBack(READ_BACK, DETAILS, [...REQUIRED, 'city'])).toBe(false);
    expect(readsBack(READ_BACK, DETAILS, ['name'])).toBe(true);
  });

  it('cities and e-mail addresses', () => {
    expect(readsBack('מתל אביב', { city: 'תל אביב' }, ['city'])).toBe(true);
    expect(readsBack('מחיפה', { city: 'תל אביב' }, ['city'])).toBe(false);
    expect(readsBack('המייל dani@gmail.com נכון?', { email: 'dani@gmail.com' }, ['email'])).toBe(true);
    expect(readsBack("המייל דני שטרודל ג'ימייל נקודה קום", { email: 'dani@gmail.com' }, ['email'])).toBe(true);
    expect(readsBack('ואת המייל רשמתי', { email: 'dani@gmail.com' }, ['email'])).toBe(false);
  });

  it('mentionsDetail: one is enough', () => {
    expect(mentionsDetail('השם דני כהן, נכון?', DETAILS)).toBe(true);
    expect(mentionsDetail('יש עוד משהו?', DETAILS)).toBe(false);
    expect(mentionsDetail('יש עוד משהו?', {})).toBe(false);
  });
});

describe('the caller says yes to the read-back', () => {
  it.each(['כן', 'כן, נכון', 'נכון מאוד', 'הכול נכון', 'כן, תודה', 'בסדר גמור', 'כן, דני כהן', 'מאה אחוז'])(
    '«%s»',
    (text) => {
      expect(collected().agent(READ_BACK).caller(text).ended).toBe('user_verified');
    },
  );

  it.each(['תודה', 'אולי', 'כן, אבל…', 'לא, נכון', 'נכון?', 'כן?', 'לא', 'לא, 052', 'כן, ומה השעות שלכם?', 'רגע'])(
    '«%s» is no yes',
    (text) => {
      expect(collected().agent(READ_BACK).caller(text).ended).toBeNull();
    },
  );

  it('not while the switch is off', () => {
    const talk = collected({ auto_end_after_lead_capture: false }).agent(READ_BACK).caller('כן');
    expect(talk.ended).toBeNull();
    expect(talk.view.leadCaptured).toBe(true);
  });

  it('never on words the audio does not prove', () => {
    expect(collected().agent(READ_BACK).caller('כן', 0).ended).toBeNull();
    expect(collected().agent(READ_BACK).caller('כן', 119).ended).toBeNull();
    expect(collected().agent(READ_BACK).caller('כן', 120).ended).toBe('user_verified');
  });

  it('not to a read-back that was cut short, or to one of half the details', () => {
    const cut = collected();
    const item = cut.agentBegins(READ_BACK);
    expect(cut.agentEnds(item, READ_BACK, true).caller('כן').ended).toBeNull();
    expect(collected().agent('השם דני כהן, נכון?').caller('כן').ended).toBeNull();
  });

  it('not to a later question', () => {
    expect(collected().agent(READ_BACK).agent('נוח לך ביום שלישי?').caller('כן').ended).toBeNull();
  });

  it('before the model saves what was said', () => {
    const talk = new Talk().agent('במה אפשר לעזור?').caller('דני כהן').agent(READ_BACK).caller('כן');
    expect(talk.ended).toBeNull();
    expect(talk.tool({ name: DETAILS.name }).ended).toBeNull();
    expect(talk.tool(DETAILS).ended).toBe('user_verified');
  });

  it('with words that arrive after the model’s answer', () => {
    const talk = collected().agent(READ_BACK);
    const yes = talk.callerCommits();
    talk.agent('מעולה, תודה.').words(yes, 'כן');
    expect(talk.ended).toBe('user_verified');
    expect(talk.farewell).toBeNull();
  });

  it('begun over the last word of the read-back', () => {
    const talk = collected();
    const item = talk.agentBegins(READ_BACK);
    const answers = talk.view.lastAgentText;
    talk.set({ callerSpeaking: true }).agentEnds(item, READ_BACK);
    const { itemId } = talk.callerCommits();
    expect(talk.words({ itemId, answers }, 'כן').ended).toBe('user_verified');
  });

  it('says a farewell only where the model is silent', () => {
    expect(collected().agent(READ_BACK).caller('כן').farewell).toBe(FAREWELL_AFTER_LEAD);
    expect(collected().agent(READ_BACK).set({ replyPending: true }).caller('כן').farewell).toBeNull();
  });

  it('with a goodbye in the same breath', () => {
    expect(collected({ auto_end_on_goodbye: true }).agent(READ_BACK).caller('כן, נכון, תודה, ביי').ended).toBe(
      'user_verified',
    );
  });
});

describe('the caller corrects', () => {
  it('the yes to the old details counts no longer', () => {
    const talk = new Talk()
      .agent('במה אפשר לעזור?')
      .caller('דני')
      .agent(READ_BACK)
      .caller('כן')
      .agent('רשמתי.')
      .caller('לא, טעות בטלפון');
    expect(talk.tool(DETAILS).ended).toBeNull();
  });

  it('a yes to the corrected read-back does', () => {
    const corrected = { ...DETAILS, phone: '0521234567' };
    const talk = collected().agent(READ_BACK).caller('לא, אפס חמש שתיים').tool(corrected);
    expect(talk.ended).toBeNull();
    expect(talk.agent(READ_BACK.replace('אפס חמש אפס', 'אפס חמש שתיים')).caller('כן').ended).toBe('user_verified');
  });

  it('a yes to details that were changed since says nothing of the new ones', () => {
    const talk = new Talk().agent('במה אפשר לעזור?').caller('דני').agent(READ_BACK).caller('כן');
    expect(talk.tool({ ...DETAILS, phone: '0521234567' }).ended).toBeNull();
  });

  it('a model that confirms right after a correction is not believed', () => {
    const talk = collected()
      .agent(READ_BACK)
      .caller('לא, אפס חמש שתיים')
      .tool({ ...DETAILS, phone: '0521234567' }, true);
    expect(talk.ended).toBeNull();
    expect(
      talk
        .agent('אז אפס חמש שתיים?')
        .caller('כן')
        .tool({ ...DETAILS, phone: '0521234567' }, true).ended,
    ).toBe('lead_captured_confirmed');
  });

  it('«לא» to another question leaves the yes standing', () => {
    const talk = new Talk()
      .agent('במה אפשר לעזור?')
      .caller('דני')
      .agent(READ_BACK)
      .caller('כן')
      .agent('לשלוח גם תזכורת?')
      .caller('לא, תודה');
    expect(talk.tool(DETAILS).ended).toBe('user_verified');
  });

  it('an old «לא» whose words come after the new yes withdraws nothing', () => {
    const talk = new Talk().agent('במה אפשר לעזור?').caller('דני').agent('השם דנה כהן, נכון?');
    const no = talk.callerCommits();
    talk.agent(READ_BACK).caller('כן').words(no, 'לא, דני');
    expect(talk.tool(DETAILS).ended).toBe('user_verified');
  });

  it('«כן… אבל» in two turns: the yes waits for what follows', () => {
    const talk = collected().agent(READ_BACK);
    const yes = talk.callerCommits();
    talk.set({ callerSpeaking: true }).words(yes, 'כן');
    expect(talk.ended).toBeNull();
    expect(talk.caller('אבל הטלפון לא נכון').timer('lead').ended).toBeNull();
  });

  it('and stands when nothing, or thanks, or a noise follows', () => {
    const begun = () => {
      const talk = collected().agent(READ_BACK);
      const yes = talk.callerCommits();
      return talk.set({ callerSpeaking: true }).words(yes, 'כן').set({ callerSpeaking: false });
    };
    expect(begun().timer('lead').ended).toBe('user_verified');
    expect(begun().caller('תודה').ended).toBe('user_verified');
    const noise = begun();
    noise.callerCommits(0);
    expect(noise.ended).toBe('user_verified');
  });

  it('a question behind the yes is answered first; the agent’s farewell then ends the call', () => {
    const talk = collected().agent(READ_BACK);
    const yes = talk.callerCommits();
    talk.set({ callerSpeaking: true }).words(yes, 'כן').caller('ומה שעות הפתיחה?').timer('lead');
    expect(talk.ended).toBeNull();
    expect(talk.agent('משמונה עד ארבע. תודה רבה ולהתראות!').ended).toBe('user_verified');
    expect(talk.farewell).toBeNull();
  });
});

describe('the model says that all was confirmed', () => {
  it('with everything captured', () => expect(collected().tool(DETAILS, true).ended).toBe('lead_captured_confirmed'));
  it('says no farewell for a model that is about to speak', () =>
    expect(collected().tool(DETAILS, true).farewell).toBeNull());
  it('not with a detail missing', () => {
    expect(new Talk().caller('דני').tool({ name: 'דני כהן' }, true).ended).toBeNull();
    expect(new Talk().caller('דני').tool({ ...DETAILS, topic: '' }, true).ended).toBeNull();
  });
  it('not while the switch is off', () =>
    expect(collected({ auto_end_after_lead_capture: false }).tool(DETAILS, true).ended).toBeNull());
  it('a call whose hang-up is decided is left alone', () => {
    expect(
      collected()
        .set({ pendingHangup: 'user_goodbye' })
        .tool(DETAILS, true)
        .commands.some((command) => command.type === 'end_call'),
    ).toBe(false);
  });
  it('other tools, failures and nonsense are nothing to it', () => {
    expect(new Talk().outcome('book', { saved: DETAILS, missing: [], confirmed: true, next: '' }).commands).toEqual([]);
    expect(new Talk().outcome('save_lead_details', null).commands).toEqual([]);
    expect(new Talk().outcome('save_lead_details', { saved: 5 }).commands).toEqual([]);
  });
});

it('marks the lead once it is captured, and takes the mark back when a detail goes', () => {
  const talk = new Talk()
    .tool({ name: 'דני כהן' })
    .tool(DETAILS)
    .tool(DETAILS)
    .tool({ ...DETAILS, phone: '' });
  expect(talk.commands).toEqual([
    { type: 'mark', leadCaptured: true },
    { type: 'mark', leadCaptured: false },
  ]);
});

it('the fields a business requires are the ones that count', () => {
  const talk = new Talk({ required_lead_fields: ['name', 'city'] }).caller('דני').tool({ name: 'דני', city: 'חיפה' });
  expect(talk.agent('דני מחיפה, נכון?').caller('כן').ended).toBe('user_verified');
});
