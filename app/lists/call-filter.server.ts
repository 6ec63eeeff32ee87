import { z } from 'zod';
import type { CallFilter } from '../../domain/calls/index.ts';
import { dayBegins, dayEnds } from '../business-day.server.ts';
import { CALL_OUTCOMES, type ShownCallFilter } from './call-outcomes.ts';

/** What an address may say; anything else is as if it said nothing. */
const query = z.object({
  q: z.string().trim().max(100).catch(''),
  direction: z.enum(['', 'inbound', 'outbound']).catch(''),
  outcome: z
    .string()
    .refine((value) => value === '' || Object.hasOwn(CALL_OUTCOMES, value))
    .catch(''),
  delivery: z.enum(['', 'delivered', 'pending', 'failed']).catch(''),
  from: z.string(),
  to: z.string(),
});

/**
 * The filter of a list of calls from an address: for the database, and as it stands in the controls. Days are whole
 * days of the time zone, both included.
 */
export function readCallFilter(
  searchParams: URLSearchParams,
  timeZone: string,
): { readonly filter: CallFilter; readonly shown: ShownCallFilter } {
  const { q, direction, outcome, delivery, from, to } = query.parse(
    Object.fromEntries(
      ['q', 'direction', 'outcome', 'delivery', 'from', 'to'].map((key) => [key, searchParams.get(key) ?? '']),
    ),
  );
  const [since, until] = [dayBegins(from, timeZone) ?? undefined, dayEnds(to, timeZone) ?? undefined];
  return {
    filter: {
      search: q,
      direction: direction === '' ? undefined : direction,
      outcomes: CALL_OUTCOMES[outcome]?.reasons,
      delivery: delivery === '' ? undefined : delivery,
      since,
      until,
    },
    shown: {
      q,
      direction,
      outcome,
      delivery,
      from: since === undefined ? '' : from,
      to: until === undefined ? '' : to,
    },
  };
}
