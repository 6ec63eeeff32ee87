import { Link } from '@remix-run/react';
import { useEffect, useState, type ComponentType } from 'react';
import { ChevronDownIcon } from './icons.tsx';
import type { TrendChartProps } from './rich-props.ts';

/**
 * Bars that read from right to left. The figures are a table as well: in their place until the drawing's code has come,
 * or where it does not come, and below them for who does not see or cannot press them. The height stays the same.
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
    <div>
      <div className="h-64">
        {Bars === null ? (
          <div className="h-full overflow-y-auto" tabIndex={0} role="group" aria-label={props.caption}>
            <Figures {...props} />
          </div>
        ) : (
          <div aria-hidden="true" className="size-full">
            <Bars {...props} />
          </div>
        )}
      </div>
      <details className={`group mt-3 ${Bars === null ? 'invisible' : ''}`}>
        <summary className="inline-flex min-h-8 cursor-pointer list-none items-center gap-1 rounded-sm text-sm font-medium text-accent-text">
          <span>
            הנתונים בטבלה<span className="sr-only">: {props.caption}</span>
          </span>
          <ChevronDownIcon className="size-4 transition-transform group-open:rotate-180" />
        </summary>
        {Bars === null ? null : <Figures {...props} />}
      </details>
    </div>
  );
}

/** What is drawn, in words and figures. */
function Figures(props: TrendChartProps) {
  return (
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
        {props.points.map(({ name, value, to }) => (
          <tr key={name}>
            <td className="py-1.5">
              {to === undefined ? (
                name
              ) : (
                <Link to={to} className="inline-flex min-h-6 items-center underline-offset-4 hover:underline">
                  {name}
                </Link>
              )}
            </td>
            <td className="py-1.5 text-end tabular-nums">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
