/** A bill as the file states it, beside what this device computed. */

import { centsText } from '../figures.ts';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import type { StatedBill } from './read-file.ts';

export function BillBeside(props: {
  readonly bill: StatedBill;
  /** The bill that this device made of readings and tariff; nothing where it could not. */
  readonly computed: StatedBill | undefined;
}) {
  const { bill, computed } = props;
  const { currency } = bill;
  const lines = Array.from(
    { length: Math.max(bill.lines.length, computed?.lines.length ?? 0) },
    (_, at) => ({
      name: bill.lines[at]?.name ?? computed?.lines[at]?.name ?? '',
      stated: bill.lines[at]?.netCents ?? '',
      ours: computed?.lines[at]?.netCents ?? '',
    }),
  );
  const rows = [
    ...lines,
    { name: en.check.gross, stated: bill.grossCents, ours: computed?.grossCents ?? '' },
    { name: en.check.due, stated: bill.dueCents, ours: computed?.dueCents ?? '' },
  ];
  return (
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
          {rows.map(({ name, stated, ours }, at) => {
            const differs = computed !== undefined && stated !== ours;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a bill have no other name
              <tr key={at} className={differs ? 'differs' : ''}>
                <td>{name}</td>
                <td className="number">{amount(stated, currency)}</td>
                <td className="number">
                  {computed === undefined ? en.check.notComputed : amount(ours, currency)}
                  {computed !== undefined && !differs && <span className="ok"> ✓</span>}
                  {differs && <span className="no"> ✗</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

const amount = (cents: string, currency: string) =>
  cents === '' ? '–' : centsText(cents, currency);
