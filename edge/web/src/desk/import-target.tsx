/** The meter that a file's readings go to: what would change there, and the sending. */

import type { Client, RouteAnswer } from '@commonwatt/client';
import {
  type ImportedMeter,
  planImport,
  providedSlots,
  type SentReadings,
  sendReadings,
} from '@commonwatt/client/import';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { useLive } from '../live.tsx';
import { Answer } from '../parts/panel.tsx';
import type { Session } from '../session.ts';
import { en } from '../words/en.ts';

const words = en.desk.import;

type Meter = RouteAnswer<'meterList'>['meters'][number];

export function ImportTarget(props: {
  readonly imported: ImportedMeter;
  readonly meters: readonly Meter[];
  readonly slotLengthMs: number;
}) {
  const { imported, meters, slotLengthMs } = props;
  const { own, session } = useLive();
  // A file that names its meter by the ledger's own number needs no choice.
  const named = meters.find(({ meter }) => `${meter}` === imported.meter)?.meter;
  const [meter, setMeter] = useState<number | undefined>(named);
  return (
    <div className="target">
      <label className="field">
        {words.target}
        <select
          value={meter ?? ''}
          onChange={(event) =>
            setMeter(event.target.value === '' ? undefined : Number(event.target.value))
          }
        >
          <option value="">{words.chooseTarget}</option>
          {meters.map((one) => (
            <option key={one.meter} value={one.meter}>
              {words.ofMember(one.meter, one.member)}
            </option>
          ))}
        </select>
      </label>
      {meter !== undefined && own !== undefined && session !== undefined && (
        <Plan key={meter} imported={imported} to={{ client: own, session, meter, slotLengthMs }} />
      )}
    </div>
  );
}

interface Target {
  readonly client: Client;
  readonly session: Session;
  readonly meter: number;
  readonly slotLengthMs: number;
}

type State =
  | { readonly name: 'idle' }
  | { readonly name: 'sending'; readonly sent: number; readonly all: number }
  | { readonly name: 'failed'; readonly fault: unknown }
  | { readonly name: 'done'; readonly sent: SentReadings };

function Plan({ imported, to }: { readonly imported: ImportedMeter; readonly to: Target }) {
  const { client, session, meter, slotLengthMs } = to;
  const queries = useQueryClient();
  const { slots } = imported;
  const span = `${slots[0]?.slotMs} ${slots.at(-1)?.slotMs} ${slots.length}`;
  const queryKey = ['import', session.chain, meter, span];
  const said = useQuery({
    queryKey,
    // Null stands for a key that may not ask: what is there then shows by sending.
    queryFn: async () => (await providedSlots(slots, { client, meter, slotLengthMs })) ?? null,
  });
  const [state, setState] = useState<State>({ name: 'idle' });
  const send = async (known: NonNullable<typeof said.data> | null) => {
    const plan = planImport(imported, (slotMs) => known?.get(slotMs));
    const sending = [...plan.fresh, ...plan.superseding].sort((a, b) => a.slotMs - b.slotMs);
    setState({ name: 'sending', sent: 0, all: sending.length });
    try {
      const sent = await sendReadings(sending, {
        client,
        signer: session.keys.signer,
        chain: session.chain,
        meter,
        known: (slotMs) => known?.get(slotMs),
        nowMs: Date.now,
        onProgress: (done) => setState({ name: 'sending', sent: done, all: sending.length }),
      });
      setState({ name: 'done', sent });
    } catch (fault) {
      setState({ name: 'failed', fault });
    }
    await queries.invalidateQueries({ queryKey });
  };
  return (
    <Answer of={said} lines={1}>
      {(known) => {
        const plan = planImport(imported, (slotMs) => known?.get(slotMs));
        const { fresh, superseding, identical, carried } = plan;
        const count = fresh.length + superseding.length;
        return (
          <>
            <p>
              {known === null
                ? words.planUnknown
                : words.plan(fresh.length, superseding.length, identical + carried)}
            </p>
            {count === 0 ? (
              <p className="quiet">{words.nothingNew}</p>
            ) : (
              <button
                type="button"
                className="primary"
                disabled={state.name === 'sending'}
                onClick={() => void send(known)}
              >
                {words.send(count)}
              </button>
            )}
            <Outcome state={state} />
          </>
        );
      }}
    </Answer>
  );
}

function Outcome({ state }: { readonly state: State }) {
  return (
    <div role="status">
      {state.name === 'sending' && (
        <>
          <progress value={state.sent} max={state.all} aria-label={en.desk.parts.import} />
          <span className="quiet"> {words.sending(state.sent, state.all)}</span>
        </>
      )}
      {state.name === 'failed' && (
        <p className="failed">
          {faultWords(state.fault)} {words.failed}
        </p>
      )}
      {state.name === 'done' && (
        <p className="done">
          {words.done(state.sent.stored, state.sent.superseding, state.sent.identical)}
        </p>
      )}
      {state.name === 'done' &&
        state.sent.refused.map(({ code, slots, firstLine }) => (
          <p className="failed" key={code}>
            {words.refused(slots, code, firstLine)}
          </p>
        ))}
    </div>
  );
}
