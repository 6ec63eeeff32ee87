import type { IncomingMessage } from 'node:http';
import type { ConnectModel, ModelSetup } from '../model/speech-model.ts';
import type { CallPlugin } from '../plugin.ts';
import type { CallConfig } from '../session/config.ts';
import type { CallRecorder, SessionClock } from '../session/session.ts';
import type { Toolbox } from '../session/toolbox.ts';
import type { ActiveCalls } from './active-calls.ts';
import type { PlaceLimits } from './places.ts';
import type { TwilioRest } from './rest.ts';
import type { SignatureCheck } from './signature.ts';

/** A call that may begin. */
export interface AnsweredCall {
  readonly config: CallConfig;
  readonly modelSetup: ModelSetup;
  readonly accountSid: string;
  readonly recorder: CallRecorder;
}

export interface MediaDoorOptions {
  readonly signature: SignatureCheck;
  readonly connectModel: ConnectModel;
  /** Takes the stream's token and reads the call's settings. Null when the token is unknown, used up, or another call's. */
  readonly answer: (start: { readonly token: string; readonly callSid: string }) => Promise<AnsweredCall | null>;
  readonly plugins: readonly CallPlugin[];
  readonly toolbox: Toolbox;
  readonly rest: TwilioRest;
  readonly activeCalls: ActiveCalls;
  readonly clock: SessionClock;
  /** Counts a refused handshake against its address; true when that address has had too many. Default: never. */
  readonly refusedTooOften?: (request: IncomingMessage) => boolean;
  /** Who sent a handshake, under the name it is counted by. Default: nobody is counted by address. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** Default: those of `limits.ts`. */
  readonly places?: PlaceLimits;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}
