import { SelectField } from './choice-fields.tsx';
import { enhanced } from './enhanced.tsx';
import type { ComboboxProps } from './rich-props.ts';

/**
 * One of many, found by typing: sends the option's value under `name`. For more than about twelve options; a native
 * select until its code has come.
 */
export const Combobox = enhanced<ComboboxProps>(
  (props) => (
    <SelectField
      {...props}
      options={props.value === '' ? [{ value: '', label: props.placeholder ?? '—' }, ...props.options] : props.options}
    />
  ),
  () => import('./combobox-rich.tsx'),
);
