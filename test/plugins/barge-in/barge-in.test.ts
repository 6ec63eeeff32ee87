import { describe, expect, test } from 'vitest';
import { bargeIn } from '../../../plugins/barge-in/index.ts';
import { silence } from '../../../plugins/silence/index.ts';
import type { Reply } from '../../helpers/call/fake-model.ts';
import type { CallHarness } from '../../helpers/call-harness.ts';
import { call } from '../../helpers/call-harness.ts';

/** The caller speaks, the agent answers with four seconds, and `ms` of them are heard. */
async function agentSpeaks(story: CallHarness, ms: number, text = 'אחת שתיים שלוש ארבע חמש שש שבע שמונה') {
  await story.callerSays('שלום, יש לי שאלה', { ms: 900 });
  const reply = story.model.says({ text, ms: 4000 });
  await story.elapse(ms);
  return reply;
}

describe('the caller takes the floor', () => {
  test.for([0, 15, 35])(
    'on the first, second and third reply memory is trimmed to what was played (%i ms of latency)',
    async (latencyMs) => {
      const story = call({ plugins: [bargeIn], latencyMs });
      for (const heard of [700, 1900, 1130]) {
        const reply = await agentSpeaks(story, heard);
        const clears = story.line.clears.length;
        const item = await story.startsSpeaking();
        await story.elapse(300);
        expect(story.line.clears).toHaveLength(clears + 1);
        await story.stopsSpeaking(item);
        story.transcribed(item, 'רגע רגע');
        const truncated = story.model.given('truncate').at(-1);
        expect(truncated?.itemId).toBe(reply.itemId);
        expect(Math.abs((truncated?.audioEndMs ?? 0) - story.line.playedMsOf(reply.line))).toBeLessThanOrEqual(20);
        story.model.says({ text: 'כן?', ms: 400 });
        await story.elapse(1000);
      }
      expect(story.model.refusals).toBe(0);
    },
  );

  test('after a reply that was heard to its end the next one is trimmed by its own length', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 5000);
    const reply = await agentSpeaks(story, 1500);
    const item = await story.startsSpeaking();
    await story.elapse(600);
    await story.stopsSpeaking(item);
    const [truncated] = story.model.given('truncate');
    expect(truncated?.itemId).toBe(reply.itemId);
    expect(Math.abs((truncated?.audioEndMs ?? 0) - story.line.playedMsOf(reply.line))).toBeLessThanOrEqual(40);
  });

  test('the agent falls silent within 400 ms of the first sound, and the line is cleared before anything else', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 1000);
    const began = story.at;
    await story.sound(400);
    expect((story.line.clears[0] ?? Infinity) - began).toBeLessThanOrEqual(280);
    expect(story.line.audible).toBe(false);
  });

  test('a reply still being generated is cancelled, and its late audio is not played', async () => {
    const story = call({ plugins: [bargeIn] });
    await story.callerSays('ספרו לי הכול');
    const reply = story.model.says({ text: 'סיפור ארוך מאוד', ms: 9000, speed: 1.5 });
    await story.elapse(1500);
    await story.startsSpeaking();
    await story.elapse(2000);
    expect(story.model.given('cancel_response').map((command) => command.responseId)).toEqual([reply.responseId]);
    const { responseId, itemId } = reply;
    story.model.emit({ type: 'audio', responseId, itemId, contentIndex: 0, audio: new Uint8Array(1600) });
    await story.elapse(500);
    expect(story.line.audible).toBe(false);
  });

  test('what is written down and what the model remembers are the words that were heard', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 2000);
    await story.callerSays('אני רוצה תור');
    expect(story.transcript).toEqual([
      'caller: שלום, יש לי שאלה',
      'agent: אחת שתיים שלוש ארבע —',
      'caller: אני רוצה תור',
    ]);
  });

  test('a reply that waits behind another and was not heard at all is deleted, not trimmed to nothing', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 1000);
    // The engine asked for one reply only; a server that speaks by itself gives a second.
    story.model.emit({ type: 'response_created', responseId: 'resp_own' });
    story.model.emit({ type: 'item_added', responseId: 'resp_own', itemId: 'own', kind: 'message' });
    story.model.emit({
      type: 'audio',
      responseId: 'resp_own',
      itemId: 'own',
      contentIndex: 0,
      audio: new Uint8Array(8000),
    });
    await story.startsSpeaking();
    await story.elapse(2000);
    expect(story.model.given('truncate').map((command) => command.itemId)).toEqual(['agent_1']);
    expect(story.model.given('delete_item').map((command) => command.itemId)).toEqual(['own']);
  });

  test('the caller is answered after having interrupted', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 1000);
    await story.callerSays('לא, משהו אחר');
    story.model.says({ text: 'בסדר, מה תרצו?', ms: 1000 });
    await story.elapse(1500);
    expect(story.transcript.at(-1)).toBe('agent: בסדר, מה תרצו?');
  });
});

describe('the floor goes back to the agent', () => {
  const WORDS = 'אחת שתיים שלוש ארבע חמש שש שבע שמונה';

  async function heardWhole(story: CallHarness, reply: Reply) {
    await story.elapse(6000);
    expect(story.line.clears).toHaveLength(1);
    expect(story.model.given('truncate')).toEqual([]);
    expect(story.model.given('cancel_response')).toEqual([]);
    expect(story.line.playedMsOf(reply.line)).toBe(4000);
    expect(story.transcript).toContain(`agent: ${WORDS}`);
  }

  test('after a noise without words: it goes on from where it stopped, and nothing is said twice', async () => {
    const story = call({ plugins: [bargeIn] });
    const reply = await agentSpeaks(story, 1000);
    await story.sound(400);
    expect(story.line.audible).toBe(false);
    const heard = story.line.playedMsOf(reply.line);
    await story.elapse(1500);
    expect(story.line.playedMsOf(reply.line)).toBe(heard);
    await heardWhole(story, reply);
  });

  test.for(['אהה', 'כן', 'אוקיי', ''])('after «%s» spoken into a sentence', async (words) => {
    const story = call({ plugins: [bargeIn] });
    const reply = await agentSpeaks(story, 1000);
    const item = await story.startsSpeaking();
    await story.elapse(200);
    await story.stopsSpeaking(item);
    story.transcribed(item, words);
    await heardWhole(story, reply);
    expect(story.model.given('create_response')).toHaveLength(1);
  });

  test('while a reply is still being generated: what came meanwhile is said as well', async () => {
    const story = call({ plugins: [bargeIn] });
    await story.callerSays('ספרו לי');
    const reply = story.model.says({ text: WORDS, ms: 4000, speed: 1.2 });
    await story.elapse(1000);
    await story.sound(400);
    await heardWhole(story, reply);
  });

  test('a caller who has just said «אהה» is not asked whether they are still there', async () => {
    const reprompt = 'הלו, אתם עדיין איתי?';
    const story = call({ plugins: [bargeIn, silence], lines: { [reprompt]: 1000 } });
    await story.callerSays('שלום, יש לי שאלה', { ms: 900 });
    story.model.says({ text: WORDS, ms: 20_000 });
    await story.elapse(13_000);
    const item = await story.startsSpeaking();
    await story.elapse(200);
    await story.stopsSpeaking(item);
    await story.elapse(1300);
    story.transcribed(item, 'אהה');
    await story.elapse(9000);
    expect(story.transcript.at(-1)).toBe('caller: אהה');
    expect(story.transcript).not.toContain(`agent: ${reprompt}`);
  });

  test('a short word that is no backchannel takes it: the answer waits for the words, the silence does not', async () => {
    const story = call({ plugins: [bargeIn] });
    const reply = await agentSpeaks(story, 1000);
    const item = await story.startsSpeaking();
    await story.elapse(200);
    await story.stopsSpeaking(item);
    expect(story.line.audible).toBe(false);
    expect(story.model.given('truncate')).toEqual([]);
    const heard = story.line.playedMsOf(reply.line);
    story.transcribed(item, 'רגע');
    expect(story.model.given('truncate').map((command) => command.audioEndMs)).toEqual([Math.floor(heard)]);
    expect(story.model.given('create_response')).toHaveLength(2);
  });

  test('words that never come do not keep the caller waiting: their audio decides after a second and a half', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 1000);
    const item = await story.startsSpeaking();
    await story.elapse(200);
    await story.stopsSpeaking(item);
    await story.elapse(1600);
    expect(story.model.given('truncate')).toHaveLength(1);
    expect(story.model.given('create_response')).toHaveLength(2);
  });

  test('the caller hangs up before it is decided: the transcript keeps what was heard', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 2000);
    await story.sound(300);
    story.streamEnds('stop');
    await story.elapse(5000);
    expect(story.transcript[1]).toBe('agent: אחת שתיים שלוש ארבע —');
    expect(story.leftovers).toEqual({ timers: 0, model: false, stream: false });
  });
});

describe('a noise does not', () => {
  test('a grunt of a tenth of a second pauses the agent and loses nothing of what it says', async () => {
    const story = call({ plugins: [bargeIn] });
    const reply = await agentSpeaks(story, 1000);
    await story.sound(100);
    await story.elapse(4000);
    expect(story.line.clears).toEqual([]);
    expect(story.model.given('truncate')).toEqual([]);
    expect(story.line.playedMsOf(reply.line)).toBe(4000);
    expect(story.line.ledger.framesOf(reply.line)).toEqual(Array.from({ length: 200 }, (_, frame) => frame));
    expect(story.transcript.at(-1)).toBe('agent: אחת שתיים שלוש ארבע חמש שש שבע שמונה');
  });

  test('a click is not even a pause: the agent plays without a hole', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 1000);
    await story.sound(40);
    await story.elapse(4000);
    expect(story.line.ledger.underruns).toEqual([]);
  });

  test('a noise in the last moments of a reply does not mute the next one', async () => {
    const story = call({ plugins: [bargeIn] });
    await agentSpeaks(story, 3880);
    await story.sound(220);
    await story.elapse(500);
    expect(story.line.audible).toBe(false);
    await story.callerSays('תודה, ועוד שאלה אחת');
    const next = story.model.says({ text: 'בבקשה', ms: 1000 });
    await story.elapse(1500);
    expect(story.line.playedMsOf(next.line)).toBe(1000);
  });
});

test('once a hang-up is decided the farewell is heard to its end, whatever the caller says', async () => {
  const story = call({ plugins: [bargeIn], maxCallMs: 5000 });
  await story.elapse(5000);
  const farewell = story.model.says({ text: 'להתראות', ms: 2000 });
  await story.elapse(500);
  await story.sound(1000);
  expect(story.line.clears).toEqual([]);
  await story.elapse(1000);
  expect(story.line.playedMsOf(farewell.line)).toBe(2000);
  expect(story.endReason).toBe('max_duration');
});

test('a hang-up decided while the agent was paused by a noise does not leave it mute', async () => {
  const story = call({ plugins: [bargeIn], maxCallMs: 3020 });
  const reply = await agentSpeaks(story, 3020 - 160 - 1500);
  await story.sound(160);
  story.voice = true;
  await story.elapse(20);
  story.voice = false;
  story.model.willSay({ text: 'להתראות', ms: 1000 });
  await story.elapse(6000);
  expect(story.line.playedMsOf(reply.line)).toBe(4000);
  expect(story.endReason).toBe('max_duration');
});

test('with the switch off nothing the caller does cuts the agent', async () => {
  const story = call({ plugins: [bargeIn], settings: { barge_in_enabled: false } });
  const reply = await agentSpeaks(story, 1000);
  await story.sound(2000);
  await story.elapse(2000);
  expect(story.line.clears).toEqual([]);
  expect(story.line.playedMsOf(reply.line)).toBe(4000);
});
