/** What a run would make, and the two steps that make it final. */

import type { RouteAnswer } from '@commonwatt/client';
import { useState } from 'react';
import { centsText } from '../figures.ts';
import { typeWords } from '../month/bills.tsx';
import { Empty } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';

const words = en.desk.billing;
type Preview = RouteAnswer<'previewBilling'>;

export function BillingPreview(props: {
  readonly preview: Preview;
  readonly currency: string;
  readonly busy: boolean;
  readonly finalise: () => void;
}) {
  const { preview, currency } = props;
  const { bills, exceptions, nothingToBill } = preview;
  return (
    <>
      <h3>{bills.length === 0 ? words.nothing : words.would(bills.length)}</h3>
      {nothingToBill > 0 && <p className="quiet">{words.nothingToBill(nothingToBill)}</p>}
      {exceptions.length === 0 ? (
        <p className="ok">✓ {words.noExceptions}</p>
      ) : (
        <Exceptions exceptions={exceptions} />
      )}
      {bills.length > 0 && <Table bills={bills} currency={currency} />}
      {bills.length > 0 && <Confirm {...props} />}
    </>
  );
}

function Exceptions({ exceptions }: Pick<Preview, 'exceptions'>) {
  const known: Readonly<Record<string, string>> = words.codes;
  return (
    <div className="attention">
      <b>⚠ {words.exceptions(exceptions.length)}</b>
      <ul>
        {exceptions.map(({ member, code, detail }) => (
          <li key={`${member} ${code} ${detail}`}>
            {en.me.title(member)}: {known[code] ?? code}
            {detail !== '' && <small> ({detail})</small>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function sumOf(bills: Preview['bills'], name: 'netCents' | 'vatCents' | 'grossCents'): string {
  return `${bills.reduce((sum, bill) => sum + BigInt(bill[name]), 0n)}`;
}

function Table({ bills, currency }: Pick<Preview, 'bills'> & { readonly currency: string }) {
  if (bills.length === 0) return <Empty>{words.nothing}</Empty>;
  const amounts = ['netCents', 'vatCents', 'grossCents', 'paidCents', 'dueCents'] as const;
  const headings = [words.net, words.vat, en.bills.gross, words.paid, en.bills.dueColumn];
  return (
    <Scroll label={words.preview}>
      <table>
        <thead>
          <tr>
            <th scope="col">{en.bills.member}</th>
            <th scope="col">{en.bills.kind}</th>
            <th scope="col" className="number">
              {words.lines}
            </th>
            {headings.map((heading) => (
              <th key={heading} scope="col" className="number">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bills.map((bill) => (
            <tr key={`${bill.member} ${bill.type}`}>
              <td>{bill.member}</td>
              <td>{typeWords(bill.type)}</td>
              <td className="number">{bill.lines}</td>
              {amounts.map((name) => (
                <td key={name} className="number">
                  {centsText(bill[name], currency)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Confirm(props: {
  readonly preview: Preview;
  readonly currency: string;
  readonly busy: boolean;
  readonly finalise: () => void;
}) {
  const { preview, currency, busy, finalise } = props;
  const [asked, setAsked] = useState(false);
  const { bills } = preview;
  const gross = centsText(sumOf(bills, 'grossCents'), currency);
  if (!asked) {
    return (
      <button type="button" onClick={() => setAsked(true)}>
        {words.finalise}
      </button>
    );
  }
  return (
    <fieldset className="confirm" aria-label={words.finalise}>
      <p className="attention">{words.confirm(bills.length, gross)}</p>
      <div className="row">
        <button type="button" className="primary" disabled={busy} onClick={finalise}>
          {words.confirmYes(bills.length)}
        </button>
        <button type="button" disabled={busy} onClick={() => setAsked(false)}>
          {words.confirmNo}
        </button>
      </div>
    </fieldset>
  );
}
