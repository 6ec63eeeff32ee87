import type { CallStatus, Direction } from './types.ts';

/** The facts of a call that stand in each of its requests. */
export interface CallFacts {
  readonly sid: string;
  readonly accountSid: string;
  readonly from: string;
  readonly to: string;
  readonly direction: Direction;
  readonly status: CallStatus;
}

const COUNTRIES: readonly (readonly [prefix: string, country: string])[] = [
  ['+972', 'IL'],
  ['+44', 'GB'],
  ['+1', 'US'],
];

/** The form fields of every voice request. Unknown places are sent as empty fields, which are signed too. */
export function callForm(call: CallFacts): Record<string, string> {
  const place = (name: string, number: string): Record<string, string> => ({
    [name]: number,
    [`${name}City`]: '',
    [`${name}State`]: '',
    [`${name}Zip`]: '',
    [`${name}Country`]: COUNTRIES.find(([prefix]) => number.startsWith(prefix))?.[1] ?? '',
  });
  return {
    AccountSid: call.accountSid,
    ApiVersion: '2010-04-01',
    CallSid: call.sid,
    CallStatus: call.status,
    Direction: call.direction,
    ...place('From', call.from),
    ...place('Caller', call.from),
    ...place('To', call.to),
    ...place('Called', call.to),
  };
}

/** What a status callback adds. `durationMs`: from answer to end, for a finished call. */
export function statusForm(sequence: number, durationMs: number | null): Record<string, string> {
  const seconds = durationMs === null ? 0 : Math.ceil(durationMs / 1000);
  return {
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(sequence),
    Timestamp: new Date().toUTCString().replace('GMT', '+0000'),
    ...(durationMs === null ? {} : { CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) }),
  };
}
