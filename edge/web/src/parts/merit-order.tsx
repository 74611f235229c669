/**
 * The merit order: offers rising, requests falling, energy cumulated to the right. Where the two
 * lines cross is what trades, and at which price. Every chart has a table with the same figures.
 */

import { useId, useState } from 'react';
import { cents, kilowattHours } from '../figures.ts';
import { pricesWords, type SlotPrices, twoPrices } from '../slot-prices.ts';
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

interface Curves extends SlotPrices {
  readonly lines: readonly BookLine[];
  /** Each trade has its own price: no one price parts what buyers and sellers gain. */
  readonly isMean?: boolean;
  /** The gate has not closed: what it says may still change. */
  readonly isOpen?: boolean;
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
  const two = twoPrices(props);
  const isTraded = price !== undefined && volume > 0;
  const isCrossing = isTraded && props.isMean !== true && two === undefined;
  return (
    <svg width={width} height={height} role="img" aria-label={sentence(props)}>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse">
          <path d="M-1,7L7,-1M-1,1L1,-1M5,7L7,5" className="hatch" />
        </pattern>
      </defs>
      <Axes least={least} most={most} mostWh={mostWh} x={x} y={y} size={{ width, height }} />
      {isCrossing && (
        <path
          d={`${stepPath(bids, x, y, volume)}V${y(price)}H${x(0)}Z`}
          fill={`url(#${hatch})`}
          className="surplus buy"
        />
      )}
      {isCrossing && (
        <path d={`${stepPath(asks, x, y, volume)}V${y(price)}H${x(0)}Z`} className="surplus sell" />
      )}
      <path className="curve sell" d={stepPath(asks, x, y)} />
      <path className="curve buy" d={`${stepPath(bids, x, y)}V${y(least)}`} />
      {isCrossing && (
        <Crossing at={{ x: x(volume), y: y(price) }} bottom={y(least)} price={props.price ?? '0'} />
      )}
      {isTraded && !isCrossing && (
        <Levels
          volume={{ x: x(volume), bottom: y(least) }}
          levels={levelsOf(props).map((level) => ({ ...level, y: y(centsOf(level.price)) }))}
        />
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

interface Level {
  readonly price: string;
  readonly words: string;
  readonly isBelow: boolean;
}

/** The prices of a slot that has more than one. */
function levelsOf(prices: SlotPrices): readonly Level[] {
  const two = twoPrices(prices);
  if (two !== undefined) {
    const [buyers, sellers] = [cents(two.price, 2), cents(two.sellerPrice, 2)];
    return [
      { price: two.price, words: en.merit.buyers(buyers), isBelow: false },
      { price: two.sellerPrice, words: en.merit.sellers(sellers), isBelow: true },
    ];
  }
  if (prices.price === null) return [];
  return [{ price: prices.price, words: en.merit.mean(cents(prices.price, 2)), isBelow: false }];
}

/** How much traded, as a band on the ground, and a line for each price. */
function Levels(props: {
  readonly volume: { readonly x: number; readonly bottom: number };
  readonly levels: readonly (Level & { readonly y: number })[];
}) {
  const { volume, levels } = props;
  const top = Math.min(...levels.map(({ y }) => y));
  const onLeft = volume.x > LEFT + 110;
  return (
    <g>
      <rect
        className="traded-band"
        x={LEFT}
        y={volume.bottom - 6}
        width={Math.max(0, volume.x - LEFT)}
        height="6"
      />
      <path className="price-line" d={`M${volume.x},${top}V${volume.bottom}`} />
      {levels.map(({ price, words, isBelow, y }) => (
        <g key={words}>
          <path className="price-line" d={`M${LEFT},${y}H${volume.x}`} />
          <text
            className="crossing-label"
            data-price={price}
            x={onLeft ? volume.x - 8 : volume.x + 8}
            y={isBelow ? y + 17 : y - 7}
            textAnchor={onLeft ? 'end' : 'start'}
          >
            {words}
          </text>
        </g>
      ))}
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

/** What the open book would come to. */
export function indicationWords(prices: SlotPrices & { readonly volume: string }): string {
  if (prices.price === null) return en.merit.noIndication;
  return en.merit.indication(pricesWords(prices), kilowattHours(prices.volume));
}

/** The drawing for those who hear it. */
export function sentence(curves: Omit<Curves, 'height'>): string {
  const { price, volume, lines, isOpen, isMean } = curves;
  const orders = en.merit.orders(lines.length);
  if (isOpen === true) return `${orders} ${indicationWords(curves)}`;
  if (price === null || volume === '0') return `${orders} ${en.merit.noTrade}`;
  const [energy, prices] = [kilowattHours(volume), pricesWords(curves, 2)];
  const isOne = isMean !== true && twoPrices(curves) === undefined;
  return `${orders} ${isOne ? en.merit.crossing(energy, prices) : en.merit.tradedAt(energy, prices)}`;
}
