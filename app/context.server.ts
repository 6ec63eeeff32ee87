import type { SettingsRegistry } from '../domain/settings/index.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { Change } from '../platform/events.ts';
import type { Log } from '../platform/log.ts';
import type { SendOutgoing } from '../platform/outgoing.ts';
import type { JobQueue } from '../platform/queue/index.ts';
import type { Vault } from '../platform/vault.ts';
import type { ApiLimits } from './api/limits.server.ts';

/** What the pages work with. The web process builds it for each request; nothing in `app/` constructs a client. */
export interface AppServices {
  readonly db: Database;
  readonly queue: JobQueue;
  readonly log: Log;
  readonly registry: SettingsRegistry;
  /** Recordings. */
  readonly blobs: BlobStore;
  /** Seals and opens what a business or a person keeps secret. */
  readonly vault: Vault;
  /** Tells every open page what changed; best effort, never rejects. */
  readonly publish: (change: Change) => Promise<void>;
  /** Speaks a text in a voice: μ-law, 8 kHz. @throws AppError `too_many_attempts`, `speech_preview_failed` */
  readonly hear: (businessId: string, text: string, voice: string) => Promise<Uint8Array>;
  /** How often the JSON API may be asked. */
  readonly apiLimits: ApiLimits;
  /** Sends one request to a place that a business named. */
  readonly send: SendOutgoing;
  readonly config: {
    /** The address people and Twilio reach us at, without a trailing slash. */
    readonly publicUrl: string;
    readonly secureCookies: boolean;
    /** True while the sandbox's model answers instead of a real one. */
    readonly usesSandboxModel: boolean;
    readonly appSecret: string;
    /** Secrets that were in force before: what was made under them is still taken. */
    readonly previousAppSecrets: readonly string[];
    /** True on a developer's machine: pages for those who build pages exist. */
    readonly development: boolean;
    /** Whether letters go out; a link is shown to who invites where none do. */
    readonly sendsMail: boolean;
  };
  /** This request's nonce of the content security policy. */
  readonly cspNonce: string;
  /** Names this request in the log and on an error page. */
  readonly reference: string;
  /** Who this request comes from: the peer's address, or what a proxy on this machine says it is. */
  readonly address: string;
  /** Waits until what was written of the answer so far is on its way; false when its reader went away. */
  readonly taken: () => Promise<boolean>;
}

/** The part of the services that lives as long as the process. */
export type ProcessServices = Omit<AppServices, 'cspNonce' | 'address' | 'reference' | 'taken'>;

declare module '@remix-run/node' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- only an interface can be added to
  interface AppLoadContext extends AppServices {}
}
