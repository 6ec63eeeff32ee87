import { useLocation } from '@remix-run/react';
import { useEffect, useRef, useState } from 'react';

/**
 * After a navigation the focus goes to the heading of the new page and its title is read out, as a browser does by
 * itself when it loads a document. Not after the first page, nor where the page puts the focus somewhere itself. On the
 * same page under another search the heading takes only a focus that was lost with what had it.
 */
export function PageFocus() {
  const { pathname, search, hash } = useLocation();
  const [title, setTitle] = useState('');
  const shown = useRef({ pathname, search });
  useEffect(() => {
    const before = shown.current;
    if (before.pathname === pathname && before.search === search) return;
    shown.current = { pathname, search };
    if (before.pathname !== pathname) setTitle(document.title);
    else if (document.activeElement !== document.body) return;
    if (hash !== '' || document.activeElement?.matches('input, select, textarea, [role=alert]')) return;
    const heading = document.querySelector<HTMLElement>('main h1');
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }, [pathname, search, hash]);
  return (
    <p role="status" className="sr-only">
      {title}
    </p>
  );
}
