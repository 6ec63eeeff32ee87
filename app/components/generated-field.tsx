import type { Field } from '../../voice/plugin.ts';
import { ChecklistField, SelectField, SwitchField } from './choice-fields.tsx';
import { HearButton } from './hear-button.tsx';
import {
  HolidayRulesField,
  SpecialDaysField,
  TimeRangeField,
  WeekHoursField,
  type HolidayChoice,
  type HoursValue,
} from './hours-fields.tsx';
import { LeadFieldsField, type LeadFieldRow } from './lead-fields-field.tsx';
import { NumberField, TextArea, TextField } from './text-fields.tsx';

/** What stands in a control: typed text, picked values, on and off, hours, or details of callers. */
export type FieldValue = string | boolean | readonly string[] | HoursValue | readonly LeadFieldRow[];

interface GeneratedFieldProps {
  readonly name: string;
  readonly field: Field;
  readonly value: FieldValue;
  readonly error?: string | undefined;
  /** For a control about holidays: those ahead. */
  readonly holidays?: readonly HolidayChoice[] | undefined;
}

const asText = (value: FieldValue) => (typeof value === 'string' ? value : '');
/** Sound: a control's value was made for that control. */
const asHours = <Value extends HoursValue>(value: FieldValue) => value as Value;
/** As above. */
const asRows = (value: FieldValue) => (Array.isArray(value) ? (value as readonly LeadFieldRow[]) : []);
const asList = (value: FieldValue) => (Array.isArray(value) ? (value as readonly string[]) : []);

/** The control of one setting, made from its field. */
export function GeneratedField({ name, field, value, error, holidays = [] }: GeneratedFieldProps) {
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
      return (
        <div>
          <TextArea {...common} value={asText(value)} rows={field.rows} placeholder={field.placeholder} />
          {field.spoken === true ? <HearButton name={name} text={`השמעה: ${field.label}`} /> : null}
        </div>
      );
    case 'number':
      return <NumberField {...common} value={asText(value)} min={field.min} max={field.max} unit={field.unit} />;
    case 'select':
      return (
        <div>
          <SelectField {...common} value={asText(value)} options={field.options} />
          {field.voices === true ? <HearButton name={name} text="השמעת דוגמה" /> : null}
        </div>
      );
    case 'checklist':
      return <ChecklistField {...common} values={asList(value)} options={field.options} />;
    case 'lead_fields':
      return (
        <LeadFieldsField {...common} value={asRows(value)} most={field.most} kinds={field.kinds} asks={field.asks} />
      );
    case 'week_hours':
      return <WeekHoursField {...common} value={asHours(value)} />;
    case 'time_range':
      return <TimeRangeField {...common} value={asHours(value)} />;
    case 'holiday_rules':
      return <HolidayRulesField {...common} value={asHours(value)} holidays={holidays} />;
    case 'special_days':
      return <SpecialDaysField {...common} value={asHours(value)} />;
  }
}
