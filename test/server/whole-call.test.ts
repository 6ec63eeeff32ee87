import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlayOptions, type PlayedCall, type World, startWorld } from '../helpers/world.ts';

/** Whole calls over real sockets, with a real database and queue. They run side by side: each has its own business. */

const CALLS: Readonly<Record<string, { readonly script: string; readonly options?: PlayOptions }>> = {
  'captures the lead, says goodbye, hangs up once and delivers exactly one POST': {
    script: `
title: ליד ופרידה
settings: { bot_speaks_first: true, greeting_message: "שלום, במה אפשר לעזור?", auto_end_on_goodbye: true }
from: "+972501234567"
conversation:
  - agent: שלום, במה אפשר לעזור?
  - caller: אני רוצה תור לבדיקה.
  - tool: save_lead_details
    arguments: { name: "דנה לוי", phone: "050-123-4567", topic: "תור לבדיקה" }
  - agent: רשמתי, דנה לוי. יש עוד משהו?
  - caller: לא, תודה רבה ולהתראות.
  - agent: תודה, להתראות!
`,
  },
  'a detail of the business’s own is collected and arrives at the receiver': {
    script: `
title: פרט של העסק
settings:
  bot_speaks_first: true
  greeting_message: "שלום, במה אפשר לעזור?"
  auto_end_on_goodbye: true
  custom_lead_fields:
    - { key: budget, label: תקציב, kind: number }
from: "+972501234569"
conversation:
  - agent: שלום, במה אפשר לעזור?
  - caller: אני מחפש דירה, יש לי שני מיליון שקל.
  - tool: save_lead_details
    arguments: { topic: "חיפוש דירה", budget: "שני מיליון" }
  - agent: רשמתי תקציב של שני מיליון. יש עוד משהו?
  - caller: לא, תודה רבה ולהתראות.
  - agent: תודה, להתראות!
`,
  },
  'with everything off the caller speaks first and only the caller ends the call': {
    script: `
title: הכול כבוי
settings: { barge_in_enabled: false }
conversation:
  - caller: שלום, אתם פתוחים היום?
  - agent: כן, אנחנו פתוחים היום עד שבע בערב.
  - caller: תודה רבה, להתראות.
  - agent: להתראות ויום טוב.
  - silence_ms: 1500
  - hang_up: true
`,
  },
  'an interrupted agent keeps only the words that were heard, on each interruption': {
    script: `
title: שתי קטיעות
settings: { bot_speaks_first: true, greeting_message: "שלום, כאן המוסך, במה אפשר לעזור לך היום בבקשה?" }
conversation:
  - agent: שלום, כאן המוסך, במה אפשר לעזור לך היום בבקשה?
  - caller: כמה עולה טיפול גדול לרכב?
  - agent: טיפול גדול עולה אצלנו בין אלף לאלף חמש מאות שקלים והוא כולל הרבה מאוד דברים טובים וחשובים לרכב.
  - caller: רגע רגע, יש לי יונדאי.
    interrupt_after_ms: 1500
  - agent: ליונדאי יש לנו מבצע מיוחד החודש, שכולל בדיקת מזגן, החלפת שמן ומסננים, ובדיקה כללית של הרכב.
  - caller: מצוין, אני מגיע מחר.
    interrupt_after_ms: 2200
  - agent: נתראה מחר.
  - hang_up: true
`,
  },
  'a caller who hangs up in mid-word leaves a transcript of what was said': {
    script: `
title: ניתוק באמצע
settings: { bot_speaks_first: true, greeting_message: "שלום, הגעתם למספרה." }
conversation:
  - agent: שלום, הגעתם למספרה.
  - caller: רציתי לקבוע תור ליום ראשון בבוקר אם אפשר.
  - hang_up: true
    interrupt_after_ms: 1400
`,
  },
  'a model that refuses to connect is apologised for, and the call ends cleanly': {
    script: `
title: המודל לא זמין
settings: { bot_speaks_first: true, greeting_message: "שלום." }
model: { refuse_connection: true }
conversation:
  - silence_ms: 12000
`,
  },
  'a model lost in mid-sentence: apology, transcript so far, one end reason': {
    script: `
title: המודל נעלם
settings: { bot_speaks_first: true, greeting_message: "שלום, כאן המרפאה, במה אפשר לעזור לך היום?" }
model: { errors: [{ after_ms: 6500, code: insufficient_quota }] }
conversation:
  - agent: שלום, כאן המרפאה, במה אפשר לעזור לך היום?
  - caller: אני רוצה תור.
  - agent: בשמחה, יש לנו תורים פנויים ביום ראשון בבוקר, ביום שני אחרי הצהריים וביום שלישי בערב.
`,
  },
  'a webhook delivered twice is one call, with the same TwiML': {
    script: `
title: פעמיים
conversation:
  - caller: שלום.
  - agent: שלום, במה אפשר לעזור?
  - hang_up: true
`,
    options: { call: { twice: true } },
  },
};

let world: World;
const playing = new Map<string, Promise<PlayedCall>>();
beforeAll(async () => {
  world = await startWorld();
  for (const [name, { script, options }] of Object.entries(CALLS)) {
    const played = world.play(script, options);
    played.catch(() => undefined);
    playing.set(name, played);
  }
});
afterAll(async () => {
  await world.close();
});

/** Every call is placed at once; a test waits for its own. */
function playedCall(name: string): Promise<PlayedCall> {
  return playing.get(name) ?? Promise.reject(new Error(`no call is called «${name}»`));
}

const texts = (played: PlayedCall) =>
  played.detail.turns.filter(({ text }) => text !== '').map(({ speaker, text }) => `${speaker}: ${text}`);
const deliveriesOf = (played: PlayedCall) =>
  world.receiver.deliveries.filter(({ body }) => (body as { call_sid?: string }).call_sid === played.call.sid);

describe('a call from the first ring to Monday', () => {
  it('captures the lead, says goodbye, hangs up once and delivers exactly one POST', async () => {
    const played = await playedCall('captures the lead, says goodbye, hangs up once and delivers exactly one POST');
    expect(played.detail.endReason).toBe('user_goodbye');
    expect(texts(played)).toEqual([
      'agent: שלום, במה אפשר לעזור?',
      'caller: אני רוצה תור לבדיקה.',
      'agent: רשמתי, דנה לוי. יש עוד משהו?',
      'caller: לא, תודה רבה ולהתראות.',
      'agent: תודה, להתראות!',
    ]);
    expect(played.detail.lead).toMatchObject({ phone: '+972501234567', name: 'דנה לוי' });
    expect(played.call.heard.underruns).toEqual([]);
    // The last words were heard to their end before the line was hung up, and it was hung up once.
    expect(played.call.heard.dropped).toEqual([]);
    expect(world.twilio.restRequests.filter(({ path }) => path.includes(played.call.sid))).toHaveLength(1);
    expect(played.call.errors).toEqual([]);
    const [delivery, ...more] = deliveriesOf(played);
    expect(more).toEqual([]);
    expect(delivery?.headers['idempotency-key']).toBe(played.detail.deliveries[0]?.deliveryId);
    expect(delivery?.body).toEqual({
      source: 'prosaas_call_center',
      business_id: played.businessId,
      business_name: expect.stringMatching(/^עסק \d+$/) as string,
      call_id: played.detail.callId,
      call_sid: played.call.sid,
      direction: 'inbound',
      from_number: '+972501234567',
      to_number: played.call.to,
      started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      ended_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      duration_sec: played.detail.durationSec,
      transcript:
        'סוכן: שלום, במה אפשר לעזור?\nלקוח: אני רוצה תור לבדיקה.\nסוכן: רשמתי, דנה לוי. יש עוד משהו?\n' +
        'לקוח: לא, תודה רבה ולהתראות.\nסוכן: תודה, להתראות!',
    });
  });

  it('a detail of the business’s own is collected and arrives at the receiver', async () => {
    const played = await playedCall('a detail of the business’s own is collected and arrives at the receiver');
    expect(played.detail.lead?.fields).toMatchObject({ topic: 'חיפוש דירה', budget: '2000000' });
    expect(deliveriesOf(played).map(({ body }) => (body as { lead_fields?: unknown }).lead_fields)).toEqual([
      { topic: 'חיפוש דירה', budget: '2000000' },
    ]);
  });

  it('with everything off the caller speaks first and only the caller ends the call', async () => {
    const played = await playedCall('with everything off the caller speaks first and only the caller ends the call');
    expect(played.detail.endReason).toBe('caller_hangup');
    expect(texts(played)[0]).toBe('caller: שלום, אתם פתוחים היום?');
    expect(played.detail.heldMs).toBe(0);
    expect(world.twilio.restRequests.filter(({ path }) => path.includes(played.call.sid))).toEqual([]);
  });

  it('an interrupted agent keeps only the words that were heard, on each interruption', async () => {
    const played = await playedCall('an interrupted agent keeps only the words that were heard, on each interruption');
    const cut = played.detail.turns.filter(({ interrupted }) => interrupted);
    expect(cut).toHaveLength(2);
    for (const turn of cut) {
      const line = played.script.conversation.findIndex(
        (entry) => entry.kind === 'agent' && entry.agent.startsWith(turn.text),
      );
      expect(line, `no scripted line begins with «${turn.text}»`).toBeGreaterThan(0);
      const heardMs = played.call.heard.playedMsOf(line);
      // Interrupted after so much was heard, plus the time it takes to be sure (250 ms) and what the window adds.
      const entry = played.script.conversation[line + 1];
      const after = entry?.kind === 'caller' ? (entry.interrupt_after_ms ?? 0) : 0;
      expect(heardMs).toBeGreaterThan(after);
      expect(heardMs).toBeLessThan(after + 700);
    }
    expect(texts(played).at(-1)).toBe('agent: נתראה מחר.');
  });

  it('a caller who hangs up in mid-word leaves a transcript of what was said', async () => {
    const played = await playedCall('a caller who hangs up in mid-word leaves a transcript of what was said');
    expect(played.detail.endReason).toBe('caller_hangup');
    const said = texts(played).find((line) => line.startsWith('caller:')) ?? '';
    expect(said.length).toBeGreaterThan('caller: '.length);
    expect('caller: רציתי לקבוע תור ליום ראשון בבוקר אם אפשר.'.startsWith(said)).toBe(true);
  });

  it('a model that refuses to connect is apologised for, and the call ends cleanly', async () => {
    const played = await playedCall('a model that refuses to connect is apologised for, and the call ends cleanly');
    expect(played.detail.endReason).toBe('model_unavailable');
    expect(played.detail.transcript).toMatch(/סוכן: סליחה, יש לנו כרגע תקלה טכנית/);
    expect(played.call.heard.unmarkedMs()).toBeGreaterThan(4000);
    expect(deliveriesOf(played)).toHaveLength(1);
  });

  it('a model lost in mid-sentence: apology, transcript so far, one end reason', async () => {
    const played = await playedCall('a model lost in mid-sentence: apology, transcript so far, one end reason');
    expect(played.detail.endReason).toBe('model_unavailable');
    expect(played.detail.turns.at(-1)?.text).toMatch(/תקלה טכנית/);
    // Only the owner can mend an account without quota. Sentences rendered meanwhile may have settled it again.
    const alerts = await world.db.withBusiness(played.businessId, (tx) => tx.alert.findMany());
    expect(alerts.map(({ kind }) => kind)).toEqual(['model_quota']);
  });

  it('a webhook delivered twice is one call, with the same TwiML', async () => {
    const played = await playedCall('a webhook delivered twice is one call, with the same TwiML');
    const answers = played.call.requests.filter(({ url }) => url.endsWith('/webhook/incoming_call'));
    expect(answers).toHaveLength(2);
    expect(answers[0]?.body).toBe(answers[1]?.body);
    expect(played.call.streams).toHaveLength(1);
  });
});

describe('a number nobody owns', () => {
  it('is refused politely, without a stream', async () => {
    const call = world.twilio.call({
      from: '+972501234567',
      to: '+97239999999',
      webhookUrl: `${world.url}/webhook/incoming_call`,
    });
    await call.settled;
    expect(call.streams).toEqual([]);
    expect(call.trace.map(({ step }) => step)).toEqual(expect.arrayContaining(['Say', 'Hangup']));
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'call_ended', callSid: call.sid, endReason: 'rejected' }),
    );
  });
});
