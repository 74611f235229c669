/**
 * The merit order: offers rising, requests falling, energy cumulated to the right. Where the two
 * lines cross is what trades, and at which price. Every chart has a table with the same figures.
 */

import { useId, useState } from 'react';
import { cents, centsPerKilowattHour, kilowattHours } from '../figures.ts';
import { en } from '../words/en.ts';
import { axisMarks } from './axis-marks.ts';
import type { BookLine } from './book-line.ts';
import { BookTable } from './book-table.tsx';
import { Measured } from './measured.tsx';

interface Step {
  readonly fromWh: number;
  readonly toWh: number;
  readonly cents: number;
}

const LEFT = 34;
const RIGHT = 8;
const TOP = 18;
const BOTTOM = 34;

/** Display only: a double is exact enough for a pixel. */
export function centsOf(limit: string): number {
  return Number(limit) / 10_000;
}

export function stepsOf(lines: readonly BookLine[], side: 'buy' | 'sell'): readonly Step[] {
  const sorted = lines
    .filter((line) => line.side === side)
    .sort((a, b) => (side === 'sell' ? 1 : -1) * (centsOf(a.limit) - centsOf(b.limit)));
  const steps: Step[] = [];
  let atWh = 0;
  for (const line of sorted) {
    const toWh = atWh + Number(line.energy);
    const last = steps.at(-1);
    const level = centsOf(line.limit);
    if (last !== undefined && last.cents === level) steps[steps.length - 1] = { ...last, toWh };
    else steps.push({ fromWh: atWh, toWh, cents: level });
    atWh = toWh;
  }
  return steps;
}

interface Curves {
  readonly lines: readonly BookLine[];
  readonly price: string | null;
  readonly volume: string;
  /** In pixels. */
  readonly height?: number;
}

export function MeritOrder(props: Curves) {
  const [asTable, setAsTable] = useState(false);
  if (props.lines.length === 0) return <p className="empty">{en.merit.empty}</p>;
  return (
    <div className="chart">
      {asTable ? (
        <BookTable lines={props.lines} />
      ) : (
        <Measured>{(width) => <Drawing {...props} width={width} />}</Measured>
      )}
      <div className="chart-foot">
        <Key className="sell" words={en.merit.asks} />
        <Key className="buy" words={en.merit.bids} />
        <Key className="traded" words={en.merit.traded} />
        <button type="button" className="quiet" onClick={() => setAsTable(!asTable)}>
          {asTable ? en.chart.draw : en.chart.table}
        </button>
      </div>
    </div>
  );
}

export function Key({ className, words }: { readonly className: string; readonly words: string }) {
  return (
    <span className="key">
      <svg width="18" height="10" aria-hidden="true">
        <path className={`key-line ${className}`} d="M1,5H17" />
      </svg>
      {words}
    </span>
  );
}

function Drawing(props: Curves & { readonly width: number }) {
  const { width, height = 230 } = props;
  const hatch = useId();
  const asks = stepsOf(props.lines, 'sell');
  const bids = stepsOf(props.lines, 'buy');
  const mostWh = Math.max(asks.at(-1)?.toWh ?? 0, bids.at(-1)?.toWh ?? 0, 1);
  const levels = [...asks, ...bids].map((step) => step.cents);
  const least = Math.min(0, ...levels);
  const most = Math.max(...levels, 1) * 1.06;
  const x = (wh: number) => LEFT + (wh / mostWh) * (width - LEFT - RIGHT);
  const y = (at: number) => TOP + (1 - (at - least) / (most - least)) * (height - TOP - BOTTOM);
  const volume = Number(props.volume);
  const price = props.price === null ? undefined : centsOf(props.price);
  return (
    <svg width={width} height={height} role="img" aria-label={sentence(props)}>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse">
          <path d="M-1,7L7,-1M-1,1L1,-1M5,7L7,5" className="hatch" />
        </pattern>
      </defs>
      <Axes least={least} most={most} mostWh={mostWh} x={x} y={y} size={{ width, height }} />
      {price !== undefined && volume > 0 && (
        <path
          d={`${stepPath(bids, x, y, volume)}V${y(price)}H${x(0)}Z`}
          fill={`url(#${hatch})`}
          className="surplus buy"
        />
      )}
      {price !== undefined && volume > 0 && (
        <path d={`${stepPath(asks, x, y, volume)}V${y(price)}H${x(0)}Z`} className="surplus sell" />
      )}
      <path className="curve sell" d={stepPath(asks, x, y)} />
      <path className="curve buy" d={`${stepPath(bids, x, y)}V${y(least)}`} />
      {price !== undefined && volume > 0 && (
        <Crossing at={{ x: x(volume), y: y(price) }} bottom={y(least)} price={props.price ?? '0'} />
      )}
    </svg>
  );
}

/** The line of one side, or its part up to `untilWh`. */
function stepPath(
  steps: readonly Step[],
  x: (wh: number) => number,
  y: (cents: number) => number,
  untilWh = Number.POSITIVE_INFINITY,
): string {
  return steps
    .filter((step) => step.fromWh < untilWh)
    .map((step, at) => {
      const start = at === 0 ? `M${x(step.fromWh)},${y(step.cents)}` : `V${y(step.cents)}`;
      return `${start}H${x(Math.min(step.toWh, untilWh))}`;
    })
    .join('');
}

function Crossing(props: {
  readonly at: { readonly x: number; readonly y: number };
  readonly bottom: number;
  readonly price: string;
}) {
  const { at, bottom } = props;
  const words = cents(props.price, 2);
  // The label keeps to the side on which there is room for it.
  const onLeft = at.x > LEFT + 90;
  return (
    <g>
      <path className="price-line" d={`M${LEFT},${at.y}H${at.x}V${bottom}`} />
      <circle className="crossing" cx={at.x} cy={at.y} r="5" />
      <text
        className="crossing-label"
        x={onLeft ? at.x - 10 : at.x + 10}
        y={at.y - 9}
        textAnchor={onLeft ? 'end' : 'start'}
      >
        {words}
      </text>
    </g>
  );
}

function Axes(props: {
  readonly least: number;
  readonly most: number;
  readonly mostWh: number;
  readonly x: (wh: number) => number;
  readonly y: (cents: number) => number;
  readonly size: { readonly width: number; readonly height: number };
}) {
  const { least, most, mostWh, x, y, size } = props;
  return (
    <g>
      {axisMarks({ least, most, count: 4 }).map((value) => (
        <g key={`price ${value}`}>
          <path className="grid-line" d={`M${LEFT},${y(value)}H${size.width - RIGHT}`} />
          <text className="axis" x={LEFT - 6} y={y(value) + 4} textAnchor="end">
            {value}
          </text>
        </g>
      ))}
      {axisMarks({ least: 0, most: mostWh / 1000, count: Math.max(3, size.width / 90) }).map(
        (value) => (
          <text
            key={`energy ${value}`}
            className="axis"
            x={x(value * 1000)}
            y={size.height - BOTTOM + 16}
            textAnchor="middle"
          >
            {value}
          </text>
        ),
      )}
      <text className="axis" x={size.width - RIGHT} y={size.height - 4} textAnchor="end">
        {en.merit.energyAxis}
      </text>
      <text className="axis" x={0} y={10}>
        {en.merit.priceAxis}
      </text>
    </g>
  );
}

function sentence({ price, volume, lines }: Curves): string {
  const orders = en.merit.orders(lines.length);
  if (price === null) return `${orders} ${en.merit.noIndication}`;
  return `${orders} ${en.merit.crossing(kilowattHours(volume), centsPerKilowattHour(price, 2))}`;
}
