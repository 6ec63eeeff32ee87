import type { ResponseParams } from './client-events.ts';
import type { ApiError } from './errors.ts';
import type { Intent } from './intent.ts';
import type { StoredItem } from './items.ts';
import { encodeAudio, layOutCall, layOutSpeech, layOutText } from './layout.ts';
import { responseObject } from './response-object.ts';
import type { CancelReason, Response, Status } from './response-object.ts';
import type { ConversationItem } from './wire.ts';
import type { World } from './world.ts';

/** From the request to `response.created`, ms. */
const CREATED_MS = 12;
/** From `response.created` to the first audio where the script says nothing else, ms. */
const FIRST_AUDIO_MS = 300;
/** From a cancel to the response's end, ms: what was on its way still arrives. */
const CANCEL_MS = 15;

/** A reply that falls silent after so much of its audio, for a time or (null) for ever. */
export interface Stall {
  readonly afterAudioMs: number;
  readonly forMs: number | null;
}

/** One response of the model, from `response.created` to `response.done`, laid out on the agenda at its beginning. */
export class Reply {
  readonly id: string;
  private readonly world: World;
  private readonly intent: Intent;
  private readonly params: ResponseParams;
  private readonly onDone: () => void;
  private readonly stored: StoredItem;
  private readonly callId: string;
  private created = false;
  private added = false;
  private partAdded = false;
  private ended = false;
  private allSent = false;
  private transcript = '';
  private argumentsSent = '';

  constructor(world: World, intent: Intent, params: ResponseParams, onDone: () => void) {
    this.world = world;
    this.intent = intent;
    this.params = params;
    this.onDone = onDone;
    this.id = world.id('resp');
    this.callId = world.id('call');
    const id = world.id('item');
    this.stored = { id, item: this.item('in_progress', id), audioBytes: 0, entry: intent.entry };
  }

  private get inConversation(): boolean {
    return this.params.conversation !== 'none';
  }

  /** Lays the whole response out. `failure`: it fails with this error in place of saying anything. */
  begin(at: number, failure: ApiError | null, stall: Stall | null = null): void {
    const { world } = this;
    const created = at + CREATED_MS;
    this.plan(created, () => {
      this.create();
    });
    if (failure !== null) {
      this.plan(created + 40, () => {
        this.finish('failed', undefined, failure);
      });
      return;
    }
    const late = stall !== null && stall.afterAudioMs === 0 ? stall.forMs : 0;
    if (late === null) return;
    const start = created + (world.faults.first_audio_delay_ms ?? FIRST_AUDIO_MS) + late;
    const added = start - Math.min(60, (start - created) / 2);
    this.plan(added, (now) => {
      this.addItem(now);
    });
    const end = this.planContent(start, stall);
    if (end === null) return;
    this.plan(end, () => {
      this.allSent = true;
      this.finish('completed');
    });
  }

  /** Ends the response soon; nothing more of it is produced. */
  cancel(at: number, reason: CancelReason): void {
    if (this.ended) return;
    const { agenda, faults } = this.world;
    const stopsAt = at + (faults.audio_after_cancel_ms ?? 0);
    if (stopsAt === at) agenda.drop(this.id);
    agenda.plan(stopsAt + CANCEL_MS, () => {
      if (!this.ended) this.finish('cancelled', reason);
    });
  }

  private plan(at: number, run: (at: number) => void): void {
    this.world.agenda.plan(at, run, this.id);
  }

  /** Plans the pieces of the content; returns when it is whole, null for never. */
  private planContent(start: number, stall: Stall | null): number | null {
    const { world, intent } = this;
    if (intent.kind === 'tool') {
      const layout = layOutCall(intent.arguments);
      for (const { at, delta } of layout.pieces)
        this.plan(start + at, () => {
          this.argumentsSent += delta;
          world.emit({ type: 'response.function_call_arguments.delta', ...this.place(), call_id: this.callId, delta });
        });
      return start + layout.ms;
    }
    const speaks = intent.kind === 'speech';
    const type = speaks ? 'response.output_audio_transcript.delta' : 'response.output_text.delta';
    const layout = speaks ? layOutSpeech(intent.text, intent.line, world.speed) : layOutText(intent.text);
    for (const { at, delta } of layout.words)
      this.plan(start + at, () => {
        this.transcript += delta;
        world.emit({ type, ...this.part(), delta });
      });
    const stallsAt = stall !== null && stall.afterAudioMs > 0 ? stall.afterAudioMs / world.speed : Infinity;
    const pause = stall?.forMs ?? null;
    for (const { at, mulaw } of layout.audio) {
      if (at >= stallsAt && pause === null) return null;
      this.plan(start + at + (at >= stallsAt ? (pause ?? 0) : 0), () => {
        this.stored.audioBytes += mulaw.length;
        const format = this.params.audio?.output?.format ?? world.session().audio.output.format;
        world.emit({ type: 'response.output_audio.delta', ...this.part(), delta: encodeAudio(mulaw, format.type) });
      });
    }
    return start + layout.ms + (layout.ms > stallsAt ? (pause ?? 0) : 0);
  }

  private create(): void {
    this.created = true;
    this.world.emit({ type: 'response.created', response: this.response('in_progress') });
  }

  private addItem(at: number): void {
    this.added = true;
    const { world, stored } = this;
    world.emit({ type: 'response.output_item.added', response_id: this.id, output_index: 0, item: stored.item });
    if (this.inConversation) {
      const previous = world.items.add(stored);
      world.emit({ type: 'conversation.item.added', previous_item_id: previous, item: stored.item });
    }
    const { intent } = this;
    world.spoken({
      at,
      line: intent.kind === 'tool' ? (intent.entry ?? -1) : intent.line,
      itemId: stored.id,
      text: intent.kind === 'tool' ? intent.arguments : intent.text,
      tool: intent.kind === 'tool' ? intent.name : null,
    });
    if (intent.kind === 'tool') return;
    this.partAdded = true;
    const part =
      intent.kind === 'speech' ? ({ type: 'audio', transcript: '' } as const) : ({ type: 'text', text: '' } as const);
    world.emit({ type: 'response.content_part.added', ...this.part(), part });
  }

  private finish(status: Exclude<Status, 'in_progress'>, reason?: CancelReason, failure: ApiError | null = null): void {
    this.ended = true;
    this.world.agenda.drop(this.id);
    if (!this.created) this.create();
    // Not said to its end: asked again, it is said again.
    if (!this.allSent && this.stored.entry !== null) this.world.progress.giveBack(this.stored.entry);
    if (this.added) this.closeItem(status === 'completed');
    if (status === 'completed') this.callFurther();
    this.world.emit({ type: 'response.done', response: this.response(status, reason, failure) });
    this.world.emit({
      type: 'rate_limits.updated',
      rate_limits: [{ name: 'tokens', limit: 250_000, remaining: 249_000, reset_seconds: 0.24 }],
    });
    this.onDone();
  }

  private closeItem(whole: boolean): void {
    const { world, intent, stored } = this;
    if (intent.kind === 'tool') {
      if (whole)
        world.emit({
          type: 'response.function_call_arguments.done',
          ...this.place(),
          call_id: this.callId,
          name: intent.name,
          arguments: this.argumentsSent,
        });
    } else if (this.partAdded) this.closePart(intent.kind === 'speech');
    // A truncated item has lost its transcript for good.
    const truncated = stored.item.type === 'message' && stored.item.status === 'in_progress' && this.isTruncated();
    if (!truncated) stored.item = this.item(whole ? 'completed' : 'incomplete', stored.id);
    if (this.inConversation && world.items.get(stored.id) !== undefined)
      world.emit({
        type: 'conversation.item.done',
        previous_item_id: world.items.before(stored.id),
        item: stored.item,
      });
    world.emit({ type: 'response.output_item.done', response_id: this.id, output_index: 0, item: stored.item });
  }

  /** The calls besides: each an item of its own, whole at once. */
  private callFurther(): void {
    const { world } = this;
    (this.intent.also ?? []).forEach((call, index) => {
      const id = world.id('item');
      const callId = world.id('call');
      const item = {
        id,
        object: 'realtime.item',
        status: 'completed',
        type: 'function_call',
        call_id: callId,
      } as const;
      const whole: ConversationItem = { ...item, name: call.name, arguments: call.arguments };
      const place = { response_id: this.id, output_index: index + 1 };
      world.emit({ type: 'response.output_item.added', ...place, item: whole });
      const previous = world.items.add({ id, item: whole, audioBytes: 0, entry: null });
      world.emit({ type: 'conversation.item.added', previous_item_id: previous, item: whole });
      world.emit({
        type: 'response.function_call_arguments.done',
        ...place,
        item_id: id,
        call_id: callId,
        name: call.name,
        arguments: call.arguments,
      });
      world.emit({ type: 'conversation.item.done', previous_item_id: previous, item: whole });
      world.emit({ type: 'response.output_item.done', ...place, item: whole });
    });
  }

  private isTruncated(): boolean {
    const { item } = this.stored;
    return (
      item.type === 'message' &&
      item.role === 'assistant' &&
      item.content.some((part) => part.transcript === undefined && part.type === 'output_audio')
    );
  }

  private closePart(speaks: boolean): void {
    const { world, transcript } = this;
    if (speaks) {
      world.emit({ type: 'response.output_audio.done', ...this.part() });
      world.emit({ type: 'response.output_audio_transcript.done', ...this.part(), transcript });
      world.emit({ type: 'response.content_part.done', ...this.part(), part: { type: 'audio', transcript } });
      return;
    }
    world.emit({ type: 'response.output_text.done', ...this.part(), text: transcript });
    world.emit({ type: 'response.content_part.done', ...this.part(), part: { type: 'text', text: transcript } });
  }

  private place(): { response_id: string; item_id: string; output_index: number } {
    return { response_id: this.id, item_id: this.stored.id, output_index: 0 };
  }

  private part(): { response_id: string; item_id: string; output_index: number; content_index: number } {
    return { ...this.place(), content_index: 0 };
  }

  private item(status: 'in_progress' | 'completed' | 'incomplete', id: string): ConversationItem {
    const { intent } = this;
    const head = { id, object: 'realtime.item', status } as const;
    if (intent.kind === 'tool')
      return { ...head, type: 'function_call', name: intent.name, call_id: this.callId, arguments: this.argumentsSent };
    const content =
      intent.kind === 'speech'
        ? ({ type: 'output_audio', transcript: this.transcript } as const)
        : ({ type: 'output_text', text: this.transcript } as const);
    return { ...head, type: 'message', role: 'assistant', content: status === 'in_progress' ? [] : [content] };
  }

  private response(status: Status, reason?: CancelReason, failure: ApiError | null = null): Response {
    return responseObject(this.world, this.params, {
      id: this.id,
      status,
      reason,
      failure,
      item: this.added ? this.stored.item : null,
      text: this.transcript + this.argumentsSent,
      audioBytes: this.stored.audioBytes,
    });
  }
}
