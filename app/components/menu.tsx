import { Form, Link, useLocation } from '@remix-run/react';
import { useState, type ComponentType, type ReactNode } from 'react';
import { buttonClass } from './button.tsx';
import { MoreIcon } from './icons.tsx';
import { POPOVER_CLASS, ROW_CLASS } from './popover-class.ts';
import type { MenuItem, RichMenuProps } from './rich-props.ts';
import { useHydrated } from './use-hydrated.ts';

interface MenuProps {
  /** Names the menu: "פעולות על המשתמש". */
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** What stands on the button; three dots by default. */
  readonly trigger?: ReactNode;
}

let Loaded: ComponentType<RichMenuProps> | null = null;
const load = async () => (Loaded ??= (await import('./menu-rich.tsx')).default);

const BUTTON_CLASS = buttonClass('quiet', 'list-none px-3 text-ink');

/** A button with a list of links and actions. Without JavaScript it is a list that opens below its button. */
export function Menu({ label, items, trigger = <MoreIcon /> }: MenuProps) {
  const { key } = useLocation();
  const hydrated = useHydrated();
  const [Rich, setRich] = useState<ComponentType<RichMenuProps> | null>(null);
  const fetchRich = () => {
    if (Rich === null)
      load().then(
        (Component) => setRich(() => Component),
        () => {},
      );
  };
  if (Rich !== null) return <Rich label={label} items={items} trigger={trigger} buttonClass={BUTTON_CLASS} />;
  return (
    <details
      key={key}
      className="relative inline-block"
      {...(hydrated ? { onPointerEnter: fetchRich, onTouchStart: fetchRich } : {})}
    >
      <summary aria-label={label} className={BUTTON_CLASS}>
        {trigger}
      </summary>
      <ul className={`${POPOVER_CLASS} absolute end-0 top-full z-40 mt-1 min-w-48 p-1.5`}>
        {items.map((item) => (
          <li key={item.text}>
            <PlainItem item={item} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function PlainItem({ item: { text, icon: Icon, to, post, tone } }: { item: MenuItem }) {
  const className = `${ROW_CLASS} w-full ${tone === 'danger' ? 'text-danger' : ''}`;
  const content = (
    <>
      {Icon === undefined ? null : <Icon />}
      {text}
    </>
  );
  if (to !== undefined) {
    return (
      <Link to={to} className={className}>
        {content}
      </Link>
    );
  }
  return (
    <Form method="post" {...(post?.action === undefined ? {} : { action: post.action })}>
      {Object.entries(post?.fields ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" className={className}>
        {content}
      </button>
    </Form>
  );
}
