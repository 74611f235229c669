/** What the member has: free, held by orders, held by trades. */

import { exactMoney, moneyText } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { Answer } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

export function Balance(props: { readonly member: number; readonly currency: string }) {
  const { member, currency } = props;
  const balance = useOwn('memberBalance', { params: { member } });
  return (
    <Answer of={balance} lines={4}>
      {(answer) => {
        const rows = [
          [en.me.reserved, answer.reserved],
          [en.me.escrow, answer.escrow],
          [en.me.withdrawing, answer.withdrawing],
          [en.me.credit, answer.creditLimit],
        ] as const;
        return (
          <>
            <span className="tile-label">
              {answer.available.startsWith('-') ? en.me.owed : en.me.available}
            </span>
            <p className="headline" title={exactMoney(answer.available, currency)}>
              {moneyText(answer.available, currency)}
            </p>
            <dl className="amounts">
              {rows
                .filter(([name, amount]) => amount !== '0' || name !== en.me.withdrawing)
                .map(([name, amount]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd title={exactMoney(amount, currency)}>{moneyText(amount, currency)}</dd>
                  </div>
                ))}
            </dl>
            <p className="quiet note">{en.me.balanceNote}</p>
          </>
        );
      }}
    </Answer>
  );
}
