import { getBusiness } from '../../domain/businesses/index.ts';
import { AppError } from '../../platform/errors.ts';
import { readBusiness } from '../api/catalog/business.ts';
import { endpoint, handle } from '../api/endpoint.server.ts';
import { businessJson } from '../api/json.server.ts';

const api = endpoint(
  handle(readBusiness, async ({ context, access }) => {
    const business = await getBusiness(context.db, access.businessId);
    if (business === null) throw new AppError('business_not_found', { permanent: true });
    return { ...businessJson(business), role: access.role };
  }),
);

export const loader = api.loader;
export const action = api.action;
