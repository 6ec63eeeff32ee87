import { getCallBySid } from '../../domain/calls/index.ts';
import { AppError } from '../../platform/errors.ts';
import { hasLeave } from '../api/access.server.ts';
import { readCall } from '../api/catalog/calls.ts';
import { endpoint, handle } from '../api/endpoint.server.ts';
import { callJson } from '../api/json.server.ts';

const api = endpoint(
  handle(readCall, async ({ params, context, access }) => {
    const call = await getCallBySid(context.db, access.businessId, params['callSid'] ?? '');
    if (call === null) throw new AppError('call_not_found', { permanent: true });
    // Where it was sent, and what was answered there, is not for everybody who may read calls.
    return callJson(hasLeave(access, 'deliveries.read') ? call : { ...call, deliveries: [] });
  }),
);

export const loader = api.loader;
export const action = api.action;
