import type { ConversationItem, RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import type { ModelCommand, ModelSetup } from '../speech-model.ts';

/** Only these take a list of languages and keywords; older ones take one language. */
const KEYWORD_MODELS: ReadonlySet<string> = new Set(['gpt-transcribe', 'gpt-live-transcribe']);

/**
 * The session's configuration. μ-law in and out, so that a telephone's audio passes through unchanged; in guarded mode
 * the server's VAD only reports, because whose turn it is we decide ourselves; `idle_timeout_ms` would create replies
 * by itself.
 */
export function sessionUpdate(setup: ModelSetup, transcriptionModel: string, eventId: string): RealtimeClientEvent {
  const transcription = transcriptionOf(setup, transcriptionModel);
  return {
    type: 'session.update',
    event_id: eventId,
    session: {
      type: 'realtime',
      output_modalities: ['audio'],
      instructions: setup.instructions,
      audio: {
        input: {
          format: { type: 'audio/pcmu' },
          noise_reduction: { type: 'near_field' },
          transcription,
          turn_detection: {
            type: 'server_vad',
            threshold: 0.6,
            prefix_padding_ms: 300,
            silence_duration_ms: 500,
            create_response: setup.turnTaking === 'server',
            interrupt_response: setup.turnTaking === 'server',
            idle_timeout_ms: null,
          },
        },
        output: { format: { type: 'audio/pcmu' }, voice: setup.voice, speed: 1 },
      },
      tools: setup.tools.map((tool) => ({
        type: 'function' as const,
        name: tool.name,
        description: tool.description,
        parameters: tool.parameters,
      })),
      tool_choice: 'auto',
      truncation: { type: 'retention_ratio', retention_ratio: 0.8 },
    },
  };
}

/** Changes who writes down what the caller says, and nothing else. */
export function transcriptionUpdate(
  setup: ModelSetup,
  transcriptionModel: string,
  eventId: string,
): RealtimeClientEvent {
  const transcription = transcriptionOf(setup, transcriptionModel);
  return {
    type: 'session.update',
    event_id: eventId,
    session: { type: 'realtime', audio: { input: { transcription } } },
  };
}

function transcriptionOf(setup: ModelSetup, model: string) {
  return KEYWORD_MODELS.has(model)
    ? { model, languages: ['he'], keywords: [...setup.keywords] }
    : { model, language: 'he' };
}

/** A command of the engine in the vendor's words. */
export function clientEvent(command: ModelCommand): RealtimeClientEvent {
  switch (command.type) {
    case 'append':
      return { type: 'input_audio_buffer.append', audio: command.audio };
    case 'create_response':
      return {
        type: 'response.create',
        event_id: command.eventId,
        ...(command.instructions === undefined ? {} : { response: { instructions: command.instructions } }),
      };
    case 'cancel_response':
      return { type: 'response.cancel', event_id: command.eventId, response_id: command.responseId };
    case 'truncate':
      return {
        type: 'conversation.item.truncate',
        event_id: command.eventId,
        item_id: command.itemId,
        content_index: command.contentIndex,
        audio_end_ms: command.audioEndMs,
      };
    case 'add_message':
      return {
        type: 'conversation.item.create',
        event_id: command.eventId,
        ...(command.previousItemId === null ? {} : { previous_item_id: command.previousItemId }),
        item: messageItem(command),
      };
    case 'delete_item':
      return { type: 'conversation.item.delete', event_id: command.eventId, item_id: command.itemId };
    case 'tool_output':
      return {
        type: 'conversation.item.create',
        event_id: command.eventId,
        item: { type: 'function_call_output', call_id: command.callId, output: command.output },
      };
  }
}

/** A turn as a text item. Its id is the engine's, so that it can be deleted. */
function messageItem({ itemId: id, speaker, text }: Extract<ModelCommand, { type: 'add_message' }>): ConversationItem {
  switch (speaker) {
    case 'agent':
      return { id, type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
    case 'caller':
      return { id, type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
    case 'system':
      return { id, type: 'message', role: 'system', content: [{ type: 'input_text', text }] };
  }
}
