import type { z } from 'zod';

/** The `error` member of an error event, without the client's event id. */
export interface ApiError {
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
}

/** A request the server refuses. */
export function invalid(code: string | null, message: string, param: string | null = null): ApiError {
  return { type: 'invalid_request_error', code, message, param };
}

/** The vendor's own words, where they are known. */
export const ERRORS = {
  activeResponse: (id: string) =>
    invalid(
      'conversation_already_has_active_response',
      `Conversation already has an active response in progress: ${id}. Wait until the response is finished before creating a new one.`,
    ),
  nothingToCancel: () => invalid('response_cancel_not_active', 'Cancellation failed: no active response found'),
  bufferTooSmall: (ms: number) =>
    invalid(
      'input_audio_buffer_commit_empty',
      `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${ms.toFixed(2)}ms of audio.`,
    ),
  badAudio: () =>
    invalid('invalid_value', "Invalid 'audio'. Expected base64-encoded audio bytes but got an invalid value.", 'audio'),
  noSuchItem: (verb: 'truncat' | 'delet' | 'retriev', id: string) =>
    invalid(
      `item_${verb}e_invalid_item_id`,
      `Error ${verb}ing item: the item with id '${id}' does not exist.`,
      'item_id',
    ),
  noPreviousItem: (id: string) =>
    invalid(
      'item_create_invalid_previous_item_id',
      `Error creating item: the previous item with id '${id}' does not exist.`,
      'previous_item_id',
    ),
  itemExists: (id: string) =>
    invalid('item_create_duplicate_item_id', `Error creating item: an item with id '${id}' already exists.`, 'item.id'),
  notAudio: () => invalid('unsupported_content_type', 'Only model output audio messages can be truncated'),
  noContent: (index: number) =>
    invalid(
      'invalid_value',
      `Invalid 'content_index': the item has no content part with index ${index}.`,
      'content_index',
    ),
  tooShort: (has: number, asked: number) =>
    invalid('invalid_value', `Audio content of ${has}ms is already shorter than ${asked}ms`),
  voiceFixed: () =>
    invalid(
      'cannot_update_voice',
      "Cannot update a conversation's voice if assistant audio is present.",
      'session.audio.output.voice',
    ),
  modelFixed: () => invalid('cannot_update_model', 'The model of a session cannot be changed.', 'session.model'),
  badTranscriptionModel: (model: string) =>
    invalid(
      'invalid_value',
      `Invalid value: '${model}'. The transcription model is not supported for this session.`,
      'session.audio.input.transcription.model',
    ),
  unsupportedWithModel: (param: string) =>
    invalid('unsupported_parameter', `Unsupported parameter: '${param}' is not supported with this model.`, param),
  badJson: () => invalid('invalid_json', 'The event could not be parsed as JSON.'),
  unknownType: (type: unknown, supported: readonly string[]) =>
    invalid(
      'invalid_value',
      `Invalid value: '${String(type)}'. Supported values are: ${supported.map((name) => `'${name}'`).join(', ')}.`,
      'type',
    ),
  expired: (minutes: number) =>
    invalid('session_expired', `Your session hit the maximum duration of ${minutes} minutes.`),
  missingModel: () => invalid('missing_model', 'You must provide a model parameter.'),
  unknownModel: (model: string) =>
    invalid('model_not_found', `The model '${model}' does not exist or you do not have access to it.`),
  betaShape: () =>
    invalid(
      'beta_api_shape_disabled',
      'The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API.',
    ),
} as const;

const KNOWN_MESSAGES: Readonly<Record<string, string>> = {
  insufficient_quota: 'You exceeded your current quota, please check your plan and billing details.',
  rate_limit_exceeded: 'Rate limit reached. Please try again later.',
  server_error: 'The server had an error while processing your request. Sorry about that!',
  invalid_api_key: 'Incorrect API key provided.',
};

/** An error of a script's `model.errors`: the vendor's words for a known code. */
export function scripted(code: string, message?: string): ApiError {
  const type =
    code === 'server_error' ? 'server_error' : code === 'insufficient_quota' ? code : 'invalid_request_error';
  return { type, code, message: message ?? KNOWN_MESSAGES[code] ?? `Scripted error ${code}.`, param: null };
}

function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

/** The vendor's error for the first thing zod found wrong. */
export function fromIssue(issue: z.core.$ZodIssue): ApiError {
  const param = dotted(issue.path);
  if (issue.code !== 'unrecognized_keys' && issue.input === undefined)
    return invalid('missing_required_parameter', `Missing required parameter: '${param}'.`, param);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const key = dotted([...issue.path, issue.keys[0] ?? '']);
      return invalid('unknown_parameter', `Unknown parameter: '${key}'.`, key);
    }
    case 'invalid_type':
      return invalid('invalid_type', `Invalid type for '${param}': expected a value of type ${issue.expected}.`, param);
    case 'too_big':
      return invalid('above_max_value', `Invalid '${param}': expected a value <= ${String(issue.maximum)}.`, param);
    case 'too_small':
      return invalid('below_min_value', `Invalid '${param}': expected a value >= ${String(issue.minimum)}.`, param);
    case 'invalid_union': {
      // Of several shapes, the complaint of the one that got furthest says most.
      const nested = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
      if (nested !== undefined && nested.path.length > 0)
        return fromIssue({ ...nested, path: [...issue.path, ...nested.path] });
      return invalid('invalid_value', `Invalid value for '${param}'.`, param);
    }
    case 'invalid_value':
      return invalid(
        'invalid_value',
        `Invalid value for '${param}'. Supported values are: ${issue.values.map((value) => `'${String(value)}'`).join(', ')}.`,
        param,
      );
    default:
      return invalid('invalid_value', `Invalid value for '${param}'.`, param);
  }
}
