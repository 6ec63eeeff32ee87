import { listCalls } from '../../domain/calls/index.ts';
import * as catalog from '../api/catalog/calls.ts';
import { endpoint, handle } from '../api/endpoint.server.ts';
import { callSummaryJson } from '../api/json.server.ts';

const api = endpoint(
  handle(catalog.listCalls, async ({ query, context, access }) => {
    const page = await listCalls(context.db, access.businessId, query);
    return { calls: page.calls.map(callSummaryJson), next_cursor: page.nextCursor };
  }),
);

export const loader = api.loader;
export const action = api.action;
