import { useEffect, useId, useState, type ReactNode } from 'react';

interface TooltipProps {
  /** The sentence. Nothing that one must know: a finger cannot hover. */
  readonly text: string;
  readonly children: ReactNode;
}

/**
 * A short explanation of a word or a figure, on hover and on focus; Escape puts it away (WCAG 1.4.13). It is read out
 * with what it explains. Drawn by the style sheet alone, so it also appears without JavaScript.
 */
export function Tooltip({ text, children }: TooltipProps) {
  const id = useId();
  const [away, setAway] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setAway(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <span
      className="group/tip relative inline-flex"
      onPointerEnter={() => setAway(false)}
      onFocus={() => setAway(false)}
    >
      <span
        tabIndex={0}
        aria-describedby={id}
        className="cursor-help rounded-sm underline decoration-dotted decoration-from-font underline-offset-4"
      >
        {children}
      </span>
      <span
        id={id}
        role="tooltip"
        className={`invisible absolute start-0 bottom-full z-40 mb-1.5 w-max max-w-64 rounded-control bg-ink px-3 py-1.5 text-sm text-canvas opacity-0 shadow-float transition-opacity ${away ? '' : 'group-focus-within/tip:visible group-focus-within/tip:opacity-100 group-hover/tip:visible group-hover/tip:opacity-100'}`}
      >
        {text}
      </span>
    </span>
  );
}
