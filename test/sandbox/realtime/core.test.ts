import { describe, expect, it } from 'vitest';
import { noise } from '../../../sandbox/audio/noise.ts';
import { frameCount } from '../../../sandbox/audio/timing.ts';
import { read } from '../../../sandbox/audio/watermark.ts';
import { Peer, script } from './harness.ts';

const TALK = script(`
  - agent: שלום, במה אפשר לעזור?
  - caller: אני רוצה לקבוע פגישה ליום שלישי.
  - agent: בשמחה. מה השם שלך?
  - caller: נועה ברק.
  - tool: save_lead_details
    arguments: { name: נועה ברק }
  - agent: תודה נועה, להתראות!
`);

describe('a reply', () => {
  it('has every event in the real order', () => {
    const peer = new Peer(TALK).configure().forget().reply().pass(2000);
    const order = peer.types().filter((type, index, all) => type !== all[index - 1]);
    const firstAudio = order.indexOf('response.output_audio.delta');
    expect(order.slice(0, 5)).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.content_part.added',
      'response.output_audio_transcript.delta',
    ]);
    expect(firstAudio).toBe(5);
    expect(order.slice(-7)).toEqual([
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    const done = peer.last('response.done').response;
    expect(done).toMatchObject({ status: 'completed', output: [{ role: 'assistant', status: 'completed' }] });
    expect(done.usage?.output_token_details?.audio_tokens).toBeGreaterThan(10);
    expect(new Set(peer.events.map((event) => ('event_id' in event ? event.event_id : ''))).size).toBe(
      peer.events.length,
    );
  });

  it('comes in pieces of several sizes, about five times faster than real time, and whole', () => {
    const peer = new Peer(TALK).configure().forget().reply().pass(3000);
    const pieces = peer.all('response.output_audio.delta').map((event) => Buffer.from(event.delta, 'base64'));
    const audio = Buffer.concat(pieces);
    expect(audio.length).toBe(frameCount('שלום, במה אפשר לעזור?') * 160);
    expect(new Set(pieces.map((piece) => piece.length)).size).toBeGreaterThan(3);
    expect(pieces.some((piece) => piece.length % 160 !== 0)).toBe(true);
    for (let frame = 0; frame * 160 < audio.length; frame++)
      expect(read(audio.subarray(frame * 160, frame * 160 + 160))).toEqual({ line: 0, frame });
    const times = peer.outputs.filter(
      ({ output }) => output.kind === 'event' && output.event.type === 'response.output_audio.delta',
    );
    const took = (times.at(-1)?.at ?? 0) - (times[0]?.at ?? 0);
    expect(audio.length / 8 / took).toBeGreaterThan(4);
    expect(audio.length / 8 / took).toBeLessThan(8);
    const words = peer
      .all('response.output_audio_transcript.delta')
      .map((event) => event.delta)
      .join('');
    expect(words).toBe('שלום, במה אפשר לעזור?');
  });

  it('is refused while another is under way, and names the client event', () => {
    const peer = new Peer(TALK).configure().reply().pass(100);
    peer.send({ type: 'response.create', event_id: 'mine' });
    expect(peer.last('error').error).toMatchObject({
      type: 'invalid_request_error',
      code: 'conversation_already_has_active_response',
      event_id: 'mine',
    });
    expect(peer.last('error').error.message).toContain(peer.last('response.created').response.id);
    peer.pass(3000).reply().pass(3000);
    expect(peer.all('response.done')).toHaveLength(2);
  });

  it('cancelled, ends once, with what was said until then', () => {
    const peer = new Peer(TALK).configure().forget().reply().pass(450).send({ type: 'response.cancel' });
    expect(peer.all('response.done')).toHaveLength(0);
    peer.send({ type: 'response.create' });
    expect(peer.last('error').error.code).toBe('conversation_already_has_active_response');
    peer.pass(3000);
    expect(peer.all('response.done')).toHaveLength(1);
    const { response } = peer.last('response.done');
    expect(response).toMatchObject({ status: 'cancelled', status_details: { reason: 'client_cancelled' } });
    expect(response.output).toMatchObject([{ status: 'incomplete' }]);
    const types = peer.types();
    expect(types.lastIndexOf('response.output_audio.delta')).toBeLessThan(types.indexOf('response.output_audio.done'));
  });

  it('cancelled before its beginning, still begins and ends', () => {
    const peer = new Peer(TALK).configure().forget().reply().send({ type: 'response.cancel' }).pass(2000);
    expect(peer.types()).toEqual(['response.created', 'response.done', 'rate_limits.updated']);
    expect(peer.last('response.done').response.output).toEqual([]);
  });

  it('cannot be cancelled when there is none', () => {
    const peer = new Peer(TALK).configure().send({ type: 'response.cancel' });
    expect(peer.last('error').error).toMatchObject({
      code: 'response_cancel_not_active',
      message: 'Cancellation failed: no active response found',
    });
  });

  it('in text, out of band, leaves conversation and script alone', () => {
    const peer = new Peer(TALK).configure().forget();
    peer.reply({ conversation: 'none', output_modalities: ['text'], instructions: 'כתוב «סיכום»' }).pass(1000);
    expect(peer.types().some((type) => type.startsWith('conversation.'))).toBe(false);
    expect(peer.last('response.output_text.done').text).toBe('סיכום');
    peer.reply().pass(2000);
    expect(peer.said().at(-1)).toBe('שלום, במה אפשר לעזור?');
  });
});

describe('the caller’s speech', () => {
  it('is detected, committed and transcribed in order, with the item ids joined', () => {
    const peer = new Peer(TALK).configure().reply().pass(3000).forget();
    const reply = peer.core.spoken[0]?.itemId;
    peer.silence(400).callerSays(1).pass(500);
    const order = peer.types().filter((type) => !type.endsWith('.delta'));
    expect(order).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.input_audio_transcription.completed',
    ]);
    const started = peer.last('input_audio_buffer.speech_started');
    const committed = peer.last('input_audio_buffer.committed');
    const completed = peer.last('conversation.item.input_audio_transcription.completed');
    expect(committed.item_id).toBe(started.item_id);
    expect(completed.item_id).toBe(started.item_id);
    expect(committed.previous_item_id).toBe(reply);
    expect(started.audio_start_ms).toBeGreaterThanOrEqual(80);
    expect(started.audio_start_ms).toBeLessThanOrEqual(140);
    const spokenUntil = 400 + frameCount('אני רוצה לקבוע פגישה ליום שלישי.') * 20;
    expect(peer.last('input_audio_buffer.speech_stopped').audio_end_ms).toBeGreaterThanOrEqual(spokenUntil + 400);
    expect(completed.transcript).toBe('אני רוצה לקבוע פגישה ליום שלישי.');
    const deltas = peer.all('conversation.item.input_audio_transcription.delta').map((event) => event.delta);
    expect(deltas.join('')).toBe(completed.transcript);
    expect(deltas.length).toBeGreaterThan(1);
  });

  it('says only the words whose frames arrived', () => {
    const peer = new Peer(TALK).configure().callerSays(1, { frames: 40 }).pass(500);
    expect(peer.last('conversation.item.input_audio_transcription.completed').transcript).toBe('אני רוצה');
  });

  it('that began while it was withheld lacks its first words', () => {
    const peer = new Peer(TALK).configure().callerSays(1, { from: 40 }).pass(500);
    const { transcript } = peer.last('conversation.item.input_audio_transcription.completed');
    expect(transcript).not.toContain('אני');
    expect(transcript.endsWith('יום שלישי.')).toBe(true);
  });

  it('of noise alone is transcribed as nothing', () => {
    const peer = new Peer(TALK).configure().hearFrames(noise('cough', 200)).silence(700).pass(500);
    expect(peer.all('input_audio_buffer.committed')).toHaveLength(1);
    expect(peer.last('conversation.item.input_audio_transcription.completed').transcript).toBe('');
    expect(peer.core.heard).toMatchObject([{ text: '', lines: [] }]);
  });

  it('hiss and silence are no speech', () => {
    const peer = new Peer(TALK)
      .configure()
      .hearFrames(noise('hiss', 2000))
      .hearFrames(noise('hum', 2000))
      .silence(2000);
    expect(peer.all('input_audio_buffer.speech_started')).toHaveLength(0);
  });

  it('of two lines in one breath is one utterance', () => {
    const two = script('  - caller: רגע אחד.\n  - caller: הנה זה.');
    const peer = new Peer(two).configure().callerSays(0, { silenceMs: 200 }).callerSays(1).pass(500);
    expect(peer.all('input_audio_buffer.committed')).toHaveLength(1);
    expect(peer.last('conversation.item.input_audio_transcription.completed').transcript).toBe('רגע אחד. הנה זה.');
  });

  it('can be committed by hand without turn detection', () => {
    const peer = new Peer(TALK).configure(null).callerSays(1, { silenceMs: 0 });
    expect(peer.types()).not.toContain('input_audio_buffer.speech_started');
    peer.send({ type: 'input_audio_buffer.commit' }).pass(500);
    expect(peer.last('conversation.item.input_audio_transcription.completed').transcript).toContain('שלישי');
    peer.send({ type: 'input_audio_buffer.commit', event_id: 'again' });
    expect(peer.last('error').error).toMatchObject({ code: 'input_audio_buffer_commit_empty', event_id: 'again' });
  });

  it('cleared from the buffer is gone', () => {
    const peer = new Peer(TALK)
      .configure(null)
      .callerSays(1, { silenceMs: 0 })
      .send({ type: 'input_audio_buffer.clear' });
    expect(peer.types()).toContain('input_audio_buffer.cleared');
    peer.send({ type: 'input_audio_buffer.commit' });
    expect(peer.last('error').error.code).toBe('input_audio_buffer_commit_empty');
  });

  it('sent before the session knows μ-law is noise', () => {
    const peer = new Peer(TALK).callerSays(1);
    expect(peer.all('input_audio_buffer.speech_started')).toHaveLength(0);
  });

  it('creates and interrupts replies where the server is asked to', () => {
    const peer = new Peer(TALK, { speed: 1 }).configure({ create_response: true, interrupt_response: true });
    peer.callerSays(1).pass(100);
    expect(peer.all('response.created')).toHaveLength(1);
    peer.pass(300).callerSays(3, { silenceMs: 0 });
    expect(peer.last('response.done').response.status_details?.reason).toBe('turn_detected');
  });
});

describe('transcription', () => {
  it.each([
    ['heard_as: נועה פרק', ['נועה פרק'], 0],
    ['heard_as: ""', [''], 0],
    ['transcript: never', [], 0],
    ['transcript: failed', [], 1],
    ['transcript: twice', ['נועה ברק.', 'נועה ברק.'], 0],
  ])('%s', (option, transcripts, failures) => {
    const peer = new Peer(script(`  - caller: נועה ברק.\n    ${option}`)).configure().callerSays(0).pass(1000);
    expect(peer.all('conversation.item.input_audio_transcription.completed').map((event) => event.transcript)).toEqual(
      transcripts,
    );
    expect(peer.all('conversation.item.input_audio_transcription.failed')).toHaveLength(failures);
  });

  it('arrives late and out of order when told', () => {
    const late = script(
      '  - caller: ראשון.\n    transcript_delay_ms: 4000\n  - caller: שני.\n    transcript_delay_ms: 50',
    );
    const peer = new Peer(late).configure().callerSays(0).callerSays(1).pass(5000);
    expect(peer.all('conversation.item.input_audio_transcription.completed').map((event) => event.transcript)).toEqual([
      'שני.',
      'ראשון.',
    ]);
  });

  it('is not made unless the session asks for it', () => {
    const peer = new Peer(TALK).configure({}, { transcription: null }).callerSays(1).pass(1000);
    expect(peer.types().some((type) => type.includes('transcription'))).toBe(false);
  });
});

describe('items', () => {
  const spoken = (): Peer => new Peer(TALK).configure().reply().pass(3000).forget();

  it('are truncated to what was heard, and lose their transcript', () => {
    const peer = spoken();
    const item_id = peer.core.spoken[0]?.itemId ?? '';
    peer.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 500 });
    expect(peer.last('conversation.item.truncated')).toMatchObject({ item_id, content_index: 0, audio_end_ms: 500 });
    peer.send({ type: 'conversation.item.retrieve', item_id });
    expect(peer.last('conversation.item.retrieved').item).toMatchObject({ content: [{ type: 'output_audio' }] });
    expect(JSON.stringify(peer.last('conversation.item.retrieved').item)).not.toContain('שלום');
    peer.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 501 });
    expect(peer.last('error').error.message).toBe('Audio content of 500ms is already shorter than 501ms');
  });

  it('that are no model audio cannot be truncated', () => {
    const peer = spoken().callerSays(1);
    const item_id = peer.last('input_audio_buffer.committed').item_id;
    peer.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 0 });
    expect(peer.last('error').error).toMatchObject({ message: 'Only model output audio messages can be truncated' });
    peer.send({ type: 'conversation.item.truncate', item_id: 'nope', content_index: 0, audio_end_ms: 0 });
    expect(peer.last('error').error.message).toContain("'nope' does not exist");
  });

  it('before their first audio cannot be truncated, only deleted', () => {
    const peer = new Peer(TALK).configure().reply().pass(280);
    const item_id = peer.last('response.output_item.added').item.id ?? '';
    peer.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 0 });
    expect(peer.last('error').error.message).toBe('Only model output audio messages can be truncated');
    peer.send({ type: 'conversation.item.delete', item_id }).pass(3000);
    expect(peer.last('conversation.item.deleted').item_id).toBe(item_id);
    expect(peer.all('response.done')).toHaveLength(1);
  });
});

describe('the script', () => {
  it('is followed from line to line, through a function call, to a filler at its end', () => {
    const peer = new Peer(TALK)
      .configure()
      .reply()
      .pass(3000)
      .callerSays(1)
      .reply()
      .pass(3000)
      .callerSays(3)
      .reply()
      .pass(2000);
    const call = peer.last('response.function_call_arguments.done');
    expect(JSON.parse(call.arguments)).toEqual({ name: 'נועה ברק' });
    expect(call.name).toBe('save_lead_details');
    expect(
      peer
        .all('response.function_call_arguments.delta')
        .map((event) => event.delta)
        .join(''),
    ).toBe(call.arguments);
    peer.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: call.call_id, output: '{}' },
    });
    peer.reply().pass(3000).reply().pass(3000);
    expect(peer.said().slice(0, 4)).toEqual([
      'שלום, במה אפשר לעזור?',
      'בשמחה. מה השם שלך?',
      'save_lead_details()',
      'תודה נועה, להתראות!',
    ]);
    expect(peer.said()[4]).toMatch(/\p{Script=Hebrew}/u);
    expect(peer.core.spoken[4]?.line).toBe(200);
  });

  it('waits for the caller: a reply asked for meanwhile is a filler and consumes nothing', () => {
    const peer = new Peer(TALK).configure().reply().pass(3000).reply().pass(3000).callerSays(1).reply().pass(3000);
    expect(peer.said()[0]).toBe('שלום, במה אפשר לעזור?');
    expect(peer.said()[2]).toBe('בשמחה. מה השם שלך?');
  });

  it('passes over a function the session does not offer', () => {
    const peer = new Peer(TALK).configure().callerSays(3).reply({ tools: [] }).pass(3000);
    expect(peer.said()).toEqual(['תודה נועה, להתראות!']);
  });

  it('goes on after the line the caller interrupted with', () => {
    const peer = new Peer(TALK).configure().reply().pass(450).callerSays(1, { silenceMs: 0 });
    peer.send({ type: 'response.cancel' }).pass(100);
    peer.silence(700).reply().pass(3000);
    expect(peer.said()).toEqual(['שלום, במה אפשר לעזור?', 'בשמחה. מה השם שלך?']);
  });

  it('says a line again that was cut short by the same caller line going on', () => {
    const peer = new Peer(TALK).configure().callerSays(1, { frames: 60 }).reply().pass(450);
    peer.send({ type: 'response.cancel' }).pass(100).callerSays(1, { from: 60 }).reply().pass(3000);
    expect(peer.said()).toEqual(['בשמחה. מה השם שלך?', 'בשמחה. מה השם שלך?']);
  });

  it.each([
    ['ברך את המתקשר ואמור בדיוק: «ברוכים הבאים למוסך!»', 'ברוכים הבאים למוסך!', 0],
    ['אמור “ברוכים הבאים”', 'ברוכים הבאים', 0],
    ['אמור: "הגעתם לעו"ד כהן."', 'הגעתם לעו"ד כהן.', 0],
  ])('obeys instructions: %s', (instructions, text, line) => {
    const peer = new Peer(TALK).configure().reply({ instructions }).pass(3000);
    expect(peer.core.spoken[0]).toMatchObject({ text, line });
    expect(peer.last('response.output_audio_transcript.done').transcript).toBe(text);
    // The opening line counts as said.
    peer.callerSays(1).reply().pass(3000);
    expect(peer.said()[1]).toBe('בשמחה. מה השם שלך?');
  });

  it('said by instruction later, leaves the script where it is, unless it is the next line', () => {
    const peer = new Peer(TALK)
      .configure()
      .reply()
      .pass(3000)
      .reply({ instructions: 'אמור «אתם עדיין כאן?»' })
      .pass(3000);
    expect(peer.core.spoken[1]).toMatchObject({ text: 'אתם עדיין כאן?', line: 200 });
    peer.callerSays(1).reply({ instructions: 'אמור «בשמחה, מה השם שלך»' }).pass(3000);
    expect(peer.core.spoken[2]?.line).toBe(2);
  });

  it('is taken up again by a new connection that is given the history as text', () => {
    const peer = new Peer(TALK).configure();
    const message = (role: string, type: string, text: string) =>
      peer.send({ type: 'conversation.item.create', item: { type: 'message', role, content: [{ type, text }] } });
    message('assistant', 'output_text', 'שלום, במה אפשר לעזור?');
    message('user', 'input_text', 'אני רוצה לקבוע פגישה ליום שלישי.');
    peer.reply().pass(3000);
    expect(peer.said()).toEqual(['בשמחה. מה השם שלך?']);
  });
});

describe('faults', () => {
  const one = '  - agent: שלום לכם.';

  it('fail the reply they name, and the next one works', () => {
    const peer = new Peer(script(one, 'model: { errors: [{ on_reply: 1, code: insufficient_quota }] }'))
      .configure()
      .reply()
      .pass(1000);
    expect(peer.last('response.done').response).toMatchObject({
      status: 'failed',
      status_details: { error: { code: 'insufficient_quota' } },
    });
    peer.reply().pass(3000);
    expect(peer.last('response.done').response.status).toBe('completed');
    expect(peer.said()).toEqual(['שלום לכם.']);
  });

  it('expire the session with 1001', () => {
    const peer = new Peer(script(one, 'model: { expires_after_ms: 1000 }')).configure().pass(1500);
    expect(peer.last('error').error.code).toBe('session_expired');
    expect(peer.outputs.at(-1)?.output).toEqual({ kind: 'close', code: 1001, reason: 'session_expired' });
    expect(peer.send({ type: 'response.create' }).pass(500).outputs.at(-1)?.output.kind).toBe('close');
  });

  it('drop the connection without a word, send errors, delay audio', () => {
    const peer = new Peer(
      script(
        one,
        'model: { drop_after_ms: 900, first_audio_delay_ms: 700, errors: [{ after_ms: 100, code: server_error }] }',
      ),
    );
    peer.configure().reply().pass(650);
    expect(peer.last('error').error).toMatchObject({ type: 'server_error', code: 'server_error' });
    expect(peer.all('response.output_audio.delta')).toHaveLength(0);
    peer.pass(100);
    expect(peer.all('response.output_audio.delta').length).toBeGreaterThan(0);
    expect(peer.pass(500).outputs.at(-1)?.output).toEqual({ kind: 'drop' });
  });

  it.each(['gpt-4o', 'claude'])('do not know the model %s', (model) => {
    const peer = new Peer(script(one), { model });
    expect(peer.last('error').error.code).toBe('model_not_found');
    expect(peer.outputs.at(-1)?.output.kind).toBe('close');
  });

  it('refuse a transcription model, so that the next of the list is taken', () => {
    const peer = new Peer(script(one, 'model: { reject_transcription_models: [gpt-transcribe] }')).configure();
    expect(peer.last('error').error).toMatchObject({ param: 'session.audio.input.transcription.model' });
    expect(peer.types()).not.toContain('session.updated');
  });
});
