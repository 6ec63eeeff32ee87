import { Section } from './section.tsx';

const COLOURS = [
  ['bg-canvas', 'canvas'],
  ['bg-surface', 'surface'],
  ['bg-sunken', 'sunken'],
  ['bg-line', 'line'],
  ['bg-edge', 'edge'],
  ['bg-ink', 'ink'],
  ['bg-muted', 'muted'],
  ['bg-accent', 'accent'],
  ['bg-accent-soft', 'accent-soft'],
  ['bg-ok', 'ok'],
  ['bg-ok-soft', 'ok-soft'],
  ['bg-warn', 'warn'],
  ['bg-warn-soft', 'warn-soft'],
  ['bg-danger', 'danger'],
  ['bg-danger-soft', 'danger-soft'],
  ['bg-rail', 'rail'],
] as const;

/** What colours, type, corners and shadows there are. */
export function Tokens() {
  return (
    <>
      <Section title="צבעים">
        <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {COLOURS.map(([className, name]) => (
            <li key={name} className="flex items-center gap-3">
              <span className={`size-10 shrink-0 rounded-control border border-edge ${className}`} />
              <bdi dir="ltr" className="text-sm">
                {name}
              </bdi>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="כתב">
        <p className="text-3xl font-bold tracking-tight">כותרת הדף, 1,234 שיחות</p>
        <p className="text-xl font-bold">כותרת של חלון</p>
        <p className="text-lg font-bold">כותרת של כרטיס</p>
        <p>טקסט רגיל, כמו שקוראים אותו ברוב הדפים.</p>
        <p className="text-sm text-muted">הסבר קטן מתחת לשדה.</p>
        <p className="tabular-nums">
          0123456789
          <br />
          1111111111
        </p>
      </Section>
      <Section title="פינות וצללים">
        <div className="grid gap-4 sm:grid-cols-3">
          <div className="rounded-control border border-line bg-surface p-4">פקד</div>
          <div className="rounded-card border border-line bg-surface p-4 shadow-card">כרטיס</div>
          <div className="rounded-card border border-line bg-surface p-4 shadow-float">מעל הדף</div>
        </div>
      </Section>
    </>
  );
}
