import { DateTime } from 'luxon';
import type { Database } from '../../platform/db/index.ts';

/** Calls and leads of one day. */
export interface DayFigures {
  /** `2026-11-28`, in the business's time zone. */
  readonly day: string;
  readonly calls: number;
  readonly leads: number;
}

/** What an owner looks at first. */
export interface Dashboard {
  /** Midnight that began today, in the business's time zone. */
  readonly today: Date;
  readonly callsToday: number;
  readonly liveNow: number;
  readonly leadsToday: number;
  /** Deliveries that were given up and not taken up again, of the last 30 days. */
  readonly failedDeliveries: number;
  /** The last 14 days, oldest first, today included; days without calls are there with zeros. */
  readonly days: readonly DayFigures[];
  /** Calls of the last 14 days by the hour in which they began: 24 figures, from midnight. */
  readonly hours: readonly number[];
}

const DAYS = 14;
const FAILED_MS = 30 * 24 * 3_600_000;

interface Row {
  live: number;
  failed: number;
  leads_today: number;
  calls: { day: string; hour: number; calls: number; leads: number }[];
}

/** The figures of a business's first page, in one query. `timeZone`: IANA; its days and hours are the ones meant. */
export async function readDashboard(
  db: Database,
  businessId: string,
  timeZone: string,
  now: Date = new Date(),
): Promise<Dashboard> {
  const today = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day');
  const first = today.minus({ days: DAYS - 1 });
  const failedSince = new Date(now.getTime() - FAILED_MS);
  const [row] = await db.withBusiness(
    businessId,
    (tx) => tx.$queryRaw<Row[]>`
      SELECT
        (SELECT count(*)::int FROM calls
         WHERE business_id = ${businessId}::uuid AND status = 'in_progress') AS live,
        (SELECT count(*)::int FROM deliveries
         WHERE business_id = ${businessId}::uuid AND status = 'failed'
           AND created_at >= ${failedSince}::timestamptz) AS failed,
        (SELECT count(*)::int FROM leads
         WHERE business_id = ${businessId}::uuid AND created_at >= ${today.toJSDate()}::timestamptz) AS leads_today,
        (SELECT coalesce(jsonb_agg(to_jsonb(g)), '[]') FROM (
           SELECT to_char(started_at AT TIME ZONE ${timeZone}, 'YYYY-MM-DD') AS day,
                  extract(hour FROM started_at AT TIME ZONE ${timeZone})::int AS hour,
                  count(*)::int AS calls, count(lead_id)::int AS leads
           FROM calls
           WHERE business_id = ${businessId}::uuid AND started_at >= ${first.toJSDate()}::timestamptz
           GROUP BY 1, 2) g) AS calls`,
  );
  const groups = row?.calls ?? [];
  const sum = (of: typeof groups, what: 'calls' | 'leads') => of.reduce((total, group) => total + group[what], 0);
  const days = Array.from({ length: DAYS }, (_, index) => {
    const day = first.plus({ days: index }).toISODate() ?? '';
    const own = groups.filter((group) => group.day === day);
    return { day, calls: sum(own, 'calls'), leads: sum(own, 'leads') };
  });
  return {
    today: today.toJSDate(),
    callsToday: days.at(-1)?.calls ?? 0,
    liveNow: row?.live ?? 0,
    leadsToday: row?.leads_today ?? 0,
    failedDeliveries: row?.failed ?? 0,
    days,
    hours: Array.from({ length: 24 }, (_, hour) =>
      sum(
        groups.filter((group) => group.hour === hour),
        'calls',
      ),
    ),
  };
}
