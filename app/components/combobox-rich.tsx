import { Button } from 'react-aria-components/Button';
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components/ComboBox';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { BOX_CLASS, HelpAndError, describe } from './field-frame.tsx';
import { ChevronDownIcon } from './icons.tsx';
import { POPOVER_CLASS, ROW_CLASS } from './popover-class.ts';
import type { ComboboxProps } from './rich-props.ts';

/** A box to type in, with the options that contain what was typed. */
export default function RichCombobox(props: ComboboxProps) {
  const { id, 'aria-describedby': describedBy, 'aria-invalid': invalid } = describe(props);
  return (
    <I18nProvider locale="he-IL">
      <ComboBox
        id={id}
        name={props.name}
        defaultSelectedKey={props.value === '' ? null : props.value}
        defaultItems={props.options}
        isReadOnly={props.readOnly ?? false}
        menuTrigger="focus"
        formValue="key"
      >
        <Label className="mb-1.5 block font-medium">{props.label}</Label>
        <div className="relative max-w-sm">
          <Input
            dir="auto"
            aria-describedby={describedBy}
            aria-invalid={invalid}
            placeholder={props.placeholder ?? ' '}
            className={`${BOX_CLASS} pe-12 text-start`}
          />
          <Button
            aria-label={`האפשרויות של ${props.label}`}
            className="absolute inset-y-0 end-0 grid w-11 cursor-pointer place-items-center rounded-control text-muted"
          >
            <ChevronDownIcon />
          </Button>
        </div>
        <HelpAndError {...props} />
        <Popover className={`${POPOVER_CLASS} w-(--trigger-width)`}>
          <ListBox
            className="max-h-72 overflow-y-auto p-1.5 outline-none"
            renderEmptyState={() => <p className="px-3 py-2 text-muted">אין אפשרות כזאת</p>}
          >
            {(option: ComboboxProps['options'][number]) => (
              <ListBoxItem id={option.value} textValue={option.label} className={ROW_CLASS}>
                {option.label}
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
    </I18nProvider>
  );
}
