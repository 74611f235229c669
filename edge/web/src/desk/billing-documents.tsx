/** All final documents, how far each is on its way, and what is noted about those that are chosen. */

import type { RouteAnswer } from '@commonwatt/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { centsText, daysText, fullTime } from '../figures.ts';
import { saveFile } from '../file.ts';
import { useLive, useOwn } from '../live.tsx';
import { Downloads, typeWords } from '../month/bills.tsx';
import type { Days } from '../month/days.ts';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { en } from '../words/en.ts';
import { CorrectDocument } from './correct-document.tsx';

const words = en.desk.billing;
const STATES = ['prepared', 'sent', 'failed'] as const;
type Document = RouteAnswer<'billingDocuments'>['documents'][number];

export function BillingDocuments(props: { readonly currency: string; readonly days: Days }) {
  const { currency, days } = props;
  const [starts, setStarts] = useState<readonly (string | undefined)[]>([undefined]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (numbers: readonly string[], isChosen: boolean) => {
    const next = new Set(chosen);
    for (const number of numbers) {
      if (isChosen) next.add(number);
      else next.delete(number);
    }
    setChosen(next);
  };
  return (
    <Panel title={words.documents} aside={<ExportTable days={days} />}>
      {starts.map((after, at) => (
        <Page
          key={after ?? ''}
          after={after}
          currency={currency}
          chosen={chosen}
          toggle={toggle}
          more={at === starts.length - 1 ? (next) => setStarts([...starts, next]) : undefined}
        />
      ))}
      {chosen.size > 0 && <MarkChosen chosen={[...chosen]} done={() => setChosen(new Set())} />}
    </Panel>
  );
}

function Page(props: {
  readonly after: string | undefined;
  readonly currency: string;
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (numbers: readonly string[], isChosen: boolean) => void;
  readonly more: ((next: string) => void) | undefined;
}) {
  const { after, currency, chosen, toggle, more } = props;
  const query = after === undefined ? {} : { after };
  const page = useOwn('billingDocuments', { query });
  return (
    <Answer of={page} lines={4}>
      {({ documents, next }) =>
        documents.length === 0 ? (
          <Empty>{words.noDocuments}</Empty>
        ) : (
          <>
            <Scroll label={words.documents}>
              <table className="documents">
                <thead>
                  <tr>
                    <th scope="col">
                      <input
                        type="checkbox"
                        aria-label={words.chooseAll}
                        checked={documents.every(({ number }) => chosen.has(number))}
                        onChange={(event) =>
                          toggle(
                            documents.map(({ number }) => number),
                            event.target.checked,
                          )
                        }
                      />
                    </th>
                    <th scope="col">{en.bills.number}</th>
                    <th scope="col">{en.bills.member}</th>
                    <th scope="col">{en.bills.kind}</th>
                    <th scope="col" className="number">
                      {en.bills.gross}
                    </th>
                    <th scope="col" className="number">
                      {en.bills.dueColumn}
                    </th>
                    <th scope="col">{en.bills.delivery}</th>
                    <th scope="col">{en.bills.files}</th>
                  </tr>
                </thead>
                <tbody>
                  {documents.map((one) => (
                    <Row
                      key={one.number}
                      of={one}
                      currency={currency}
                      isChosen={chosen.has(one.number)}
                      choose={(isChosen) => toggle([one.number], isChosen)}
                    />
                  ))}
                </tbody>
              </table>
            </Scroll>
            {next !== null && more !== undefined && (
              <button type="button" onClick={() => more(next)}>
                {words.more}
              </button>
            )}
          </>
        )
      }
    </Answer>
  );
}

function Row(props: {
  readonly of: Document;
  readonly currency: string;
  readonly isChosen: boolean;
  readonly choose: (isChosen: boolean) => void;
}) {
  const { of, currency, isChosen, choose } = props;
  const { number, member, type, fromMs, untilMs, grossCents, dueCents, delivery } = of;
  const last = delivery.at(-1);
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={words.choose(number)}
          checked={isChosen}
          onChange={(event) => choose(event.target.checked)}
        />
      </td>
      <td title={daysText(fromMs, untilMs)}>{number}</td>
      <td>{member}</td>
      <td>
        {typeWords(type)}
        {of.corrects !== null && <small className="quiet"> {en.bills.corrects(of.corrects)}</small>}
        {of.correctedBy !== null && (
          <small className="quiet"> {en.bills.correctedBy(of.correctedBy)}</small>
        )}
      </td>
      <td className="number">{centsText(grossCents, currency)}</td>
      <td className="number">{centsText(dueCents, currency)}</td>
      <td
        className={last?.state === 'failed' ? 'no' : undefined}
        title={last === undefined ? undefined : `${fullTime(last.atMs)} ${last.note}`}
      >
        {last === undefined ? en.bills.states.prepared : en.bills.states[last.state]}
      </td>
      <td>
        <Downloads
          number={number}
          ask={(own, format) => own.billingDocument({ params: { number }, query: { format } })}
        />
        {of.correctedBy === null && of.corrects === null && <CorrectDocument number={number} />}
      </td>
    </tr>
  );
}

function MarkChosen(props: { readonly chosen: readonly string[]; readonly done: () => void }) {
  const { chosen, done } = props;
  const { own } = useLive();
  const queries = useQueryClient();
  const [state, setState] = useState<(typeof STATES)[number]>('sent');
  const [note, setNote] = useState('');
  const [fault, setFault] = useState<unknown>();
  const mark = async () => {
    if (own === undefined) return;
    setFault(undefined);
    try {
      await own.noteDelivery({ body: { numbers: [...chosen], state, note } });
      await queries.invalidateQueries({ queryKey: ['live', 'own'] });
      done();
    } catch (cause) {
      setFault(cause);
    }
  };
  return (
    <form
      className="run"
      onSubmit={(event) => {
        event.preventDefault();
        void mark();
      }}
    >
      <b>{words.chosen(chosen.length)}</b>
      <label className="field">
        {words.mark}
        <select
          value={state}
          onChange={(event) => setState(STATES.find((one) => one === event.target.value) ?? 'sent')}
        >
          {STATES.map((one) => (
            <option key={one} value={one}>
              {words.marks[one]}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {words.note}
        <input maxLength={200} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <button type="submit">{words.mark}</button>
      {fault !== undefined && (
        <p className="failed" role="alert">
          {faultWords(fault)}
        </p>
      )}
    </form>
  );
}

function ExportTable({ days }: { readonly days: Days }) {
  const { own } = useLive();
  const [fault, setFault] = useState<unknown>();
  const download = async () => {
    if (own === undefined) return;
    setFault(undefined);
    try {
      const text = await own.billingTable({ query: days });
      saveFile({ name: `bills-${days.fromDay}-${days.untilDay}.csv`, type: 'text/csv', text });
    } catch (cause) {
      setFault(cause);
    }
  };
  return (
    <span>
      <button type="button" className="quiet" onClick={() => void download()}>
        ↓ {words.export}
      </button>
      {fault !== undefined && <span className="failed">{faultWords(fault)}</span>}
    </span>
  );
}
