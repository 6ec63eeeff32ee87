import type { Clock } from '../platform/clock.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { AppSecrets } from '../platform/crypto.ts';
import type { Database } from '../platform/db/index.ts';
import type { Change } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { SendMail } from '../platform/mail.ts';
import type { SendOutgoing } from '../platform/outgoing.ts';
import type { JobQueue } from '../platform/queue/index.ts';
import type { Vault } from '../platform/vault.ts';
import type { Analyse } from '../domain/insights/index.ts';
import type { ExportsOf } from '../domain/calls/index.ts';
import type { SettingsRegistry } from '../domain/settings/index.ts';
import type { TextsOf } from '../domain/speech/index.ts';
import type { RenderSpeech } from '../voice/model/openai/render.ts';
import type { TwilioRecordings } from '../voice/twilio/recordings.ts';
import type { Transcribe } from './models/transcription.ts';

/** What the jobs work with; made by the composition root, or by a test. */
export interface WorkerContext {
  readonly db: Database;
  readonly queue: Pick<JobQueue, 'enqueue'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly registry: SettingsRegistry;
  /** Seals and opens what a business or a person keeps secret. */
  readonly vault: Vault;
  readonly exportsOf: ExportsOf;
  /** The sentences a business's calls may need at once, the most wanted first. */
  readonly textsOf: TextsOf;
  readonly renderSpeech: RenderSpeech;
  /** Asks a language model about a finished call. */
  readonly analyse: Analyse;
  /** Writes down speech of a recording. */
  readonly transcribe: Transcribe;
  /** Twilio's recordings. */
  readonly recordings: Pick<TwilioRecordings, 'download' | 'remove'>;
  /** Twilio's copy of a recording stays after ours is stored. */
  readonly keepsSourceRecordings: boolean;
  /** Where our recordings are kept. */
  readonly blobs: BlobStore;
  readonly send: SendOutgoing;
  /** Tells the pages what changed; best effort, so nothing waits for it. Never rejects. */
  readonly publish: (change: Change) => Promise<void>;
  /** Null: no mail is configured. */
  readonly mail: SendMail | null;
  readonly links: {
    readonly secrets: AppSecrets;
    /** Without a trailing slash. */
    readonly publicUrl: string;
    /** Links of letters that cannot be sent are logged: on a developer's own machine alone. */
    readonly logged: boolean;
  };
  /** 0–1, for the jitter of retries. */
  readonly random: () => number;
}
