/** The day: bars for the energy of each slot on the slot grid, steps for its price. */

import { useState } from 'react';
import { centsPerKilowattHour, clockTime, kilowattHours, slotText } from '../figures.ts';
import { pathTo } from '../location.ts';
import { en } from '../words/en.ts';

export interface DaySlot {
  readonly slotMs: number;
  readonly price: string | null;
  readonly volume: string;
  readonly trades: number;
}

const WIDTH = 720;
const HEIGHT = 180;
const LEFT = 44;
const RIGHT = 44;
const TOP = 12;
const BOTTOM = 26;

export function DayChart(props: {
  readonly market: number;
  readonly slots: readonly DaySlot[];
  readonly slotLengthMs: number;
}) {
  const { slots, slotLengthMs } = props;
  const [asTable, setAsTable] = useState(false);
  if (slots.length === 0) return <p className="empty">{en.merit.empty}</p>;
  return (
    <div className="chart">
      {asTable ? <DayTable {...props} /> : <Bars {...props} />}
      <button type="button" className="quiet" onClick={() => setAsTable(!asTable)}>
        {asTable ? en.merit.chart : en.merit.table}
      </button>
      <span className="legend-text">
        {`${slotText(slots[0]?.slotMs ?? 0, slotLengthMs)} … ${slotText(slots.at(-1)?.slotMs ?? 0, slotLengthMs)}`}
      </span>
    </div>
  );
}

function Bars(props: {
  readonly market: number;
  readonly slots: readonly DaySlot[];
  readonly slotLengthMs: number;
}) {
  const { slots, slotLengthMs } = props;
  const first = slots[0]?.slotMs ?? 0;
  const last = (slots.at(-1)?.slotMs ?? 0) + slotLengthMs;
  const mostWh = Math.max(1, ...slots.map((slot) => Number(slot.volume)));
  const prices = slots.flatMap((slot) =>
    slot.price === null ? [] : [Number(slot.price) / 10_000],
  );
  const mostCents = Math.max(1, ...prices) * 1.1;
  const leastCents = Math.min(0, ...prices);
  const x = (ms: number) => LEFT + ((ms - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const yWh = (wh: number) => TOP + (1 - wh / mostWh) * (HEIGHT - TOP - BOTTOM);
  const yCents = (cents: number) =>
    TOP + (1 - (cents - leastCents) / (mostCents - leastCents)) * (HEIGHT - TOP - BOTTOM);
  const width = Math.max(1, x(first + slotLengthMs) - x(first) - 1);
  const steps = slots
    .map((slot, at) => {
      if (slot.price === null) return '';
      const y = yCents(Number(slot.price) / 10_000);
      const joined = at > 0 && slots[at - 1]?.price !== null;
      return `${joined ? 'L' : 'M'}${x(slot.slotMs)},${y}H${x(slot.slotMs + slotLengthMs)}`;
    })
    .join('');
  const every = Math.max(1, Math.ceil(slots.length / 8));
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={en.slot.day}>
      <path className="grid-line" d={`M${LEFT},${HEIGHT - BOTTOM}H${WIDTH - RIGHT}`} />
      {slots.map((slot) => (
        <a key={slot.slotMs} href={pathTo.slot(props.market, slot.slotMs)}>
          <rect
            className="bar"
            x={x(slot.slotMs)}
            y={yWh(Number(slot.volume))}
            width={width}
            height={Math.max(0, HEIGHT - BOTTOM - yWh(Number(slot.volume)))}
          >
            <title>{slotSentence(slot, slotLengthMs)}</title>
          </rect>
        </a>
      ))}
      <path className="price-steps" d={steps} />
      {slots
        .filter((_slot, at) => at % every === 0)
        .map((slot) => (
          <text key={slot.slotMs} className="axis" x={x(slot.slotMs)} y={HEIGHT - 8}>
            {clockTime(slot.slotMs)}
          </text>
        ))}
      <text className="axis" x={4} y={TOP + 4}>
        {`${(mostWh / 1000).toFixed(1)} kWh`}
      </text>
      <text className="axis" x={WIDTH - 4} y={TOP + 4} textAnchor="end">
        {`${mostCents.toFixed(0)} ct`}
      </text>
    </svg>
  );
}

function slotSentence(slot: DaySlot, slotLengthMs: number): string {
  const price = slot.price === null ? '—' : centsPerKilowattHour(slot.price, 2);
  return `${slotText(slot.slotMs, slotLengthMs)}: ${kilowattHours(slot.volume, 3)}, ${price}`;
}

function DayTable(props: {
  readonly market: number;
  readonly slots: readonly DaySlot[];
  readonly slotLengthMs: number;
}) {
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">slot</th>
            <th scope="col" className="number">
              {en.slot.price}
            </th>
            <th scope="col" className="number">
              {en.slot.volume}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.slots.map((slot) => (
            <tr key={slot.slotMs}>
              <td>
                <a href={pathTo.slot(props.market, slot.slotMs)}>
                  {slotText(slot.slotMs, props.slotLengthMs)}
                </a>
              </td>
              <td className="number">
                {slot.price === null ? '—' : centsPerKilowattHour(slot.price, 2)}
              </td>
              <td className="number">{kilowattHours(slot.volume, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
