import type { TelephoneCall } from './call.ts';

/** Twilio's form of a date: RFC 2822 with a numeric zone. */
function date(value: Date | null): string | null {
  return value === null ? null : value.toUTCString().replace('GMT', '+0000');
}

/** The Call resource of the REST API. */
export function callResource(call: TelephoneCall): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${call.accountSid}/Calls/${call.sid}`;
  const dateAt = (at: number | null): Date | null => {
    return at === null ? null : new Date(call.createdDate.getTime() + at - call.createdAt);
  };
  const seconds =
    call.answeredAt === null || call.endedAt === null ? null : Math.ceil((call.endedAt - call.answeredAt) / 1000);
  const subresources = ['notifications', 'recordings', 'payments', 'events', 'siprec', 'streams', 'transcriptions'];
  return {
    sid: call.sid,
    account_sid: call.accountSid,
    api_version: '2010-04-01',
    answered_by: call.answeredBy,
    caller_name: null,
    date_created: date(call.createdDate),
    date_updated: date(dateAt(call.endedAt) ?? dateAt(call.answeredAt) ?? call.createdDate),
    direction: call.direction,
    duration: seconds === null ? null : String(seconds),
    start_time: date(dateAt(call.answeredAt)),
    end_time: date(dateAt(call.endedAt)),
    forwarded_from: null,
    from: call.from,
    from_formatted: call.from,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    // The resource knows no "initiated": such a call is still queued.
    status: call.status === 'initiated' ? 'queued' : call.status,
    subresource_uris: Object.fromEntries(
      subresources.map((name) => [name, `${uri}/${name.charAt(0).toUpperCase()}${name.slice(1)}.json`]),
    ),
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${uri}.json`,
  };
}
