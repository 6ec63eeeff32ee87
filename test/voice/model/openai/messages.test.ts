import { describe, expect, test } from 'vitest';
import { isPermanentCode, readServerMessage } from '../../../../voice/model/openai/messages.ts';

const read = (message: unknown) => readServerMessage(JSON.stringify(message));
const ids = { response_id: 'r1', item_id: 'i1' };

describe('what a message of the server means to the engine', () => {
  test.for<[Record<string, unknown>, Record<string, unknown>]>([
    [
      { type: 'input_audio_buffer.speech_started', item_id: 'c1', audio_start_ms: 1200 },
      { type: 'speech_started', itemId: 'c1', audioStartMs: 1200 },
    ],
    [
      { type: 'input_audio_buffer.speech_stopped', item_id: 'c1', audio_end_ms: 2200 },
      { type: 'speech_stopped', itemId: 'c1', audioEndMs: 2200 },
    ],
    [
      { type: 'input_audio_buffer.committed', item_id: 'c1', previous_item_id: 'i0' },
      { type: 'committed', itemId: 'c1', previousItemId: 'i0' },
    ],
    [
      { type: 'input_audio_buffer.committed', item_id: 'c1' },
      { type: 'committed', itemId: 'c1', previousItemId: null },
    ],
    [
      {
        type: 'conversation.item.input_audio_transcription.completed',
        item_id: 'c1',
        content_index: 0,
        transcript: 'כן',
      },
      { type: 'transcript', itemId: 'c1', text: 'כן' },
    ],
    [
      { type: 'conversation.item.input_audio_transcription.failed', item_id: 'c1', error: {} },
      { type: 'transcript_failed', itemId: 'c1' },
    ],
    [
      { type: 'response.output_item.added', response_id: 'r1', item: { id: 'i1', type: 'message' } },
      { type: 'item_added', responseId: 'r1', itemId: 'i1', kind: 'message' },
    ],
    [
      { type: 'response.output_audio.delta', ...ids, content_index: 1, delta: '/wAB' },
      { type: 'audio', responseId: 'r1', itemId: 'i1', contentIndex: 1, audio: Buffer.from([0xff, 0, 1]) },
    ],
    [
      { type: 'response.output_audio.done', ...ids },
      { type: 'audio_done', responseId: 'r1', itemId: 'i1' },
    ],
    [
      { type: 'response.output_audio_transcript.delta', ...ids, delta: 'שלו' },
      { type: 'words', responseId: 'r1', itemId: 'i1', delta: 'שלו' },
    ],
    [
      { type: 'response.output_audio_transcript.done', ...ids, transcript: 'שלום' },
      { type: 'words_done', responseId: 'r1', itemId: 'i1', text: 'שלום' },
    ],
    [
      { type: 'response.done', response: { id: 'r1', status: 'completed' } },
      { type: 'response_done', responseId: 'r1', status: 'completed', code: null, permanent: false },
    ],
    [
      {
        type: 'response.done',
        response: { id: 'r1', status: 'failed', status_details: { error: { type: 'x', code: 'insufficient_quota' } } },
      },
      { type: 'response_done', responseId: 'r1', status: 'failed', code: 'insufficient_quota', permanent: true },
    ],
    [
      { type: 'error', error: { type: 'server_error', code: null, message: 'oops', event_id: null } },
      { type: 'error', code: 'server_error', message: 'oops', eventId: null, permanent: false },
    ],
  ])('%j', ([message, event]) => {
    expect(read(message)).toEqual({ kind: 'event', event });
  });
});

describe('a tool call', () => {
  const item = { id: 'i2', type: 'function_call', call_id: 'call_1', name: 'save', arguments: '{"a":1}' };

  test('is read from the finished item, which carries the name in every version', () => {
    expect(read({ type: 'response.output_item.done', response_id: 'r1', item })).toEqual({
      kind: 'event',
      event: { type: 'tool_call', responseId: 'r1', callId: 'call_1', name: 'save', args: '{"a":1}' },
    });
  });

  test('is not read a second time from its arguments', () => {
    const message = { type: 'response.function_call_arguments.done', ...ids, call_id: 'call_1', arguments: '{"a":1}' };
    expect(read(message)).toEqual({ kind: 'nothing' });
  });

  test('without arguments is one with none; a finished message is no tool call', () => {
    const done = (part: object) =>
      read({ type: 'response.output_item.done', response_id: 'r1', item: { ...item, ...part } });
    expect(done({ arguments: null })).toMatchObject({ event: { args: '{}' } });
    expect(done({ type: 'message' })).toEqual({ kind: 'nothing' });
  });
});

describe('what is no message', () => {
  test.for([
    ['', 'not_json'],
    ['{', 'not_json'],
    ['null', 'no_type'],
    ['{"type":7}', 'no_type'],
    ['{"type":"response.output_audio.delta","response_id":"r1"}', 'response.output_audio.delta'],
    ['{"type":"response.done","response":{"id":"r1","status":"odd"}}', 'response.done'],
  ] as const)('%s is invalid: %s', ([text, type]) => {
    expect(readServerMessage(text)).toEqual({ kind: 'invalid', type });
  });

  test('a type that every object has is still unknown', () => {
    expect(read({ type: 'toString' })).toEqual({ kind: 'unknown', type: 'toString' });
  });
});

test('only the account’s own troubles are permanent', () => {
  const codes = ['insufficient_quota', 'invalid_api_key', 'account_deactivated', 'billing_hard_limit_reached'];
  expect(codes.every(isPermanentCode)).toBe(true);
  expect(['server_error', 'rate_limit_exceeded', null, undefined].some(isPermanentCode)).toBe(false);
});
