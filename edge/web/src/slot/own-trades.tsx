/** What the reader bought and sold in a slot, and at which price: the own one, whatever others have. */

import { amountOf } from '../account/trades.tsx';
import { centsPerKilowattHour, exactMoney, kilowattHours, moneyText } from '../figures.ts';
import { useOpen, useOwn } from '../live.tsx';
import { en } from '../words/en.ts';

interface Slot {
  readonly market: number;
  readonly slotMs: number;
}

export function OwnTrades({ market, slotMs }: Slot) {
  const me = useOwn('ownMember', {});
  const member = me.data?.member;
  const params = { member: member ?? 0 };
  const query = { from: `${slotMs}`, until: `${slotMs + 1}`, limit: '500' };
  const answer = useOwn('memberTrades', { params, query }, member !== undefined);
  const status = useOpen('ledgerStatus', {});
  const currency = status.data?.currency ?? '';
  const own =
    answer.data?.trades.filter((trade) => trade.market === market && trade.slotMs === slotMs) ?? [];
  if (own.length === 0) return null;
  return (
    <section className="own-trades" aria-label={en.slot.ownTrades}>
      <h2>{en.slot.ownTrades}</h2>
      <ul className="rows">
        {own.map((trade) => {
          const energy = kilowattHours(trade.delivered ?? trade.energy, 3);
          const price = centsPerKilowattHour(trade.price, 2);
          const amount = amountOf(trade);
          return (
            <li key={`${trade.trade} ${trade.side}`} className="row-line">
              <span className="grow">
                {trade.side === 'buy'
                  ? en.slot.youPay(energy, price)
                  : en.slot.youGet(energy, price)}
                <small>{trade.settled ? en.me.settled : en.me.open}</small>
              </span>
              <b title={exactMoney(amount, currency)}>{moneyText(amount, currency, 4)}</b>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
