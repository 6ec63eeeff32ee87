import type { HeadersFunction } from '@remix-run/node';

/** The `headers` of a route whose action may refuse for a while: the page that says so carries Retry-After. */
export const retryHeaders: HeadersFunction = ({ actionHeaders }) => {
  const after = actionHeaders.get('Retry-After');
  return after === null ? {} : { 'Retry-After': after };
};
