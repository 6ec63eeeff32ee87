/** The mark: a voice on the line. */
export function Mark({ className = 'size-9' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false" className={`${className} shrink-0 text-rail-mark`}>
      <rect width="32" height="32" rx="10" className="fill-rail-raised" />
      <g fill="none" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round">
        <path d="M8.5 13.5v5M13.5 9v14M18.5 12v8M23.5 14.5v3" />
      </g>
    </svg>
  );
}

/** The product's name beside its mark, for use on the rail's dark ground. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-3">
      <Mark />
      <span dir="ltr" className="text-lg font-bold tracking-tight text-rail-ink">
        ProSaaS
      </span>
    </span>
  );
}
