import { useNavigate, useSubmit } from '@remix-run/react';
import { Button } from 'react-aria-components/Button';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components/Menu';
import { POPOVER_CLASS, ROW_CLASS } from './popover-class.ts';
import type { MenuItem as Item, RichMenuProps } from './rich-props.ts';

/** The menu with arrow keys, type-ahead and a place where there is room for it. */
export default function RichMenu({ label, items, trigger, buttonClass }: RichMenuProps) {
  const navigate = useNavigate();
  const submit = useSubmit();
  const act = ({ to, post }: Item) => {
    if (to !== undefined) navigate(to);
    else if (post !== undefined) {
      submit(post.fields, { method: 'post', ...(post.action === undefined ? {} : { action: post.action }) });
    }
  };
  return (
    <I18nProvider locale="he-IL">
      <MenuTrigger>
        <Button aria-label={label} className={buttonClass}>
          {trigger}
        </Button>
        <Popover placement="bottom end" className={POPOVER_CLASS}>
          <Menu className="min-w-48 p-1.5 outline-none">
            {items.map((item) => (
              <MenuItem
                key={item.text}
                textValue={item.text}
                onAction={() => act(item)}
                className={`${ROW_CLASS} ${item.tone === 'danger' ? 'text-danger' : ''}`}
              >
                {item.icon === undefined ? null : <item.icon />}
                {item.text}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </I18nProvider>
  );
}
