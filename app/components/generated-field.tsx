import type { Field } from '../../voice/plugin.ts';
import { ChecklistField, SelectField, SwitchField } from './choice-fields.tsx';
import { NumberField, TextArea, TextField } from './text-fields.tsx';

/** What stands in a control: typed text, picked values, or on and off. */
export type FieldValue = string | boolean | readonly string[];

interface GeneratedFieldProps {
  readonly name: string;
  readonly field: Field;
  readonly value: FieldValue;
  readonly error?: string | undefined;
}

const asText = (value: FieldValue) => (typeof value === 'string' ? value : '');
const asList = (value: FieldValue) => (Array.isArray(value) ? (value as readonly string[]) : []);

/** The control of one setting, made from its field. */
export function GeneratedField({ name, field, value, error }: GeneratedFieldProps) {
  const common = { name, label: field.label, help: field.help, error };
  switch (field.control) {
    case 'switch':
      return <SwitchField {...common} checked={value === true} />;
    case 'text':
      return (
        <TextField
          {...common}
          value={asText(value)}
          dir={field.dir ?? 'auto'}
          placeholder={field.placeholder}
          inputMode={field.inputMode}
        />
      );
    case 'textarea':
      return <TextArea {...common} value={asText(value)} rows={field.rows} placeholder={field.placeholder} />;
    case 'number':
      return <NumberField {...common} value={asText(value)} min={field.min} max={field.max} unit={field.unit} />;
    case 'select':
      return <SelectField {...common} value={asText(value)} options={field.options} />;
    case 'checklist':
      return <ChecklistField {...common} values={asList(value)} options={field.options} />;
  }
}
