import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { speechFrames } from '../../../sandbox/audio/speech.ts';
import { RealtimeCore } from '../../../sandbox/realtime/core.ts';
import type { Output } from '../../../sandbox/realtime/wire.ts';
import { parseScript } from '../../../sandbox/script/parse.ts';
import type { Script } from '../../../sandbox/script/schema.ts';

/** A script out of its conversation and, if given, further members of the file. */
export function script(conversation: string, rest = ''): Script {
  return parseScript(`title: t\nconversation:\n${conversation}\n${rest}`);
}

type Event<T extends RealtimeServerEvent['type']> = Extract<RealtimeServerEvent, { type: T }>;

/** A core on a clock that the test moves, with everything it sent. */
export class Peer {
  at = 0;
  readonly outputs: { at: number; output: Output }[] = [];
  readonly core: RealtimeCore;
  private readonly script: Script;

  constructor(played: Script, options: { speed?: number; model?: string } = {}) {
    this.script = played;
    this.core = new RealtimeCore({
      script: played,
      model: options.model ?? 'gpt-realtime-2.1',
      speed: options.speed ?? 5,
      connection: 't',
      startedAt: 1_800_000_000,
    });
    this.pass(0);
  }

  /** Lets time pass in small steps, as a clock does. */
  pass(ms: number): this {
    const end = this.at + ms;
    do {
      this.at = Math.min(end, this.at + 5);
      for (const output of this.core.takeDue(this.at)) this.outputs.push({ at: this.at, output });
    } while (this.at < end);
    return this;
  }

  send(event: Readonly<Record<string, unknown>> | string): this {
    this.core.receive(this.at, typeof event === 'string' ? event : JSON.stringify(event));
    return this.pass(0);
  }

  /** The product's session: μ-law, guarded mode. */
  configure(turnDetection: Record<string, unknown> | null = {}, audioInput: Record<string, unknown> = {}): this {
    return this.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        instructions: 'ענה בעברית.',
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            transcription: { model: 'gpt-transcribe', languages: ['he'] },
            turn_detection:
              turnDetection === null
                ? null
                : { type: 'server_vad', create_response: false, interrupt_response: false, ...turnDetection },
            ...audioInput,
          },
          output: { format: { type: 'audio/pcmu' }, voice: 'cedar' },
        },
        tools: [{ type: 'function', name: 'save_lead_details', description: 'd', parameters: {} }],
      },
    });
  }

  /** Plays frames in real time, 20 ms each. */
  hearFrames(frames: readonly Uint8Array[]): this {
    for (const frame of frames) {
      this.send({ type: 'input_audio_buffer.append', audio: Buffer.from(frame).toString('base64') });
      this.pass(20);
    }
    return this;
  }

  silence(ms: number): this {
    return this.hearFrames(Array.from({ length: ms / 20 }, () => new Uint8Array(160).fill(0xff)));
  }

  /** The caller says line `line` of the script, or its first `frames` frames, then is silent for `silenceMs`. */
  callerSays(line: number, { frames = Infinity, from = 0, silenceMs = 700 } = {}): this {
    const entry = this.script.conversation[line];
    if (entry?.kind !== 'caller') throw new Error(`entry ${line} is no caller line`);
    const spoken = speechFrames(entry.caller, { voice: 'caller', line });
    return this.hearFrames(spoken.slice(from, Math.min(frames, spoken.length))).silence(silenceMs);
  }

  reply(response?: Record<string, unknown>): this {
    return this.send({ type: 'response.create', ...(response !== undefined && { response }) });
  }

  get events(): RealtimeServerEvent[] {
    return this.outputs.flatMap(({ output }) => (output.kind === 'event' ? [output.event] : []));
  }

  types(): string[] {
    return this.events.map((event) => event.type);
  }

  all<T extends RealtimeServerEvent['type']>(type: T): Event<T>[] {
    return this.events.filter((event): event is Event<T> => event.type === type);
  }

  last<T extends RealtimeServerEvent['type']>(type: T): Event<T> {
    const event = this.all(type).at(-1);
    if (event === undefined) throw new Error(`no ${type} in ${this.types().join(', ')}`);
    return event;
  }

  /** Forgets what was sent so far. */
  forget(): this {
    this.outputs.length = 0;
    return this;
  }

  /** What the agent said, one text a reply. */
  said(): string[] {
    return this.core.spoken.map((spoken) => (spoken.tool === null ? spoken.text : `${spoken.tool}()`));
  }
}
