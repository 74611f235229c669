/** The day: bars for the energy of each slot on the slot grid, steps for its price. */

import { useState } from 'react';
import { cents, clockTime, kilowattHours, slotText } from '../figures.ts';
import { pathTo } from '../location.ts';
import { pricesWords, type SlotPrices, twoPrices } from '../slot-prices.ts';
import { en } from '../words/en.ts';
import { axisMarks } from './axis-marks.ts';
import { Measured } from './measured.tsx';
import { centsOf, Key } from './merit-order.tsx';
import { Scroll } from './scroll.tsx';

export interface DaySlot {
  readonly slotMs: number;
  readonly price: string | null;
  /** What sellers got: less where trades have two prices. */
  readonly sellerPrice: string | null;
  readonly volume: string;
  readonly trades: number;
}

/** Whether any of the slots has more than one. */
export function hasTwoPrices(slots: readonly SlotPrices[]): boolean {
  return slots.some((slot) => twoPrices(slot) !== undefined);
}

interface Day {
  readonly market: number;
  readonly slots: readonly DaySlot[];
  readonly slotLengthMs: number;
  /** The slot that the screen is about. */
  readonly markedMs?: number;
}

const LEFT = 34;
const RIGHT = 34;
const TOP = 22;
const BOTTOM = 24;
const HEIGHT = 190;
/** So that the first slots of a young ledger are bars and not walls. */
const SLOTS_MIN = 24;

export function DayChart(props: Day) {
  const [asTable, setAsTable] = useState(false);
  if (props.slots.length === 0) return <p className="empty">{en.slot.noDay}</p>;
  const isTwo = hasTwoPrices(props.slots);
  return (
    <div className="chart">
      {asTable ? (
        <DayTable {...props} />
      ) : (
        <Measured>{(width) => <Drawing {...props} width={width} />}</Measured>
      )}
      <div className="chart-foot">
        <Key className="volume" words={en.slot.volume} />
        <Key className="price" words={isTwo ? en.slot.buyersPrice : en.slot.price} />
        {isTwo && <Key className="price sellers" words={en.slot.sellersPrice} />}
        <button type="button" className="quiet" onClick={() => setAsTable(!asTable)}>
          {asTable ? en.chart.draw : en.chart.table}
        </button>
      </div>
    </div>
  );
}

function Drawing(props: Day & { readonly width: number }) {
  const { slots, slotLengthMs, width, markedMs } = props;
  const first = slots[0]?.slotMs ?? 0;
  const last = (slots.at(-1)?.slotMs ?? 0) + slotLengthMs;
  const span = Math.max(last - first, SLOTS_MIN * slotLengthMs);
  const mostWh = Math.max(1, ...slots.map((slot) => Number(slot.volume)));
  const prices = slots.flatMap(({ price, sellerPrice }) =>
    [price, sellerPrice].flatMap((one) => (one === null ? [] : [centsOf(one)])),
  );
  const most = Math.max(1, ...prices) * 1.15;
  const least = Math.min(0, ...prices);
  const x = (ms: number) => LEFT + ((ms - first) / span) * (width - LEFT - RIGHT);
  const inner = HEIGHT - TOP - BOTTOM;
  const yWh = (wh: number) => TOP + (1 - wh / (mostWh * 1.4)) * inner;
  const y = (at: number) => TOP + (1 - (at - least) / (most - least)) * inner;
  const barWidth = Math.max(1, x(first + slotLengthMs) - x(first) - 1);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing whose bars are links
    <svg width={width} height={HEIGHT} role="group" aria-label={en.slot.day}>
      <Axes size={{ width, most, least, mostWh: mostWh * 1.4 }} y={y} yWh={yWh} />
      {slots.map((slot) => (
        <a key={slot.slotMs} href={pathTo.slot(props.market, slot.slotMs)}>
          <rect className="bar-reach" x={x(slot.slotMs)} y={TOP} width={barWidth} height={inner} />
          <rect
            className={slot.slotMs === markedMs ? 'bar marked' : 'bar'}
            x={x(slot.slotMs)}
            y={yWh(Number(slot.volume))}
            width={barWidth}
            height={Math.max(0, HEIGHT - BOTTOM - yWh(Number(slot.volume)))}
          />
          <title>{slotSentence(slot, slotLengthMs)}</title>
        </a>
      ))}
      <path className="price-steps" d={priceSteps(slots, slotLengthMs, x, y)} />
      {hasTwoPrices(slots) && (
        <path
          className="price-steps sellers"
          d={priceSteps(
            slots.map((slot) => ({ ...slot, price: slot.sellerPrice })),
            slotLengthMs,
            x,
            y,
          )}
        />
      )}
      <Hours first={first} span={span} x={x} width={width} />
    </svg>
  );
}

/** A slot without a price leaves a gap. */
function priceSteps(
  slots: readonly DaySlot[],
  slotLengthMs: number,
  x: (ms: number) => number,
  y: (cents: number) => number,
): string {
  return slots
    .map(({ slotMs, price }, at) => {
      if (price === null) return '';
      const before = slots[at - 1];
      const joined = before?.price != null && before.slotMs + slotLengthMs === slotMs;
      const level = y(centsOf(price));
      return `${joined ? 'L' : 'M'}${x(slotMs)},${level}H${x(slotMs + slotLengthMs)}`;
    })
    .join('');
}

function Axes(props: {
  readonly size: {
    readonly width: number;
    readonly most: number;
    readonly least: number;
    readonly mostWh: number;
  };
  readonly y: (cents: number) => number;
  readonly yWh: (wh: number) => number;
}) {
  const { size, y, yWh } = props;
  return (
    <g>
      {axisMarks({ least: size.least, most: size.most, count: 3 }).map((value) => (
        <g key={value}>
          <path className="grid-line" d={`M${LEFT},${y(value)}H${size.width - RIGHT}`} />
          <text className="axis" x={size.width - RIGHT + 6} y={y(value) + 4}>
            {value}
          </text>
        </g>
      ))}
      {axisMarks({ least: 0, most: size.mostWh / 1000, count: 3 }).map((value) => (
        <text key={value} className="axis" x={LEFT - 6} y={yWh(value * 1000) + 4} textAnchor="end">
          {value}
        </text>
      ))}
      <text className="axis" x={0} y={10}>
        kWh
      </text>
      <text className="axis" x={size.width} y={10} textAnchor="end">
        {en.merit.priceAxis}
      </text>
    </g>
  );
}

const HOUR_MS = 3_600_000;

function Hours(props: {
  readonly first: number;
  readonly span: number;
  readonly x: (ms: number) => number;
  readonly width: number;
}) {
  const { first, span, x, width } = props;
  const hoursMost = Math.max(2, (width - LEFT - RIGHT) / 64);
  const every = [1, 2, 3, 6, 12, 24].find((hours) => span / HOUR_MS / hours <= hoursMost) ?? 24;
  const stepMs = every * HOUR_MS;
  const marks = [];
  for (let at = Math.ceil(first / stepMs) * stepMs; at <= first + span; at += stepMs) {
    marks.push(at);
  }
  return (
    <g>
      {marks.map((ms) => (
        <text key={ms} className="axis" x={x(ms)} y={HEIGHT - 6} textAnchor="middle">
          {clockTime(ms)}
        </text>
      ))}
    </g>
  );
}

function slotSentence(slot: DaySlot, slotLengthMs: number): string {
  const slotName = slotText(slot.slotMs, slotLengthMs);
  return `${slotName}: ${kilowattHours(slot.volume, 3)}, ${pricesWords(slot, 2)}`;
}

function DayTable({ slots, market, slotLengthMs }: Day) {
  const isTwo = hasTwoPrices(slots);
  return (
    <Scroll label={en.slot.day}>
      <table>
        <thead>
          <tr>
            <th scope="col">{en.slot.slot}</th>
            <th scope="col" className="number">
              {isTwo ? en.slot.buyersColumn : en.slot.priceColumn}
            </th>
            {isTwo && (
              <th scope="col" className="number">
                {en.slot.sellersColumn}
              </th>
            )}
            <th scope="col" className="number">
              {en.slot.volume}
            </th>
            <th scope="col" className="number">
              {en.slot.tradesColumn}
            </th>
          </tr>
        </thead>
        <tbody>
          {slots.toReversed().map((slot) => (
            <tr key={slot.slotMs}>
              <td>
                <a href={pathTo.slot(market, slot.slotMs)}>{slotText(slot.slotMs, slotLengthMs)}</a>
              </td>
              <td className="number">{slot.price === null ? '–' : cents(slot.price, 2)}</td>
              {isTwo && (
                <td className="number">
                  {slot.sellerPrice === null ? '–' : cents(slot.sellerPrice, 2)}
                </td>
              )}
              <td className="number">{kilowattHours(slot.volume, 3)}</td>
              <td className="number">{slot.trades}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
