import { type WebSocket, WebSocketServer } from 'ws';
import { Histogram } from './histogram.ts';
import { agentPieces, readFrame } from './frames.ts';

/** The model's VAD takes this much silence for the end of an utterance: 500 ms of 20 ms frames. */
const SILENT_FRAMES = 25;
/** A reply: so much audio, in pieces of 100 ms, five times faster than real time. */
const PIECES = 30;
const PIECE_BYTES = 800;
const PIECE_EVERY_MS = 20;
const FRAME_BYTES = 160;

const SPEECH = agentPieces(PIECE_BYTES).map((piece) => piece.toString('base64'));

/** What the model peer measured. */
export interface ModelPeer {
  readonly url: string;
  /** From the caller's frame leaving the line to its arrival here, ms. */
  readonly ingress: Histogram;
  /** When the first piece of the last reply of a call was sent, by call. */
  readonly replySentAt: Map<number, number>;
  close(): void;
}

/**
 * A speech model reduced to the least that keeps a call going: it hears loud and silent frames, commits utterances,
 * and speaks three seconds when asked. `sentAt` tells when a frame of a call left the line.
 */
export function startModelPeer(
  port: number,
  sentAt: (call: number, sequence: number) => number | undefined,
): ModelPeer {
  const ingress = new Histogram();
  const replySentAt = new Map<number, number>();
  const server = new WebSocketServer({ port, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) => {
    new Connection(socket, { ingress, replySentAt, sentAt });
  });
  return {
    url: `ws://127.0.0.1:${port}/v1/realtime`,
    ingress,
    replySentAt,
    close: () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

interface PeerWorld extends Pick<ModelPeer, 'ingress' | 'replySentAt'> {
  readonly sentAt: (call: number, sequence: number) => number | undefined;
}

class Connection {
  readonly #socket: WebSocket;
  readonly #world: PeerWorld;
  #call = -1;
  #audioMs = 0;
  #silent = SILENT_FRAMES;
  #items = 0;
  #response: NodeJS.Timeout | null = null;
  #responseId = '';

  constructor(socket: WebSocket, world: PeerWorld) {
    this.#socket = socket;
    this.#world = world;
    socket.on('message', (data: Buffer) =>
      this.#onMessage(JSON.parse(data.toString('utf8')) as Record<string, unknown>),
    );
    socket.on('close', () => this.#stop());
    this.#send({ type: 'session.created' });
  }

  #onMessage(event: Record<string, unknown>): void {
    switch (event['type']) {
      case 'session.update':
        return this.#send({ type: 'session.updated' });
      case 'input_audio_buffer.append':
        return this.#onAudio(Buffer.from(String(event['audio']), 'base64'));
      case 'response.create':
        return this.#reply();
      case 'response.cancel':
        if (this.#response !== null) this.#finish('cancelled');
        return;
      default:
    }
  }

  #onAudio(audio: Buffer): void {
    const read = readFrame(audio);
    if (read === null) {
      // The silence that a caller who left in mid-word is finished with.
      for (let at = 0; at < audio.length; at += FRAME_BYTES) this.#onFrame(false);
      return;
    }
    this.#call = read.call;
    const sentAt = this.#world.sentAt(read.call, read.sequence);
    if (sentAt !== undefined) this.#world.ingress.add(performance.now() - sentAt);
    this.#onFrame(read.isVoice);
  }

  #onFrame(isVoice: boolean): void {
    this.#audioMs += 20;
    const wasSpeaking = this.#silent < SILENT_FRAMES;
    this.#silent = isVoice ? 0 : this.#silent + 1;
    const item_id = `caller_${this.#items}`;
    if (!wasSpeaking && isVoice) {
      this.#send({ type: 'input_audio_buffer.speech_started', item_id, audio_start_ms: this.#audioMs - 20 });
    } else if (wasSpeaking && this.#silent === SILENT_FRAMES) {
      this.#items++;
      this.#send({ type: 'input_audio_buffer.speech_stopped', item_id, audio_end_ms: this.#audioMs - 500 });
      this.#send({ type: 'input_audio_buffer.committed', item_id, previous_item_id: null });
      const transcript = 'אני רוצה לקבוע תור לשבוע הבא';
      this.#send({
        type: 'conversation.item.input_audio_transcription.completed',
        item_id,
        content_index: 0,
        transcript,
      });
    }
  }

  #reply(): void {
    if (this.#response !== null) return;
    const response_id = `resp_${this.#items}_${Math.round(performance.now())}`;
    const item_id = `agent_${response_id}`;
    this.#responseId = response_id;
    this.#send({ type: 'response.created', response: { id: response_id, status: 'in_progress' } });
    this.#send({ type: 'response.output_item.added', response_id, item: { id: item_id, type: 'message' } });
    const words = 'בשמחה, אבדוק לך ביומן מה פנוי בשבוע הבא ומייד אחזור אליך עם תשובה';
    this.#send({ type: 'response.output_audio_transcript.delta', response_id, item_id, delta: words });
    let piece = 0;
    this.#response = setInterval(() => {
      if (piece === 0) this.#world.replySentAt.set(this.#call, performance.now());
      if (piece < PIECES) {
        const delta = SPEECH[piece++ % SPEECH.length];
        this.#send({
          type: 'response.output_audio.delta',
          response_id,
          item_id,
          output_index: 0,
          content_index: 0,
          delta,
        });
        return;
      }
      this.#send({ type: 'response.output_audio_transcript.done', response_id, item_id, transcript: words });
      this.#send({ type: 'response.output_audio.done', response_id, item_id });
      this.#finish('completed');
    }, PIECE_EVERY_MS);
  }

  #finish(status: string): void {
    this.#stop();
    this.#send({ type: 'response.done', response: { id: this.#responseId, status } });
  }

  #stop(): void {
    if (this.#response !== null) clearInterval(this.#response);
    this.#response = null;
  }

  #send(event: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(event));
  }
}
