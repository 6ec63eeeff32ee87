import { hear } from '../script/hearing.ts';
import type { Heard } from '../script/hearing.ts';
import { wordsOf } from '../audio/timing.ts';
import type { Utterance } from './input-audio.ts';
import type { ConversationItem } from './wire.ts';
import type { World } from './world.ts';

/** From the commit to the transcription where the script says nothing else, ms. */
const DELAY_MS = 250;
/** The deltas arrive over the last ms before the completed transcription. */
const DELTAS_MS = 90;
/** A transcription sent twice comes again after this long, ms. */
const AGAIN_MS = 150;
/** Models that send the text in one piece. */
const WHOLE_TEXT = new Set(['whisper-1']);

/** The buffer becomes a user item; its words follow by transcription. Returns what was heard. */
export function commitUtterance(world: World, at: number, itemId: string, utterance: Utterance): Heard {
  const item: ConversationItem = {
    id: itemId,
    object: 'realtime.item',
    type: 'message',
    status: 'completed',
    role: 'user',
    // There the words are null until they are known, whatever the types say.
    content: [{ type: 'input_audio', transcript: null as never }],
  };
  const previous = world.items.add({ id: itemId, item, audioBytes: 0, entry: null });
  const heard = hear(world.script, utterance.marks);
  const report = (): void => {
    world.emit({ type: 'input_audio_buffer.committed', previous_item_id: previous, item_id: itemId });
    world.emit({ type: 'conversation.item.added', previous_item_id: previous, item });
    world.emit({ type: 'conversation.item.done', previous_item_id: previous, item });
  };
  const { commitDelayMs } = heard;
  if (commitDelayMs === 0) report();
  else world.agenda.plan(at + commitDelayMs, report);
  planTranscription(world, at + commitDelayMs, itemId, heard, utterance.ms);
  return heard;
}

/** Plans what transcription says of one committed utterance of `ms` milliseconds. */
function planTranscription(world: World, at: number, itemId: string, heard: Heard, ms: number): void {
  const asked = world.session().audio.input.transcription;
  if (asked === null || heard.transcript === 'never') return;
  const done = at + (heard.delayMs ?? DELAY_MS);
  const place = { item_id: itemId, content_index: 0 };
  if (heard.transcript === 'failed') {
    world.agenda.plan(done, () => {
      world.emit({
        type: 'conversation.item.input_audio_transcription.failed',
        ...place,
        error: {
          type: 'transcription_error',
          code: 'audio_unintelligible',
          message: 'The audio could not be transcribed.',
        },
      });
    });
    return;
  }
  const whole = WHOLE_TEXT.has(asked.model ?? '');
  const words = whole ? [heard.text].filter((text) => text !== '') : wordsOf(heard.text);
  words.forEach((word, index) => {
    const due = Math.max(at, done - DELTAS_MS) + (index / words.length) * Math.min(DELTAS_MS, done - at);
    world.agenda.plan(due, () => {
      const delta = index === 0 ? word : ` ${word}`;
      world.emit({ type: 'conversation.item.input_audio_transcription.delta', ...place, delta });
    });
  });
  const complete = (): void => {
    const output = Math.ceil(heard.text.length / 4);
    const input = Math.ceil(ms / 100);
    const stored = world.items.get(itemId);
    if (stored?.item.type === 'message' && stored.item.role === 'user')
      stored.item = { ...stored.item, content: [{ type: 'input_audio', transcript: heard.text }] };
    world.emit({
      type: 'conversation.item.input_audio_transcription.completed',
      ...place,
      transcript: heard.text,
      usage: whole
        ? { type: 'duration', seconds: ms / 1000 }
        : {
            type: 'tokens',
            total_tokens: input + output,
            input_tokens: input,
            input_token_details: { text_tokens: 0, audio_tokens: input },
            output_tokens: output,
          },
    });
  };
  world.agenda.plan(done, complete);
  if (heard.transcript === 'twice') world.agenda.plan(done + AGAIN_MS, complete);
}
