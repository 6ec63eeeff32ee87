import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getCallBySid, type CallDetail } from '../../domain/calls/index.ts';
import { signInOverHttp, type Visitor } from '../helpers/http.ts';
import { OWNER_PASSWORD, startWorld, type PlayedCall, type World } from '../helpers/world.ts';

/** Recorded calls through everything: the sandbox's Twilio, both processes, the store, the page. */

const SETTINGS = 'bot_speaks_first: true, greeting_message: "שלום, במה אפשר לעזור?", record_calls: true';
const SPOKEN = `
title: שיחה מוקלטת
settings: { ${SETTINGS} }
conversation:
  - agent: שלום, במה אפשר לעזור?
  - caller: אני צריכה תיקון למזגן.
  - agent: מה השם שלך?
  - caller: קוראים לי דנה כהן, תודה רבה.
  - hang_up: true
    after_ms: 200
`;
const UNHEARD = SPOKEN.replaceAll(/(- caller: .+)/gu, '$1\n    transcript: never');
const LIMIT_MS = 20_000;

let world: World;
let visitor: Visitor;
let stranger: Visitor;
let played: PlayedCall;
let unheard: PlayedCall;

beforeAll(async () => {
  world = await startWorld({ pages: true });
  world.twilio.behaviour.recordingReadyMs = 200;
  const signIn = ({ email }: { email: string }) => signInOverHttp(world.url, email, OWNER_PASSWORD);
  [played, unheard] = await Promise.all([
    world.play(SPOKEN, { before: async (business) => void (visitor = await signIn(business)) }),
    world.play(UNHEARD, { before: async (business) => void (stranger = await signIn(business)) }),
  ]);
}, 180_000);
afterAll(() => world.close());

/** The call as soon as it is as it should be. */
async function once(call: PlayedCall, isSo: (detail: CallDetail) => boolean): Promise<CallDetail> {
  const limit = performance.now() + LIMIT_MS;
  for (;;) {
    const detail = await getCallBySid(world.db, call.businessId, call.call.sid);
    if (detail !== null && isSo(detail)) return detail;
    if (performance.now() > limit) throw new Error(`still ${JSON.stringify([detail?.recording, detail?.insight])}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const isComplete = ({ recording, insight }: CallDetail) => recording?.status === 'stored' && insight?.status === 'done';

describe('a recorded call', () => {
  it('has its summary, its recording and both on its page', async () => {
    const detail = await once(played, isComplete);
    expect(detail.insight?.fields.map(({ key, value }) => [key, value])).toContainEqual(['name', 'דנה כהן']);
    expect(detail.recording?.peaks).toHaveLength(2);
    expect(
      world.twilio.restRequests.map(
        ({ method, path }) => `${method} ${path.split('/').at(-1)?.replace(/RE\w+/u, 'RE')}`,
      ),
    ).toEqual(expect.arrayContaining(['POST Recordings.json', 'GET RE.wav', 'DELETE RE.json']));
    const page = await (await visitor.get(`/calls/${detail.callSid}`)).text();
    expect(page).toContain('סיכום השיחה');
    expect(page).toContain(`<audio controls="" preload="metadata" src="/calls/${detail.callSid}/recording"`);
    const turn = detail.insight?.fields.find(({ key }) => key === 'name')?.turns[0] ?? '';
    expect(page).toContain(`href="/calls/${detail.callSid}#turn-${turn}"`);
    expect(page).toContain(`id="turn-${turn}"`);
  });

  it('is played to its own people alone, as a whole and in part', async () => {
    const { callSid } = await once(played, isComplete);
    const path = `/calls/${callSid}/recording`;
    const whole = await visitor.get(path);
    expect(whole.status).toBe(200);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'audio/wav',
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    });
    const sound = Buffer.from(await whole.arrayBuffer());
    expect(sound.subarray(0, 4).toString()).toBe('RIFF');
    const ask = (range: string) => fetch(`${world.url}${path}`, { headers: { cookie: visitor.cookie, range } });
    const part = await ask('bytes=44-143');
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 44-143/${sound.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(sound.subarray(44, 144))).toBe(true);
    const behind = await ask(`bytes=${sound.length}-`);
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${sound.length}`]);
    expect((await stranger.get(path)).status).toBe(404);
    const nobody = await fetch(`${world.url}${path}`, { redirect: 'manual' });
    expect([nobody.status, nobody.headers.get('location')]).toEqual([302, expect.stringContaining('/sign-in')]);
  });

  it('that nobody transcribed is written down from its recording, and analysed', async () => {
    const detail = await once(unheard, (call) => isComplete(call) && (call.transcript ?? '').includes('לקוח:'));
    expect(detail.transcript?.split('\n')).toEqual([
      'סוכן: שלום, במה אפשר לעזור?',
      'לקוח: אני צריכה תיקון למזגן.',
      'סוכן: מה השם שלך?',
      'לקוח: קוראים לי דנה כהן, תודה רבה.',
    ]);
  });
});
