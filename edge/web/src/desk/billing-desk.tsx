/** A billing run: what it would make, who gets no bill and why, and then the documents for good. */

import type { RouteAnswer } from '@commonwatt/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultCode, faultWords } from '../fault-words.ts';
import { useLive, useZone } from '../live.tsx';
import { useNodeClock } from '../market-clock.tsx';
import { type Days, daysOfMonth, monthAfter, monthOf } from '../month/days.ts';
import { Empty, Panel, Skeleton } from '../parts/panel.tsx';
import { en } from '../words/en.ts';
import { BillingDocuments } from './billing-documents.tsx';
import { BillingPreview } from './billing-preview.tsx';

const words = en.desk.billing;
const ACCEPTABLE = ['readings_missing', 'total_negative'] as const;
type Acceptable = (typeof ACCEPTABLE)[number];

export function BillingDesk({ currency }: { readonly currency: string }) {
  const clock = useNodeClock();
  const zone = useZone();
  if (clock === undefined || zone === undefined) return <Skeleton lines={6} />;
  // The last month that can be over.
  return <Run first={monthAfter(monthOf(clock.nowMs, zone), -1)} currency={currency} />;
}

interface Asked extends Days {
  readonly accept: readonly Acceptable[];
}

type State =
  | { readonly name: 'idle' }
  | { readonly name: 'busy'; readonly words: string }
  | { readonly name: 'failed'; readonly fault: unknown }
  | { readonly name: 'final'; readonly count: number };

function Run({ first, currency }: { readonly first: string; readonly currency: string }) {
  const { own } = useLive();
  const queries = useQueryClient();
  const [days, setDays] = useState<Days>(() => daysOfMonth(first));
  const [accept, setAccept] = useState<readonly Acceptable[]>([]);
  const [preview, setPreview] = useState<RouteAnswer<'previewBilling'>>();
  const [state, setState] = useState<State>({ name: 'idle' });
  const asked = { ...days, accept: [...accept] };
  /** What is looked at is always of what is asked for. */
  const change = (changed: Partial<Asked>) => {
    const { accept: accepted = accept, ...span } = changed;
    setAccept(accepted);
    setDays({ ...days, ...span });
    setPreview(undefined);
    setState({ name: 'idle' });
  };
  const look = async () => {
    if (own === undefined) return;
    setState({ name: 'busy', words: words.previewing });
    try {
      setPreview(await own.previewBilling({ body: asked }));
      setState({ name: 'idle' });
    } catch (fault) {
      setState({ name: 'failed', fault });
    }
  };
  const finalise = async (hash: string) => {
    if (own === undefined) return;
    setState({ name: 'busy', words: words.finalising });
    try {
      const { documents } = await own.finaliseBilling({ body: { ...asked, hash } });
      setPreview(undefined);
      setState({ name: 'final', count: documents.length });
    } catch (fault) {
      if (faultCode(fault) === 'preview_changed') setPreview(undefined);
      setState({ name: 'failed', fault });
    }
    await queries.invalidateQueries({ queryKey: ['live', 'own'] });
  };
  return (
    <div className="stack">
      <Panel title={en.desk.parts.billing}>
        <RunForm days={days} accept={accept} change={change} look={() => void look()} />
        <div role="status">
          {state.name === 'busy' && <p className="quiet">{state.words}</p>}
          {state.name === 'failed' && <p className="failed">{faultWords(state.fault)}</p>}
          {state.name === 'final' && <p className="done">{words.finalised(state.count)}</p>}
        </div>
        {preview === undefined ? (
          <Empty>{words.previewEmpty}</Empty>
        ) : (
          <BillingPreview
            key={preview.hash}
            preview={preview}
            currency={currency}
            busy={state.name === 'busy'}
            finalise={() => void finalise(preview.hash)}
          />
        )}
      </Panel>
      <BillingDocuments currency={currency} days={days} />
    </div>
  );
}

function RunForm(props: {
  readonly days: Days;
  readonly accept: readonly Acceptable[];
  readonly change: (changed: Partial<Asked>) => void;
  readonly look: () => void;
}) {
  const { days, accept, change, look } = props;
  const month = days.fromDay.slice(0, 7);
  const isMonth = daysOfMonth(month).untilDay === days.untilDay && days.fromDay.endsWith('-01');
  return (
    <form
      className="run"
      onSubmit={(event) => {
        event.preventDefault();
        look();
      }}
    >
      <label className="field">
        {words.month}
        <input
          type="month"
          value={isMonth ? month : ''}
          onChange={(event) => event.target.value && change(daysOfMonth(event.target.value))}
        />
      </label>
      <label className="field">
        {words.days}
        <input
          type="date"
          value={days.fromDay}
          onChange={(event) => event.target.value && change({ fromDay: event.target.value })}
        />
      </label>
      <label className="field">
        {words.until}
        <input
          type="date"
          value={days.untilDay}
          onChange={(event) => event.target.value && change({ untilDay: event.target.value })}
        />
      </label>
      <fieldset>
        <legend>{words.accept}</legend>
        {ACCEPTABLE.map((code) => (
          <label key={code} className="check">
            <input
              type="checkbox"
              checked={accept.includes(code)}
              onChange={(event) =>
                change({
                  accept: event.target.checked
                    ? [...accept, code]
                    : accept.filter((one) => one !== code),
                })
              }
            />
            {words.acceptable[code]}
          </label>
        ))}
      </fieldset>
      <button type="submit" className="primary">
        {words.preview}
      </button>
    </form>
  );
}
