/**
 * The merit order: offers rising, requests falling, energy cumulated to the right. Where the two
 * lines cross is what trades, and at which price. Every chart has a table with the same figures.
 */

import { useId, useState } from 'react';
import { centsPerKilowattHour, kilowattHours } from '../figures.ts';
import { en } from '../words/en.ts';

export interface CurveLine {
  readonly side: 'buy' | 'sell';
  readonly limit: string;
  readonly energy: string;
  readonly filled?: string;
}

interface Step {
  readonly fromWh: number;
  readonly toWh: number;
  readonly cents: number;
}

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 46;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 34;

/** Display only: a double is exact enough for a pixel. */
function centsOf(limit: string): number {
  return Number(limit) / 10_000;
}

function stepsOf(lines: readonly CurveLine[], side: 'buy' | 'sell'): Step[] {
  const sorted = lines
    .filter((line) => line.side === side)
    .sort((a, b) => {
      const difference = Number(BigInt(a.limit) - BigInt(b.limit));
      return side === 'sell' ? difference : -difference;
    });
  const steps: Step[] = [];
  let at = 0;
  for (const line of sorted) {
    const wh = Number(line.energy);
    const cents = centsOf(line.limit);
    const last = steps.at(-1);
    if (last !== undefined && last.cents === cents) {
      steps[steps.length - 1] = { ...last, toWh: at + wh };
    } else steps.push({ fromWh: at, toWh: at + wh, cents });
    at += wh;
  }
  return steps;
}

/** A round distance between two marks so that about `count` of them fit. */
function markEvery(span: number, count: number): number {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1e-9)));
  const unit = rough / power;
  return (unit > 5 ? 10 : unit > 2 ? 5 : unit > 1 ? 2 : 1) * power;
}

function marks(least: number, most: number, count: number): number[] {
  const every = markEvery(most - least, count);
  const found: number[] = [];
  for (let at = Math.ceil(least / every) * every; at <= most + every / 1e6; at += every) {
    found.push(Math.round(at / every) * every);
  }
  return found;
}

export function MeritOrder(props: {
  readonly lines: readonly CurveLine[];
  readonly price: string | null;
  readonly volume: string;
}) {
  const [asTable, setAsTable] = useState(false);
  if (props.lines.length === 0) return <p className="empty">{en.merit.empty}</p>;
  return (
    <div className="chart">
      {asTable ? <BookTable lines={props.lines} /> : <Curve {...props} />}
      <button type="button" className="quiet" onClick={() => setAsTable(!asTable)}>
        {asTable ? en.merit.chart : en.merit.table}
      </button>
    </div>
  );
}

function Curve(props: {
  readonly lines: readonly CurveLine[];
  readonly price: string | null;
  readonly volume: string;
}) {
  const hatch = useId();
  const asks = stepsOf(props.lines, 'sell');
  const bids = stepsOf(props.lines, 'buy');
  const mostWh = Math.max(asks.at(-1)?.toWh ?? 0, bids.at(-1)?.toWh ?? 0, 1);
  const cents = [...asks, ...bids].map((step) => step.cents);
  const least = Math.min(0, ...cents);
  const most = Math.max(...cents, 1) * 1.08;
  const x = (wh: number) => LEFT + (wh / mostWh) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) =>
    TOP + (1 - (value - least) / (most - least)) * (HEIGHT - TOP - BOTTOM);
  const path = (steps: readonly Step[]) =>
    steps
      .map((step, at) => {
        const start = at === 0 ? `M${x(step.fromWh)},${y(step.cents)}` : `V${y(step.cents)}`;
        return `${start}H${x(step.toWh)}`;
      })
      .join('');
  const volume = Number(props.volume);
  const price = props.price === null ? undefined : centsOf(props.price);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={
        price === undefined
          ? en.merit.noIndication
          : en.merit.indication(
              centsPerKilowattHour(props.price ?? '0'),
              kilowattHours(props.volume),
            )
      }
    >
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse">
          <path d="M0,6L6,0" className="hatch" />
        </pattern>
      </defs>
      {marks(least, most, 4).map((value) => (
        <g key={`price ${value}`}>
          <path className="grid-line" d={`M${LEFT},${y(value)}H${WIDTH - RIGHT}`} />
          <text className="axis" x={LEFT - 6} y={y(value) + 4} textAnchor="end">
            {Number(value.toFixed(2))}
          </text>
        </g>
      ))}
      {marks(0, mostWh / 1000, 5).map((value) => (
        <text
          key={`energy ${value}`}
          className="axis"
          x={x(value * 1000)}
          y={HEIGHT - BOTTOM + 16}
          textAnchor="middle"
        >
          {Number(value.toFixed(3))}
        </text>
      ))}
      <text className="axis" x={WIDTH - RIGHT} y={HEIGHT - 4} textAnchor="end">
        {en.merit.energyAxis}
      </text>
      <text className="axis" x={4} y={10}>
        {en.merit.priceAxis}
      </text>
      {volume > 0 && price !== undefined && (
        <rect
          x={LEFT}
          y={TOP}
          width={Math.max(0, x(volume) - LEFT)}
          height={HEIGHT - TOP - BOTTOM}
          fill={`url(#${hatch})`}
        />
      )}
      <path className="curve sell" d={path(asks)} />
      <path className="curve buy" d={path(bids)} />
      {price !== undefined && volume > 0 && (
        <g>
          <path className="price-line" d={`M${LEFT},${y(price)}H${x(volume)}`} />
          <circle className="crossing" cx={x(volume)} cy={y(price)} r="4.5" />
        </g>
      )}
      <Legend />
    </svg>
  );
}

function Legend() {
  const at = WIDTH - RIGHT - 150;
  return (
    <g className="legend">
      <path className="curve sell" d={`M${at},${TOP + 4}h18`} />
      <text className="axis" x={at + 23} y={TOP + 8}>
        {en.merit.asks}
      </text>
      <path className="curve buy" d={`M${at + 74},${TOP + 4}h18`} />
      <text className="axis" x={at + 97} y={TOP + 8}>
        {en.merit.bids}
      </text>
    </g>
  );
}

export function BookTable({ lines }: { readonly lines: readonly CurveLine[] }) {
  const filled = lines.some((line) => line.filled !== undefined);
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{en.slot.lines}</th>
            <th scope="col" className="number">
              {en.slot.limit}
            </th>
            <th scope="col" className="number">
              {en.slot.energy}
            </th>
            {filled && (
              <th scope="col" className="number">
                {en.slot.filled}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, at) => (
            // A book has no names: the position is all that tells two equal lines apart.
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are anonymous
            <tr key={at}>
              <td className={line.side}>{en.slot.side[line.side]}</td>
              <td className="number">{centsPerKilowattHour(line.limit, 2)}</td>
              <td className="number">{kilowattHours(line.energy, 3)}</td>
              {filled && <td className="number">{kilowattHours(line.filled ?? '0', 3)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
