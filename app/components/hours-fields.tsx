import { Select } from './choice-fields.tsx';
import { BOX_CLASS, FieldGroup, type ControlProps } from './field-frame.tsx';

/** Hours of one opening, `HH:MM`. */
interface Range {
  readonly from: string;
  readonly to: string;
}

/** Days unlike others; `YYYY-MM-DD`, both included. */
interface Special {
  readonly from: string;
  readonly until: string;
  readonly name: string;
  readonly hours: readonly Range[];
}

/** What stands in a control of opening hours: a week, one stretch, rules by holiday, or special days. */
export type HoursValue =
  Readonly<Record<string, readonly Range[]>> | Range | Readonly<Record<string, string>> | readonly Special[];

/** A holiday to choose a rule for. */
export interface HolidayChoice {
  readonly id: string;
  readonly name: string;
  /** When it comes next, as the reader writes dates. */
  readonly date: string;
  /** The rule where nothing was chosen. */
  readonly usual: string;
}

const DAYS = [
  ['sunday', 'ראשון'],
  ['monday', 'שני'],
  ['tuesday', 'שלישי'],
  ['wednesday', 'רביעי'],
  ['thursday', 'חמישי'],
  ['friday', 'שישי'],
  ['saturday', 'שבת'],
] as const;

/** Openings of one day that the form has room for. */
const MOST_RANGES = 4;
/** Empty rows below the special days. */
const SPARE_ROWS = 3;

const RULES = [
  { value: 'closed', label: 'סגור' },
  { value: 'short', label: 'שעות מקוצרות' },
  { value: 'usual', label: 'כרגיל' },
] as const;

function TimeInput(props: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly invalid: boolean;
}) {
  return (
    <input
      type="time"
      dir="ltr"
      name={props.name}
      aria-label={props.label}
      aria-invalid={props.invalid || undefined}
      defaultValue={props.value}
      className={`${BOX_CLASS} w-auto! min-w-0 flex-1 px-2! text-center tabular-nums sm:w-32! sm:flex-none`}
    />
  );
}

function RangeInputs(props: {
  readonly names: readonly [string, string];
  readonly label: string;
  readonly range: Range | undefined;
  readonly invalid: boolean;
}) {
  const { names, label, range, invalid } = props;
  return (
    <span className="flex w-full max-w-72 items-center gap-2">
      <TimeInput name={names[0]} label={`${label}, משעה`} value={range?.from ?? ''} invalid={invalid} />
      <span aria-hidden="true">–</span>
      <TimeInput name={names[1]} label={`${label}, עד שעה`} value={range?.to ?? ''} invalid={invalid} />
    </span>
  );
}

/** The hours of each day of the week, several openings a day. */
export function WeekHoursField(props: ControlProps & { readonly value: Readonly<Record<string, readonly Range[]>> }) {
  return (
    <FieldGroup {...props}>
      <ul className="divide-y divide-line">
        {DAYS.map(([day, name]) => {
          const ranges = props.value[day] ?? [];
          const inputs = (index: number) => (
            <RangeInputs
              names={[`${props.name}.${day}.from`, `${props.name}.${day}.to`]}
              label={`${day === 'saturday' ? name : `יום ${name}`}${index === 0 ? '' : `, טווח ${index + 1}`}`}
              range={ranges[index]}
              invalid={props.error !== undefined}
            />
          );
          return (
            <li key={day} className="flex flex-wrap items-start gap-x-4 gap-y-2 py-2.5">
              <span className="w-full font-medium sm:w-16 sm:pt-2.5">
                {name}
                {ranges.length === 0 ? <span className="font-normal text-muted sm:hidden"> · סגור</span> : null}
              </span>
              <div className="flex min-w-0 flex-col items-start gap-2 max-sm:flex-1">
                {Array.from({ length: Math.max(1, ranges.length) }, (_, index) => (
                  <div key={index} className="w-full">
                    {inputs(index)}
                  </div>
                ))}
                <MoreRanges from={Math.max(1, ranges.length)} inputs={inputs} day={name} />
              </div>
              {ranges.length === 0 ? <span className="pt-2.5 text-muted max-sm:hidden">סגור</span> : null}
            </li>
          );
        })}
      </ul>
    </FieldGroup>
  );
}

/** Room for one opening more, and in it for the next. */
function MoreRanges(props: {
  readonly from: number;
  readonly day: string;
  readonly inputs: (index: number) => React.ReactNode;
}) {
  if (props.from >= MOST_RANGES) return null;
  return (
    <details>
      <summary className="inline-flex min-h-6 cursor-pointer items-center rounded-control text-sm font-medium text-accent-text">
        + טווח נוסף<span className="sr-only"> ביום {props.day}</span>
      </summary>
      <div className="mt-2 flex flex-col items-start gap-2">
        {props.inputs(props.from)}
        <MoreRanges {...props} from={props.from + 1} />
      </div>
    </details>
  );
}

/** One stretch of a day. */
export function TimeRangeField(props: ControlProps & { readonly value: Range }) {
  return (
    <FieldGroup {...props}>
      <RangeInputs
        names={[`${props.name}.from`, `${props.name}.to`]}
        label={props.label}
        range={props.value}
        invalid={props.error !== undefined}
      />
    </FieldGroup>
  );
}

/** What the business does on each holiday, the next first. */
export function HolidayRulesField(
  props: ControlProps & {
    readonly value: Readonly<Record<string, string>>;
    readonly holidays: readonly HolidayChoice[];
  },
) {
  return (
    <FieldGroup {...props}>
      <ul className="grid gap-x-6 sm:grid-cols-2">
        {props.holidays.map(({ id, name, date, usual }) => (
          <li key={id} className="flex items-center justify-between gap-3 border-b border-line py-2">
            <label htmlFor={`${props.name}.${id}`} className="min-w-0">
              <span className="block font-medium">{name}</span>
              <span className="block text-sm text-muted">{date}</span>
            </label>
            <Select
              id={`${props.name}.${id}`}
              name={`${props.name}.${id}`}
              value={props.value[id] ?? usual}
              options={RULES}
              className="w-42 shrink-0"
            />
          </li>
        ))}
      </ul>
    </FieldGroup>
  );
}

/** Days of the business's own that are unlike others. */
export function SpecialDaysField(props: ControlProps & { readonly value: readonly Special[] }) {
  const rows = [...props.value, ...Array.from({ length: SPARE_ROWS }, () => undefined)];
  const shown = rows.slice(0, props.value.length + 1);
  const spare = rows.slice(shown.length);
  const row = (special: Special | undefined, index: number) => (
    <SpecialRow
      key={index}
      name={props.name}
      number={index + 1}
      special={special}
      invalid={props.error !== undefined}
    />
  );
  return (
    <FieldGroup {...props}>
      <ul className="space-y-3">{shown.map(row)}</ul>
      <details className="mt-3">
        <summary className="inline-flex min-h-6 cursor-pointer items-center rounded-control text-sm font-medium text-accent-text">
          + ימים נוספים
        </summary>
        <ul className="mt-3 space-y-3">{spare.map((special, index) => row(special, shown.length + index))}</ul>
      </details>
    </FieldGroup>
  );
}

function SpecialRow(props: {
  readonly name: string;
  readonly number: number;
  readonly special: Special | undefined;
  readonly invalid: boolean;
}) {
  const { name, number, special, invalid } = props;
  const which = `יום מיוחד ${number}`;
  const day = (part: 'from' | 'until', label: string) => (
    <label className="min-w-0">
      <span className="mb-1 block text-sm text-muted">{label}</span>
      <input
        type="date"
        dir="ltr"
        name={`${name}.${part}`}
        aria-label={`${which}, ${label}`}
        aria-invalid={invalid || undefined}
        defaultValue={special?.[part] ?? ''}
        className={`${BOX_CLASS} w-40! px-2! tabular-nums`}
      />
    </label>
  );
  return (
    <li className="flex flex-wrap items-end gap-3 rounded-control border border-line p-3">
      {day('from', 'מתאריך')}
      {day('until', 'עד תאריך')}
      <label className="min-w-40 flex-1">
        <span className="mb-1 block text-sm text-muted">לרגל מה</span>
        <input
          name={`${name}.name`}
          aria-label={`${which}, לרגל מה`}
          dir="auto"
          autoComplete="off"
          placeholder="חופשת צוות"
          defaultValue={special?.name ?? ''}
          className={`${BOX_CLASS} text-start`}
        />
      </label>
      <div className="min-w-0 max-sm:w-full">
        <span className="mb-1 block text-sm text-muted">שעות (ריק: סגור)</span>
        <RangeInputs
          names={[`${name}.opens`, `${name}.closes`]}
          label={which}
          range={special?.hours[0]}
          invalid={invalid}
        />
      </div>
    </li>
  );
}
