import { describe, expect, it } from 'vitest';
import { Peer, script } from './harness.ts';

const TALK = script('  - agent: שלום לכם.\n  - caller: שלום.');
const audio = (input: object, output: object = {}) => ({ type: 'realtime', audio: { input, output } });

describe('the session', () => {
  it('begins with the vendor’s defaults', () => {
    const { session } = new Peer(TALK).last('session.created');
    expect(session).toMatchObject({
      type: 'realtime',
      object: 'realtime.session',
      model: 'gpt-realtime-2.1',
      output_modalities: ['audio'],
      audio: {
        input: { format: { type: 'audio/pcm', rate: 24000 }, turn_detection: { type: 'server_vad', threshold: 0.5 } },
      },
    });
    expect(session).toHaveProperty('expires_at', 1_800_003_600);
  });

  it('echoes the whole configuration, changing only what an update names', () => {
    const peer = new Peer(TALK).configure({ threshold: 0.6 });
    peer.send({ type: 'session.update', session: { type: 'realtime', instructions: 'אחרת' } });
    expect(peer.last('session.updated').session).toMatchObject({
      instructions: 'אחרת',
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          transcription: { model: 'gpt-transcribe', languages: ['he'] },
          turn_detection: { type: 'server_vad', threshold: 0.6, silence_duration_ms: 500, create_response: false },
        },
        output: { voice: 'cedar' },
      },
    });
    peer.send({ type: 'session.update', session: audio({ turn_detection: null, transcription: null }) });
    expect(peer.last('session.updated').session).toMatchObject({
      audio: { input: { turn_detection: null, transcription: null, format: { type: 'audio/pcmu' } } },
    });
  });

  it.each([
    ['temperature', { type: 'realtime', temperature: 0.8 }, 'unknown_parameter', 'session.temperature'],
    ['the beta’s voice', { type: 'realtime', voice: 'alloy' }, 'unknown_parameter', 'session.voice'],
    ['the beta’s modalities', { type: 'realtime', modalities: ['audio'] }, 'unknown_parameter', 'session.modalities'],
    ['no type', { instructions: '' }, 'missing_required_parameter', 'session.type'],
    ['a wrong type', { type: 'realtime', instructions: 7 }, 'invalid_type', 'session.instructions'],
    [
      'a misspelt VAD field',
      audio({ turn_detection: { type: 'server_vad', silence_ms: 5 } }),
      'unknown_parameter',
      'session.audio.input.turn_detection.silence_ms',
    ],
    [
      'a VAD threshold over 1',
      audio({ turn_detection: { type: 'server_vad', threshold: 2 } }),
      'above_max_value',
      'session.audio.input.turn_detection.threshold',
    ],
    ['an unknown voice', audio({}, { voice: 'bob' }), 'invalid_value', 'session.audio.output.voice'],
    ['an unknown format', audio({ format: { type: 'g711_ulaw' } }), 'invalid_value', 'session.audio.input.format.type'],
    [
      'languages with an older model',
      audio({ transcription: { model: 'whisper-1', languages: ['he'] } }),
      'unsupported_parameter',
      'session.audio.input.transcription.languages',
    ],
    ['another model', { type: 'realtime', model: 'gpt-realtime-2.1-mini' }, 'cannot_update_model', 'session.model'],
    [
      'both modalities',
      { type: 'realtime', output_modalities: ['text', 'audio'] },
      'above_max_value',
      'session.output_modalities',
    ],
    [
      'a tool without name',
      { type: 'realtime', tools: [{ type: 'function' }] },
      'missing_required_parameter',
      'session.tools[0].name',
    ],
  ])('refuses %s, names the event, and stays as it was', (_name, session, code, param) => {
    const peer = new Peer(TALK).configure().forget().send({ type: 'session.update', event_id: 'cfg_1', session });
    expect(peer.types()).toEqual(['error']);
    expect(peer.last('error').error).toMatchObject({ type: 'invalid_request_error', code, param, event_id: 'cfg_1' });
  });

  it('keeps its voice once it has spoken', () => {
    const peer = new Peer(TALK).configure().reply().pass(2000);
    peer.send({ type: 'session.update', session: audio({}, { voice: 'marin' }) });
    expect(peer.last('error').error.code).toBe('cannot_update_voice');
    peer.forget().send({ type: 'session.update', session: audio({}, { voice: 'cedar' }) });
    expect(peer.types()).toEqual(['session.updated']);
  });
});

describe('messages that are wrong', () => {
  it.each([
    ['not json', 'invalid_json', null],
    ['[]', 'invalid_value', 'type'],
    ['null', 'invalid_value', 'type'],
    ['{"type":"session.unheard_of"}', 'invalid_value', 'type'],
    ['{"type":"__proto__"}', 'invalid_value', 'type'],
    ['{"type":"response.create","response":{"temperature":1}}', 'unknown_parameter', 'response.temperature'],
    ['{"type":"input_audio_buffer.append","audio":"***"}', 'invalid_value', 'audio'],
    ['{"type":"input_audio_buffer.append"}', 'missing_required_parameter', 'audio'],
    [
      '{"type":"conversation.item.truncate","item_id":"x","content_index":0,"audio_end_ms":1.5}',
      'invalid_type',
      'audio_end_ms',
    ],
    [
      '{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"output_text","text":""}]}}',
      'invalid_value',
      'item.content[0].type',
    ],
    ['{"type":"conversation.item.delete","item_id":"x"}', 'item_delete_invalid_item_id', 'item_id'],
    ['{"type":"conversation.item.retrieve","item_id":"x"}', 'item_retrieve_invalid_item_id', 'item_id'],
  ])('%s gets an error and the session goes on', (raw, code, param) => {
    const peer = new Peer(TALK).configure().forget().send(raw);
    expect(peer.types()).toEqual(['error']);
    expect(peer.last('error').error).toMatchObject({ code, param });
    peer.reply().pass(2000);
    expect(peer.last('response.done').response.status).toBe('completed');
  });
});
