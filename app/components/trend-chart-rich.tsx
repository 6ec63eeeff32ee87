import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useNavigate } from '@remix-run/react';
import type { TrendChartProps } from './rich-props.ts';

const TICK = { fill: 'var(--muted)', fontSize: 12 };

/**
 * The drawing of a trend: the axis runs from right to left, the scale stands on the right. A bar with a list leads there
 * by a pointer; the table of the same figures has the links for everybody else.
 */
export default function TrendBars({ points, unit }: TrendChartProps) {
  const navigate = useNavigate();
  const leads = points.some(({ to }) => to !== undefined);
  const follow = (to: string | undefined) => (to === undefined ? undefined : void navigate(to));
  const names = new Map(points.map(({ label, name }) => [label, name]));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart accessibilityLayer={false} data={[...points]} margin={{ top: 8, right: 0, bottom: 0, left: 8 }}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="label"
          reversed
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: 'var(--edge)' }}
          minTickGap={8}
        />
        <YAxis orientation="right" allowDecimals={false} tick={TICK} tickLine={false} axisLine={false} width={36} />
        <Tooltip
          cursor={{ fill: 'var(--sunken)' }}
          isAnimationActive={false}
          formatter={(value) => [String(value), unit]}
          labelFormatter={(label) => (typeof label === 'string' ? (names.get(label) ?? label) : '')}
          contentStyle={{
            background: 'var(--surface)',
            border: '1px solid var(--line)',
            borderRadius: '0.625rem',
            color: 'var(--ink)',
            direction: 'rtl',
          }}
          itemStyle={{ color: 'var(--ink)' }}
        />
        <Bar
          dataKey="value"
          name={unit}
          fill="var(--accent)"
          radius={[4, 4, 0, 0]}
          isAnimationActive={false}
          {...(leads ? { className: 'cursor-pointer', onClick: (_bar, index) => follow(points[index]?.to) } : {})}
        />
      </BarChart>
    </ResponsiveContainer>
  );
}
