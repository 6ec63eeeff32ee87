import type { Action } from '../../domain/users/index.ts';
import type { House } from '../helpers/house.ts';
import type { Estate } from './estate.ts';

/** Ids (and whatever else names a record) that a request puts into its address or its body. */
export type Ids = Readonly<Record<string, string>>;

/** A request, apart from who sends it. The method is that of the door. */
export interface Ask {
  /** With a query, if need be. */
  readonly path: string;
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Base {
  /** As the enumeration names it: `GET /calls/:callSid`. */
  readonly door: string;
  /** Which of several things that can be asked for at this door. */
  readonly what?: string;
}

/** Tables whose rows of the business the owner's request must change; none: a mere look, which changes nothing. */
interface Changing {
  readonly changes?: readonly string[];
  /** What the permission table asks for: roles without it are refused, and change nothing. Default: any role may. */
  readonly action?: Action;
}

/** Names a record by its id: whoever is not of its business gets what anybody gets who made the id up. */
export interface RecordEntry extends Base, Changing {
  readonly kind: 'record';
  /** A record of this business that the request can be about; called several times. */
  make(house: House, of: Estate): Promise<Ids>;
  ask(ids: Ids): Ask;
  /** What somebody else is answered; default 404. With 200 (a list filtered by an id) the answer is that of a made-up id. */
  readonly hidden?: number;
}

/** Names no record: shows or changes what belongs to the business one works in. */
export interface OwnEntry extends Base, Changing {
  readonly kind: 'own';
  /** Brings about what the request needs; what it returns goes to `ask`. */
  make?(house: House, of: Estate): Promise<Ids>;
  ask(ids: Ids): Ask;
}

/** Anybody may ask, and learns nothing of any business. */
export interface OpenEntry extends Base {
  readonly kind: 'open';
  readonly why: string;
  readonly ask: Ask;
}

/** For the system administrator alone; everybody else is refused. */
export interface SystemEntry extends Base {
  readonly kind: 'system';
  make?(house: House, of: Estate): Promise<Ids>;
  ask(ids: Ids): Ask;
}

/** Signed by Twilio for the whole installation: what it says of one business changes nothing of another. */
export interface SignedEntry extends Base {
  readonly kind: 'signed';
  readonly changes?: readonly string[];
  make(house: House, of: Estate): Promise<Ids>;
  ask(ids: Ids): Ask & { readonly form: Readonly<Record<string, string>> };
}

/** A stream of events; `test/isolation/streams.test.ts` holds it. */
export interface StreamEntry extends Base {
  readonly kind: 'stream';
}

/** Has nothing of a business to give: middleware, static files, a frame whose pages have entries. */
export interface PlumbingEntry extends Base {
  readonly kind: 'plumbing';
  readonly why: string;
}

export type Entry = RecordEntry | OwnEntry | OpenEntry | SystemEntry | SignedEntry | StreamEntry | PlumbingEntry;

/** The HTTP method of an entry's door. */
export const methodOf = ({ door }: Entry): string => door.split(' ', 1)[0] ?? '';

type Rest<E extends Entry> = Omit<E, 'kind' | 'door'>;

export const record = (door: string, rest: Rest<RecordEntry>): RecordEntry => ({ kind: 'record', door, ...rest });
export const own = (door: string, rest: Rest<OwnEntry>): OwnEntry => ({ kind: 'own', door, ...rest });
export const system = (door: string, rest: Rest<SystemEntry>): SystemEntry => ({ kind: 'system', door, ...rest });
export const signed = (door: string, rest: Rest<SignedEntry>): SignedEntry => ({ kind: 'signed', door, ...rest });
export const stream = (door: string): StreamEntry => ({ kind: 'stream', door });
export const plumbing = (door: string, why: string): PlumbingEntry => ({ kind: 'plumbing', door, why });
/** `ask` may be left out where the door's path can be asked for as it stands. */
export const open = (door: string, why: string, ask: Ask = { path: door.replace(/^\w+ /u, '') }): OpenEntry => ({
  kind: 'open',
  door,
  why,
  ask,
});
