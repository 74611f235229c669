/** Why this amount: one sentence for each quarter hour of a day. */

import { useState } from 'react';
import { clockTime, exactMoney, fullTime, moneyText } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { Answer, Empty } from '../parts/panel.tsx';
import { QualityMark } from '../parts/quality-mark.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { type Days, dayAfter } from './days.ts';

const WAITING = { data: undefined, error: undefined };

export function SlotsOfDay(props: {
  readonly member: number;
  readonly currency: string;
  readonly days: Days;
  /** The day that is shown first. */
  readonly first: string;
}) {
  const { member, currency, days, first } = props;
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
          const told = slots.filter((slot) => slot.amount !== '0' || slot.quality !== 'measured');
          if (slots.length === 0) return <Empty>{en.month.noSlots}</Empty>;
          return (
            <>
              <Scroll label={en.month.why}>
                <ul className="rows slot-rows">
                  {told.map((slot) => (
                    <li key={slot.slotMs}>
                      <span className="row-line">
                        <time title={fullTime(slot.slotMs)}>{clockTime(slot.slotMs)}</time>
                        <span className="grow">
                          {slot.words}
                          <small>
                            <QualityMark quality={slot.quality} />
                          </small>
                        </span>
                        <b title={exactMoney(slot.amount, currency)}>
                          {moneyText(slot.amount, currency, 4)}
                        </b>
                      </span>
                    </li>
                  ))}
                </ul>
              </Scroll>
              {told.length < slots.length && (
                <p className="quiet note">{en.month.quiet(slots.length - told.length)}</p>
              )}
            </>
          );
        }}
      </Answer>
    </>
  );
}
