/** What the member bought and sold, newest first; every row leads to its slot and its block. */

import type { RouteAnswer } from '@commonwatt/client';
import { cents, dayTime, exactMoney, fullTime, kilowattHours, moneyText } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Answer, Empty } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';

type Trade = RouteAnswer<'memberTrades'>['trades'][number];

/** What the trade does to the balance: what was paid once it is settled, what is agreed until then. */
export function amountOf({ side, money, paid }: Pick<Trade, 'side' | 'money' | 'paid'>): bigint {
  if (paid !== null) return BigInt(paid);
  return side === 'buy' ? -BigInt(money) : BigInt(money);
}

export function Trades(props: { readonly member: number; readonly currency: string }) {
  const { member, currency } = props;
  const trades = useOwn('memberTrades', { params: { member }, query: { limit: '100' } });
  return (
    <Answer of={trades} lines={5}>
      {(answer) =>
        answer.trades.length === 0 ? (
          <Empty>{en.me.noTrades}</Empty>
        ) : (
          <Scroll label={en.me.trades}>
            <table className="trades">
              <thead>
                <tr>
                  <th scope="col">{en.slot.slot}</th>
                  <th scope="col">{en.me.what}</th>
                  <th scope="col" className="number">
                    {en.slot.energy}
                  </th>
                  <th scope="col" className="number">
                    {en.slot.priceColumn}
                  </th>
                  <th scope="col" className="number">
                    {en.me.money}
                  </th>
                  <th scope="col">{en.me.state}</th>
                </tr>
              </thead>
              <tbody>
                {answer.trades.map((trade) => (
                  <tr key={`${trade.trade} ${trade.side}`}>
                    <td className="at-slot" title={fullTime(trade.slotMs)}>
                      <a href={pathTo.slot(trade.market, trade.slotMs)}>{dayTime(trade.slotMs)}</a>
                    </td>
                    <td className={`at-what ${trade.side}`}>
                      {trade.side === 'buy'
                        ? en.me.boughtFrom(trade.counterparty)
                        : en.me.soldTo(trade.counterparty)}
                    </td>
                    <td className="number at-energy">
                      {kilowattHours(trade.delivered ?? trade.energy, 3)}
                    </td>
                    <td className="number at-price">
                      {cents(trade.price, 2)}
                      <span className="unit-here"> {en.slot.priceColumn}</span>
                    </td>
                    <td className="number at-money" title={exactMoney(amountOf(trade), currency)}>
                      {moneyText(amountOf(trade), currency, 4)}
                    </td>
                    <td className="at-state">
                      <a href={pathTo.blockVerified(trade.height)}>
                        {trade.settled ? en.me.settled : en.me.open}
                      </a>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )
      }
    </Answer>
  );
}
