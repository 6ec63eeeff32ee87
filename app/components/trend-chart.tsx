import { useEffect, useState, type ComponentType } from 'react';
import type { TrendChartProps } from './rich-props.ts';

/**
 * Bars that read from right to left. The figures are a table in the page: for a screen reader always, for everybody
 * until the drawing's code has come, or where it does not come. The height stays the same.
 */
export function TrendChart(props: TrendChartProps) {
  const [Bars, setBars] = useState<ComponentType<TrendChartProps> | null>(null);
  useEffect(() => {
    let gone = false;
    import('./trend-chart-rich.tsx').then(
      (module) => {
        if (!gone) setBars(() => module.default);
      },
      // The table says the same.
      () => {},
    );
    return () => {
      gone = true;
    };
  }, []);
  return (
    <div className="h-64">
      {Bars === null ? null : (
        <div aria-hidden="true" className="size-full">
          <Bars {...props} />
        </div>
      )}
      <div
        className={Bars === null ? 'h-full overflow-y-auto' : 'sr-only'}
        tabIndex={Bars === null ? 0 : undefined}
        role={Bars === null ? 'group' : undefined}
        aria-label={Bars === null ? props.caption : undefined}
      >
        <table className="w-full text-start">
          <caption className="sr-only">{props.caption}</caption>
          <thead>
            <tr className="border-b border-line text-sm text-muted">
              <th scope="col" className="py-1.5 text-start font-medium">
                {props.heading}
              </th>
              <th scope="col" className="py-1.5 text-end font-medium">
                {props.unit}
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {props.points.map(({ name, value }) => (
              <tr key={name}>
                <td className="py-1.5">{name}</td>
                <td className="py-1.5 text-end tabular-nums">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
