/** The member's invoices and credit notes, newest first, each to be taken away in every form. */

import type { Client, RouteAnswer } from '@commonwatt/client';
import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { centsText, daysText } from '../figures.ts';
import { saveFile } from '../file.ts';
import { bytesOfHex } from '../hex.ts';
import { useLive, useOwn } from '../live.tsx';
import { Answer, Empty } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

const FORMATS = ['pdf', 'json', 'ubl', 'csv'] as const;
type Format = (typeof FORMATS)[number];
type Bill = RouteAnswer<'memberBills'>['bills'][number];

export function typeWords(type: string): string {
  const known: Readonly<Record<string, string>> = en.bills.types;
  return known[type] ?? type;
}

export function Bills({
  member,
  currency,
}: {
  readonly member: number;
  readonly currency: string;
}) {
  const bills = useOwn('memberBills', { params: { member } });
  return (
    <Answer of={bills} lines={3}>
      {(answer) =>
        answer.bills.length === 0 ? (
          <Empty>{en.bills.none}</Empty>
        ) : (
          <ul className="rows bills">
            {answer.bills.toReversed().map((bill) => (
              <li key={bill.number}>
                <One bill={bill} currency={currency} />
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}

function One({ bill, currency }: { readonly bill: Bill; readonly currency: string }) {
  const { number, type, fromMs, untilMs, issued, corrects, correctedBy, grossCents } = bill;
  return (
    <>
      <span className="row-line">
        <span className="grow">
          {typeWords(type)} {number}
          <small>
            {daysText(fromMs, untilMs)}, {en.bills.issued(issued)}
            {corrects !== null && `, ${en.bills.corrects(corrects)}`}
            {correctedBy !== null && `, ${en.bills.correctedBy(correctedBy)}`}
          </small>
        </span>
        <b>{centsText(grossCents, currency)}</b>
      </span>
      <Downloads
        number={number}
        ask={(own, format) =>
          own.memberBill({ params: { member: bill.member, number }, query: { format } })
        }
      />
    </>
  );
}

/** One button for each form of a document. */
export function Downloads(props: {
  readonly number: string;
  readonly ask: (own: Client, format: Format) => Promise<RouteAnswer<'memberBill'>>;
}) {
  const { number, ask } = props;
  const { own } = useLive();
  const [fault, setFault] = useState<unknown>();
  const download = async (client: Client, format: Format) => {
    setFault(undefined);
    try {
      const { name, mediaType, content } = await ask(client, format);
      saveFile({ name, type: mediaType, text: Uint8Array.from(bytesOfHex(content)) });
    } catch (cause) {
      setFault(cause);
    }
  };
  if (own === undefined) return null;
  return (
    <>
      <span className="downloads">
        {FORMATS.map((format) => (
          <button
            type="button"
            className="quiet"
            key={format}
            aria-label={en.bills.download(en.bills.formats[format], number)}
            onClick={() => void download(own, format)}
          >
            ↓ {en.bills.formats[format]}
          </button>
        ))}
      </span>
      {fault !== undefined && (
        <p className="failed" role="alert">
          {faultWords(fault)}
        </p>
      )}
    </>
  );
}
