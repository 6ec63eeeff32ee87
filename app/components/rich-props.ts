import type { ComponentType, ReactNode } from 'react';
import type { Option } from './choice-fields.tsx';
import type { ControlProps } from './field-frame.tsx';

// What the native and the richer form of a component are both told.

export interface ComboboxProps extends ControlProps {
  /** The chosen option's value, or an empty string. */
  readonly value: string;
  readonly options: readonly Option[];
  /** Shown in the empty box. */
  readonly placeholder?: string;
}

export interface DateFieldProps extends ControlProps {
  /** `2026-11-28`, or an empty string. */
  readonly value: string;
  /** First and last day that may be chosen, as `2026-11-28`. */
  readonly min?: string;
  readonly max?: string;
}

export interface TimeFieldProps extends ControlProps {
  /** `09:30` in 24 hours, or an empty string. */
  readonly value: string;
}

/** A line of a menu: a link, or a form that is posted. */
export interface MenuItem {
  readonly text: string;
  readonly icon?: ComponentType<{ className?: string }>;
  /** Address of a link. */
  readonly to?: string;
  /** What is posted instead, to `action` or to the page itself. */
  readonly post?: { readonly action?: string; readonly fields: Readonly<Record<string, string>> };
  readonly tone?: 'danger';
}

export interface RichMenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly trigger: ReactNode;
  readonly buttonClass: string;
}

/** One bar. */
export interface TrendPoint {
  /** Stands under the bar. */
  readonly label: string;
  /** The same in full, for who hovers over it and for a screen reader. */
  readonly name: string;
  readonly value: number;
  /** The list of what was counted, where there is one: the bar and its row lead there. */
  readonly to?: string;
}

export interface TrendChartProps {
  /** What is counted, in the plural: "שיחות". */
  readonly unit: string;
  /** What the table behind the chart is called. */
  readonly caption: string;
  /** The name of the column of names: "יום". */
  readonly heading: string;
  /** In reading order: the first stands on the right. */
  readonly points: readonly TrendPoint[];
}
