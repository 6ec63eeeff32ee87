import { redirect } from '@remix-run/node';

/** The settings open on their first tab. */
export const loader = () => redirect('/settings/business');
