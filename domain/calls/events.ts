import type { EventData } from '../deliveries/events.ts';
import type { Direction } from './types.ts';

/** What every event of a call tells of it. */
export function startedData(call: {
  readonly businessId: string;
  readonly callId: string;
  readonly callSid: string;
  readonly direction: Direction;
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly startedAt: Date;
}): EventData<'call.started'> {
  return {
    business_id: call.businessId,
    call_id: call.callId,
    call_sid: call.callSid,
    direction: call.direction,
    from_number: call.fromNumber,
    to_number: call.toNumber,
    started_at: call.startedAt.toISOString(),
  };
}
