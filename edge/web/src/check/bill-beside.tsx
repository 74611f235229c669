/** A bill as the file states it, beside what this device computed. */

import { centsText } from '../figures.ts';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import type { Difference } from './difference.ts';
import type { StatedBill } from './read-file.ts';

interface Row {
  readonly field: string;
  readonly name: string;
  readonly stated: string;
}

export function BillBeside(props: {
  readonly bill: StatedBill;
  /** Every line was computed again and came to the same. */
  readonly holds: boolean;
  /** What was computed otherwise, of this bill or another. */
  readonly difference: Difference | undefined;
}) {
  const { bill, holds } = props;
  const { currency } = bill;
  const difference = props.difference?.number === bill.number ? props.difference : undefined;
  const rows: readonly Row[] = [
    ...bill.lines.map(({ name, netCents }, at) => {
      return { field: `lines[${at}].netCents`, name, stated: netCents };
    }),
    { field: 'totals.grossCents', name: en.check.gross, stated: bill.grossCents },
    { field: 'totals.dueCents', name: en.check.due, stated: bill.dueCents },
  ];
  const computedOf = ({ field, stated }: Row) => {
    if (holds) return centsText(stated, currency);
    if (difference?.field === field) return centsText(difference.computed, currency);
    return en.check.notComputed;
  };
  return (
    <>
      {difference !== undefined && (
        <p className="failed">
          {en.check.differs(difference.field)} {en.check.stated}: {difference.stated};{' '}
          {en.check.computed}: {difference.computed}
        </p>
      )}
      <Scroll label={en.check.bill(bill.number)}>
        <table>
          <thead>
            <tr>
              <th scope="col">{en.check.what}</th>
              <th scope="col" className="number">
                {en.check.stated}
              </th>
              <th scope="col" className="number">
                {en.check.computed}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.field} className={difference?.field === row.field ? 'differs' : ''}>
                <td>{row.name}</td>
                <td className="number">{centsText(row.stated, currency)}</td>
                <td className="number">
                  {computedOf(row)}
                  {holds && <span className="ok"> ✓</span>}
                  {difference?.field === row.field && <span className="no"> ✗</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
