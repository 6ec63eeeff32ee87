import { AppError } from '../../platform/errors.ts';
import { replyError } from '../api/reply.server.ts';

/** Every address under /api that is none. */
export const loader = () => replyError(new AppError('not_found'));
export const action = loader;
