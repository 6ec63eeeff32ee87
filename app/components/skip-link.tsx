/** The first thing the keyboard reaches: over the navigation to the content. Needs a `<main id="main">`. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="sr-only z-50 rounded-control bg-accent px-4 py-2 font-semibold text-on-accent focus:not-sr-only focus:fixed focus:start-4 focus:top-4"
    >
      דילוג לתוכן
    </a>
  );
}
