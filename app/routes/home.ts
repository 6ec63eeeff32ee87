import { redirect } from '@remix-run/node';

/** The front door leads to the calls. */
export const loader = () => redirect('/calls');
