import { z } from 'zod';
import { listCalls } from '../../domain/calls/index.ts';
import { AppError } from '../../platform/errors.ts';
import { endpoint } from '../api/endpoint.server.ts';
import { callSummaryJson } from '../api/json.server.ts';

const Query = z.object({
  cursor: z.string().min(1).max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

const api = endpoint({
  GET: async ({ request, context, access }) => {
    const { searchParams } = new URL(request.url);
    const query = Query.safeParse(Object.fromEntries(searchParams));
    if (!query.success) throw new AppError('query_invalid', { permanent: true });
    const { cursor, limit } = query.data;
    const page = await listCalls(context.db, access.businessId, { limit, ...(cursor === undefined ? {} : { cursor }) });
    return { calls: page.calls.map(callSummaryJson), next_cursor: page.nextCursor };
  },
});

export const loader = api.loader;
export const action = api.action;
