/** Every line of the month, what it is for and who bills it. */

import type { RouteAnswer } from '@commonwatt/client';
import { exactMoney, kilowattHours, moneyText } from '../figures.ts';
import { Empty } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';

type Period = RouteAnswer<'memberPeriod'>;

export function kindWords(kind: string): string {
  const known: Readonly<Record<string, string>> = en.month.kinds;
  return known[kind] ?? kind;
}

export function MoneyOfMonth({
  period,
  currency,
}: {
  readonly period: Period;
  readonly currency: string;
}) {
  const { charges, amount } = period;
  if (charges.length === 0) return <Empty>{en.month.moneyEmpty}</Empty>;
  return (
    <>
      <Scroll label={en.month.money}>
        <table className="charges">
          <thead>
            <tr>
              <th scope="col">{en.month.charge}</th>
              <th scope="col" className="number">
                {en.me.money}
              </th>
              <th scope="col" className="number">
                {en.month.kWh}
              </th>
              <th scope="col">{en.month.billedBy}</th>
            </tr>
          </thead>
          <tbody>
            {charges.map(({ kind, name, tariff, energy, money, billed }) => (
              <tr key={`${kind} ${name} ${tariff?.name} ${tariff?.version}`}>
                <td
                  title={tariff === null ? undefined : en.month.tariff(tariff.name, tariff.version)}
                >
                  {kindWords(kind)}
                  {name !== '' && <small className="quiet"> {name}</small>}
                </td>
                <td className="number" title={exactMoney(money, currency)}>
                  {moneyText(money, currency)}
                </td>
                <td className="number">{energy === null ? '' : kilowattHours(energy)}</td>
                <td>{billed ? en.month.billed : en.month.notBilled}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{en.month.sum}</th>
              <td className="number" title={exactMoney(amount, currency)}>
                <b>{moneyText(amount, currency)}</b>
              </td>
              <td colSpan={2} />
            </tr>
          </tfoot>
        </table>
      </Scroll>
      <p className="quiet note">{en.month.signs}</p>
    </>
  );
}

export function Savings({
  period,
  currency,
}: {
  readonly period: Period;
  readonly currency: string;
}) {
  const { savings } = period;
  if (savings === null) return <Empty>{en.month.noSavings}</Empty>;
  const rows = Object.entries(en.month.savingsRows) as readonly (readonly [
    keyof typeof en.month.savingsRows,
    string,
  ])[];
  const isLoss = BigInt(savings.saved) < 0n;
  return (
    <>
      <p className={isLoss ? 'headline is-loss' : 'headline'}>
        {moneyText(savings.saved, currency)}
        <small>{isLoss ? en.month.lostHint : en.month.savedHint}</small>
      </p>
      <details>
        <summary>{en.month.formula}</summary>
        <p className="formula">{savings.formula}</p>
        <dl className="amounts">
          {rows.map(([name, words]) => (
            <div key={name}>
              <dt>{words}</dt>
              <dd title={exactMoney(savings[name], currency)}>
                {moneyText(savings[name], currency)}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
