import { useRouteLoaderData } from '@remix-run/react';
import type { loader } from './routes/shell.tsx';

/** The time zone of the business whose pages are shown. */
export function useTimeZone(): string {
  return useRouteLoaderData<typeof loader>('shell')?.timeZone ?? 'Asia/Jerusalem';
}
