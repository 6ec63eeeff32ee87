import { createContext, useContext } from 'react';

/** The request's nonce while rendering on the server; undefined in the browser, which hides it. */
export const NonceContext = createContext<string | undefined>(undefined);

/** The request's name in the log while rendering on the server; undefined in the browser. */
export const ReferenceContext = createContext<string | undefined>(undefined);

/** Props to spread on a component that renders an inline script. */
export function useNonce(): { nonce?: string } {
  const nonce = useContext(NonceContext);
  return nonce === undefined ? {} : { nonce };
}
