import type { DifferencePart } from '../settings/word-difference.server.ts';

/** A text with what was added and removed, told by underline, strike-through and words, not by colour alone. */
export function PromptDifference({ parts }: { parts: readonly DifferencePart[] }) {
  if (parts.length === 0) return <p className="text-muted">הטקסט ריק.</p>;
  return (
    <div dir="rtl" className="leading-relaxed wrap-anywhere whitespace-pre-wrap">
      {parts.map(({ kind, text }, index) => {
        switch (kind) {
          case 'same':
            return <span key={index}>{text}</span>;
          case 'added':
            return (
              <ins key={index} className="rounded-sm bg-ok-soft text-ok decoration-2 underline-offset-4">
                <span className="sr-only">[נוסף: </span>
                {text}
                <span className="sr-only">]</span>
              </ins>
            );
          case 'removed':
            return (
              <del key={index} className="rounded-sm bg-danger-soft text-danger decoration-2">
                <span className="sr-only">[הוסר: </span>
                {text}
                <span className="sr-only">]</span>
              </del>
            );
        }
      })}
    </div>
  );
}
