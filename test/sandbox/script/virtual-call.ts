import { levelDb } from '../../../sandbox/audio/mulaw.ts';
import { read } from '../../../sandbox/audio/watermark.ts';
import { RealtimeCore } from '../../../sandbox/realtime/core.ts';
import type { RealtimeServerEvent } from '../../../sandbox/realtime/wire.ts';
import { Director } from '../../../sandbox/script/director.ts';
import type { Script } from '../../../sandbox/script/schema.ts';

const QUIET = new Uint8Array(160).fill(0xff);
const FRAME_MS = 20;

/**
 * A whole call on a virtual clock: the director as caller, the model double, and between them the simplest engine that
 * can hold a conversation: it replies to every commit, and yields after 300 ms of the caller over its own speech.
 */
export class VirtualCall {
  at = 0;
  readonly director: Director;
  readonly core: RealtimeCore;
  readonly errors: string[] = [];
  readonly transcripts: string[] = [];
  outcome: 'running' | 'done' | 'hung_up' | 'agent_silent' = 'running';
  private speaking: { entry: number; frames: readonly Uint8Array[]; next: number } | null = null;
  private waiting: { entry: number; until: number } | null = null;
  private playout: Uint8Array[] = [];
  private rest: Uint8Array = new Uint8Array(0);
  private item = '';
  private itemHeardMs = 0;
  private active = false;
  private wanted = false;
  private loudMs = 0;

  constructor(
    script: Script,
    private readonly engine: { readonly deaf?: boolean; readonly greets?: boolean } = {},
  ) {
    this.director = new Director(script, 0);
    this.core = new RealtimeCore({ script, model: 'gpt-realtime-2.1', speed: 5, connection: 'v', startedAt: 0 });
  }

  /** Runs until the script is over, at most `limitMs` of virtual time. */
  run(limitMs = 180_000): this {
    while (this.outcome === 'running' && this.at < limitMs) {
      this.model();
      this.play();
      this.direct();
      this.speak();
      this.at += FRAME_MS;
    }
    return this;
  }

  private send(event: object): void {
    this.core.receive(this.at, JSON.stringify(event));
  }

  private reply(): void {
    this.wanted = this.active;
    if (this.active) this.send({ type: 'response.cancel' });
    else this.send({ type: 'response.create' });
  }

  private model(): void {
    for (const output of this.core.takeDue(this.at)) if (output.kind === 'event') this.on(output.event);
  }

  private on(event: RealtimeServerEvent): void {
    switch (event.type) {
      case 'session.created':
        this.send({ type: 'session.update', session: SESSION });
        break;
      case 'session.updated':
        if (this.engine.greets !== false) this.reply();
        break;
      case 'input_audio_buffer.committed':
        if (this.engine.deaf !== true) this.reply();
        break;
      case 'conversation.item.input_audio_transcription.completed':
        this.transcripts.push(event.transcript);
        break;
      case 'response.created':
        this.active = true;
        break;
      case 'response.output_audio.delta':
        this.queue(event.item_id, Buffer.from(event.delta, 'base64'));
        break;
      case 'response.done':
        this.active = false;
        for (const item of event.response.output ?? [])
          if (item.type === 'function_call') {
            this.send({
              type: 'conversation.item.create',
              item: { type: 'function_call_output', call_id: item.call_id, output: '{}' },
            });
            this.wanted = true;
          }
        if (this.wanted) this.reply();
        break;
      case 'error':
        this.errors.push(event.error.message);
        break;
      default:
    }
  }

  private queue(item: string, audio: Uint8Array): void {
    if (item !== this.item) {
      this.item = item;
      this.itemHeardMs = 0;
      this.rest = new Uint8Array(0);
    }
    const bytes = Buffer.concat([this.rest, audio]);
    let offset = 0;
    for (; offset + 160 <= bytes.length; offset += 160) this.playout.push(bytes.subarray(offset, offset + 160));
    this.rest = bytes.subarray(offset);
  }

  private play(): void {
    const frame = this.playout.shift();
    if (frame === undefined) return;
    this.itemHeardMs += FRAME_MS;
    this.director.heard(this.at, FRAME_MS, read(frame));
  }

  private direct(): void {
    if (this.waiting !== null && this.waiting.until <= this.at) {
      this.director.ended(this.waiting.entry, this.at);
      this.waiting = null;
    }
    const direction = this.director.next(this.at);
    if (direction.kind === 'done' || direction.kind === 'agent_silent') this.outcome = direction.kind;
    if (direction.kind !== 'act') return;
    const { act } = direction;
    this.director.began(act.entry, this.at);
    if (act.kind === 'speak') this.speaking = { entry: act.entry, frames: act.frames, next: 0 };
    else if (act.kind === 'hang_up') this.outcome = 'hung_up';
    else this.waiting = { entry: act.entry, until: this.at + (act.kind === 'wait' ? act.ms : 200) };
    if (act.kind === 'hang_up') {
      this.send({ type: 'input_audio_buffer.commit' });
      this.at += 1000;
      this.model();
    }
  }

  private speak(): void {
    const frame = this.speaking?.frames[this.speaking.next++] ?? QUIET;
    this.send({ type: 'input_audio_buffer.append', audio: Buffer.from(frame).toString('base64') });
    this.loudMs = levelDb(frame) > -40 && this.playout.length > 0 ? this.loudMs + FRAME_MS : 0;
    if (this.loudMs >= 300 && this.playout.length > 0) {
      this.playout = [];
      if (this.active) this.send({ type: 'response.cancel' });
      this.send({
        type: 'conversation.item.truncate',
        item_id: this.item,
        content_index: 0,
        audio_end_ms: this.itemHeardMs,
      });
    }
    if (this.speaking !== null && this.speaking.next >= this.speaking.frames.length) {
      this.director.ended(this.speaking.entry, this.at + FRAME_MS);
      this.speaking = null;
    }
  }
}

const SESSION = {
  type: 'realtime',
  audio: {
    input: {
      format: { type: 'audio/pcmu' },
      transcription: { model: 'gpt-transcribe', languages: ['he'] },
      turn_detection: { type: 'server_vad', threshold: 0.6, create_response: false, interrupt_response: false },
    },
    output: { format: { type: 'audio/pcmu' }, voice: 'cedar' },
  },
  tools: [{ type: 'function', name: 'save_lead_details', description: '', parameters: {} }],
};
