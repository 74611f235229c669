/** The first slot in which the new member takes part: counted down to, then what it brought. */

import { divideHalfEven } from '@commonwatt/units';
import { useState } from 'react';
import { centsPerKilowattHour, countdown, kilowattHours, slotText } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { useNodeClock, useStreetMarket } from '../market-clock.tsx';
import { en } from '../words/en.ts';

/** Trades of one slot may have prices of their own: what they come to by energy. */
export function meanPriceOf(
  trades: readonly { readonly energy: string; readonly money: string }[],
): bigint {
  const sum = (of: 'energy' | 'money') => trades.reduce((all, one) => all + BigInt(one[of]), 0n);
  const energy = sum('energy');
  return energy === 0n ? 0n : divideHalfEven(sum('money'), energy);
}

export function FirstSlot({ member }: { readonly member: number }) {
  const { market } = useStreetMarket();
  const clock = useNodeClock();
  const [firstMs] = useState(market?.nextSlotMs);
  const trades = useOwn('memberTrades', { params: { member }, query: { limit: '20' } });
  if (market === undefined || clock === undefined) return null;
  const first = trades.data?.trades.at(-1);
  if (first !== undefined) {
    const slot = slotText(first.slotMs, market.slotLengthMs);
    const ofFirst = trades.data?.trades.filter(({ slotMs }) => slotMs === first.slotMs) ?? [];
    const energy = ofFirst.reduce((sum, trade) => sum + BigInt(trade.energy), 0n);
    const facts = {
      slot,
      energy: kilowattHours(energy, 3),
      price: centsPerKilowattHour(meanPriceOf(ofFirst)),
    };
    return (
      <p className="done first-trade">
        {first.side === 'buy' ? en.join.bought(facts) : en.join.sold(facts)}{' '}
        <a href={pathTo.slot(first.market, first.slotMs)}>{en.join.toSlot}</a>
      </p>
    );
  }
  const slot = slotText(market.nextSlotMs, market.slotLengthMs);
  const leftMs = market.nextGateMs - clock.nowMs;
  const isLater = firstMs !== undefined && market.nextSlotMs > firstMs;
  return (
    <div className="next-slot">
      <span className="tile-label">{isLater ? en.join.noTradeYet : en.join.next}</span>
      <p className="headline">
        {slot} <small>{en.join.closesIn(countdown(leftMs))}</small>
      </p>
    </div>
  );
}
