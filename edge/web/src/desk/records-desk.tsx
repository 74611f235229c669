/** What bills need of each member: name, address, metering point, account and tax status. */

import type { RouteAnswer } from '@commonwatt/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { useLive, useOwn } from '../live.tsx';
import { Answer, Empty, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { RecordFields } from './record-fields.tsx';
import { flawOf, type RecordText, recordOfText, textOfRecord } from './record-text.ts';

const words = en.desk.records;

export function RecordsDesk() {
  const members = useOwn('memberList', {});
  const [chosen, setChosen] = useState<number>();
  return (
    <Panel title={en.desk.parts.records}>
      <p className="quiet">{words.about}</p>
      <Answer of={members} lines={4}>
        {(answer) => (
          <label className="field choose-member">
            {words.member}
            <select
              value={chosen ?? ''}
              onChange={({ target }) =>
                setChosen(target.value === '' ? undefined : Number(target.value))
              }
            >
              <option value="">{words.choose}</option>
              {answer.members.map(({ member, kind }) => (
                <option key={member} value={member}>
                  {words.option(member, kind)}
                </option>
              ))}
            </select>
          </label>
        )}
      </Answer>
      {chosen === undefined ? (
        <Empty>{words.empty}</Empty>
      ) : (
        <OfMember key={chosen} member={chosen} />
      )}
    </Panel>
  );
}

const WAITING = { data: undefined, error: undefined };

function OfMember({ member }: { readonly member: number }) {
  const kept = useOwn('billingRecord', { query: { member: `${member}` } });
  // Another member's record never stands under this one's number.
  return (
    <Answer of={kept.isPlaceholderData ? WAITING : kept} lines={6}>
      {({ record }) => <RecordForm member={member} kept={record} />}
    </Answer>
  );
}

type State =
  | { readonly name: 'idle' | 'busy' }
  | { readonly name: 'failed'; readonly fault: unknown }
  | { readonly name: 'kept'; readonly flaws: readonly string[] };

function RecordForm(props: {
  readonly member: number;
  readonly kept: RouteAnswer<'billingRecord'>['record'];
}) {
  const { member, kept } = props;
  const { own } = useLive();
  const queries = useQueryClient();
  /** What was typed stays, whatever comes from the node meanwhile. */
  const [typed, setTyped] = useState<RecordText>();
  const [state, setState] = useState<State>({ name: 'idle' });
  const text = typed ?? textOfRecord(kept);
  const keep = async () => {
    if (own === undefined) return;
    setState({ name: 'busy' });
    try {
      const { flaws } = await own.putBillingRecord({
        body: { member, record: recordOfText(text) },
      });
      setState({ name: 'kept', flaws });
      await queries.invalidateQueries({ queryKey: ['live', 'own'] });
      setTyped(undefined);
    } catch (fault) {
      setState({ name: 'failed', fault });
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      {kept === null && <p className="attention">{words.none(member)}</p>}
      <RecordFields
        text={text}
        change={(changed) => {
          setTyped({ ...text, ...changed });
          setState({ name: 'idle' });
        }}
      />
      <p className="row">
        <button type="submit" className="primary" disabled={state.name === 'busy'}>
          {words.keep}
        </button>
        {typed !== undefined && state.name !== 'busy' && (
          <button type="button" onClick={() => setTyped(undefined)}>
            {words.undo}
          </button>
        )}
      </p>
      <div role="status">
        {state.name === 'failed' && <p className="failed">{faultWords(state.fault)}</p>}
        {state.name === 'kept' && <Kept flaws={state.flaws} />}
      </div>
    </form>
  );
}

function Kept({ flaws }: { readonly flaws: readonly string[] }) {
  if (flaws.length === 0) return <p className="done">{words.complete}</p>;
  const names: Readonly<Record<string, string>> = words.fields;
  return (
    <>
      <p className="attention">{words.lacks}</p>
      <ul className="sentences">
        {flaws.map((flaw) => {
          const { field, words: what } = flawOf(flaw);
          const name = names[field];
          return <li key={flaw}>{name === undefined ? what : `${name}: ${what}`}</li>;
        })}
      </ul>
    </>
  );
}
