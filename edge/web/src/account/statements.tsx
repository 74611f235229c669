/** What a settlement run made of the trades, line by line, in sentences. */

import type { RouteAnswer } from '@commonwatt/client';
import { dayTime, exactMoney, kilowattHours, moneyText } from '../figures.ts';
import { useOwn } from '../live.tsx';
import { Answer, Empty } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

type Statement = RouteAnswer<'memberStatement'>['statements'][number];

export function Statements(props: { readonly member: number; readonly currency: string }) {
  const { member, currency } = props;
  const statements = useOwn('memberStatement', { params: { member }, query: { limit: '30' } });
  return (
    <Answer of={statements} lines={3}>
      {(answer) =>
        answer.statements.length === 0 ? (
          <Empty>{en.me.noStatements}</Empty>
        ) : (
          <ul className="rows">
            {answer.statements.map((statement) => (
              <li key={statement.runHash}>
                <One statement={statement} currency={currency} />
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

function One({
  statement,
  currency,
}: {
  readonly statement: Statement;
  readonly currency: string;
}) {
  const { periodFromMs, periodUntilMs, amount, bought, sold, lines } = statement;
  return (
    <details>
      <summary>
        <span className="row-line">
          <span className="grow">
            {dayTime(periodFromMs)} – {dayTime(periodUntilMs)}
            <small>{en.me.statement(kilowattHours(bought, 3), kilowattHours(sold, 3))}</small>
          </span>
          <b title={exactMoney(amount, currency)}>{moneyText(amount, currency)}</b>
        </span>
      </summary>
      <ul className="sentences">
        {lines.map((line) => (
          <li key={`${line.trade} ${line.side}`}>{line.words}</li>
        ))}
      </ul>
    </details>
  );
}
