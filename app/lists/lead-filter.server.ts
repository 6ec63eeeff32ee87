import { z } from 'zod';
import type { LeadFilter } from '../../domain/leads/index.ts';
import { dayBegins, dayEnds } from '../business-day.server.ts';

/** A filter as it stands in its controls; '' where nothing is chosen. Days are `2026-11-28`. */
export interface ShownLeadFilter {
  readonly q: string;
  readonly from: string;
  readonly to: string;
}

/** What an address may say; anything else is as if it said nothing. */
const query = z.object({
  q: z.string().trim().catch(''),
  from: z.iso.date().catch(''),
  to: z.iso.date().catch(''),
});

/**
 * The filter of a list of leads from an address: for the database, and as it stands in the controls. Days are whole days
 * of the time zone, both included; they are those on which a lead was first heard of.
 */
export function readLeadFilter(
  searchParams: URLSearchParams,
  timeZone: string,
): { readonly filter: LeadFilter; readonly shown: ShownLeadFilter } {
  const asked = query.parse(Object.fromEntries(['q', 'from', 'to'].map((key) => [key, searchParams.get(key)])));
  const shown = { ...asked, q: asked.q.slice(0, 100) };
  return {
    filter: {
      search: shown.q,
      createdSince: dayBegins(shown.from, timeZone) ?? undefined,
      createdUntil: dayEnds(shown.to, timeZone) ?? undefined,
    },
    shown,
  };
}
