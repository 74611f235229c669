/** Why this amount: one sentence for each quarter hour of a day. */

import type { RouteAnswer } from '@commonwatt/client';
import { useState } from 'react';
import { clockTime, exactMoney, fullTime, kilowattHours, moneyText } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { Answer, Empty } from '../parts/panel.tsx';
import { QualityMark } from '../parts/quality-mark.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { type Days, dayAfter } from './days.ts';

type Slot = RouteAnswer<'memberPeriod'>['slots'][number];

const WAITING = { data: undefined, error: undefined };

export function SlotsOfDay(props: {
  readonly member: number;
  readonly currency: string;
  readonly days: Days;
  /** The day that is shown first. */
  readonly first: string;
  readonly zone: string;
}) {
  const { member, currency, days, first, zone } = props;
  const [chosen, setChosen] = useState<string>();
  const day = chosen ?? first;
  const period = useOwn('memberPeriod', {
    params: { member },
    query: { fromDay: day, untilDay: dayAfter(day, 1), slots: 'yes' },
  });
  return (
    <>
      <p className="quiet">{en.month.whyAbout}</p>
      <label className="field slots-day">
        {en.month.day}
        <input
          type="date"
          value={day}
          min={days.fromDay}
          max={dayAfter(days.untilDay, -1)}
          onChange={(event) => event.target.value !== '' && setChosen(event.target.value)}
        />
      </label>
      <Answer of={period.isPlaceholderData ? WAITING : period} lines={4}>
        {({ slots }) => {
          const told = slots.filter(isTold);
          if (slots.length === 0) return <Empty>{en.month.noSlots}</Empty>;
          return (
            <>
              <Scroll label={en.month.why}>
                <ul className="rows slot-rows">
                  {told.map((slot) => (
                    <li key={slot.slotMs}>
                      <SlotRow slot={slot} currency={currency} zone={zone} />
                    </li>
                  ))}
                </ul>
              </Scroll>
              {told.length < slots.length && (
                <p className="quiet note">{en.month.quiet(slots.length - told.length)}</p>
              )}
              <details>
                <summary>{en.chart.table}</summary>
                <SlotTable slots={slots} currency={currency} zone={zone} />
              </details>
            </>
          );
        }}
      </Answer>
    </>
  );
}

function isTold({ amount, quality, settled }: Slot): boolean {
  return amount !== '0' || quality !== 'measured' || (settled !== null && settled.charge !== '0');
}

function SlotRow(props: { readonly slot: Slot; readonly currency: string; readonly zone: string }) {
  const { slot, currency, zone } = props;
  const { slotMs, quality, settled, amount } = slot;
  const [traded, allocated] = [sum(slot.tradedBuy, slot.tradedSell), sum(slot.bought, slot.sold)];
  const deviation = deviationOf(slot);
  return (
    <span className="row-line">
      <time title={fullTime(slotMs, zone)}>{clockTime(slotMs, zone)}</time>
      <span className="grow">
        {slot.words}
        <small className="slot-facts">
          <QualityMark quality={quality} />
          <StageMark slot={slot} />
          {traded > 0n && (
            <span>{en.month.ofTraded(kilowattHours(allocated, 3), kilowattHours(traded, 3))}</span>
          )}
          {deviation > 0n && <span>{en.month.deviated(kilowattHours(deviation, 3))}</span>}
          {settled !== null && settled.charge !== '0' && (
            <span title={exactMoney(settled.charge, currency)}>
              {en.month.charged(moneyText(settled.charge, currency, 4))}
            </span>
          )}
        </small>
      </span>
      <b title={exactMoney(amount, currency)}>{moneyText(amount, currency, 4)}</b>
    </span>
  );
}

const STAGE_SIGNS = { open: '…', provisional: '◔', final: '✓', adjusting: '↻' } as const;

/** How far the slot is settled: a sign with its word. */
function StageMark({ slot }: { readonly slot: Slot }) {
  const stage = slot.settled?.stage ?? 'open';
  return (
    <span className={`stage stage-${stage}`} title={en.month.stages.about[stage]}>
      <span aria-hidden="true">{STAGE_SIGNS[stage]}</span> {en.month.stages[stage]}
    </span>
  );
}

/** The twin of the sentences: every slot of the day, figure by figure. */
function SlotTable(props: {
  readonly slots: readonly Slot[];
  readonly currency: string;
  readonly zone: string;
}) {
  const { slots, currency, zone } = props;
  const figures = ['traded', 'allocated', 'deviation', 'slotCharge', 'amount'] as const;
  return (
    <>
      <p className="quiet note">{en.month.slotTableAbout}</p>
      <Scroll label={en.month.slots}>
        <table>
          <thead>
            <tr>
              <th scope="col">{en.month.slot}</th>
              <th scope="col">{en.month.stage}</th>
              {figures.map((name) => (
                <th key={name} scope="col" className="number">
                  {en.month[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {slots.map((slot) => (
              <tr key={slot.slotMs}>
                <td title={fullTime(slot.slotMs, zone)}>{clockTime(slot.slotMs, zone)}</td>
                <td>
                  <StageMark slot={slot} />
                </td>
                <td className="number">{kilowattHours(sum(slot.tradedBuy, slot.tradedSell), 3)}</td>
                <td className="number">{kilowattHours(sum(slot.bought, slot.sold), 3)}</td>
                <td className="number">
                  {slot.settled !== null && kilowattHours(deviationOf(slot), 3)}
                </td>
                <td className="number">
                  {slot.settled !== null && moneyText(slot.settled.charge, currency, 4)}
                </td>
                <td className="number" title={exactMoney(slot.amount, currency)}>
                  {moneyText(slot.amount, currency, 4)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

const sum = (one: string, other: string): bigint => BigInt(one) + BigInt(other);

function deviationOf({ settled }: Slot): bigint {
  return settled === null ? 0n : sum(settled.deviationBuy, settled.deviationSell);
}
