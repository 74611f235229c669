/** Joining, step by step, until the first slot has traded. */

import type { Invitation } from '@commonwatt/client';
import { useEffect, useRef, useState } from 'react';
import type { StandingTerms } from '../account/standing-terms.ts';
import { faultWords, refusalWords } from '../fault-words.ts';
import { useLive } from '../live.tsx';
import { pathTo } from '../location.ts';
import { en } from '../words/en.ts';
import { FirstSlot } from './first-slot.tsx';
import { type Stage, type Taken, takeInvite } from './take-invite.ts';

type State =
  | { readonly name: 'going'; readonly stage: Stage }
  | { readonly name: 'joined'; readonly taken: Taken }
  | { readonly name: 'failed'; readonly fault: unknown };

const STAGES: readonly Stage[] = ['key', 'join', 'order'];

export function Joining(props: {
  readonly invitation: Invitation;
  readonly terms: StandingTerms | undefined;
  readonly back: () => void;
}) {
  const { invitation, terms, back } = props;
  const { open, setSession } = useLive();
  const [state, setState] = useState<State>({ name: 'going', stage: 'key' });
  const begun = useRef(false);
  useEffect(() => {
    // Once: a second run would find its own key and join twice.
    if (begun.current) return;
    begun.current = true;
    takeInvite({
      open,
      invitation,
      terms,
      reached: (stage) => setState({ name: 'going', stage }),
    }).then(
      (taken) => {
        setSession(taken.session);
        setState({ name: 'joined', taken });
      },
      (fault: unknown) => setState({ name: 'failed', fault }),
    );
  }, [open, invitation, terms, setSession]);
  return (
    <section className="panel">
      <h1>{state.name === 'joined' ? en.join.joined : en.join.joiningTitle}</h1>
      <Progress state={state} />
      {state.name === 'failed' && (
        <>
          <p className="failed">{faultWords(state.fault)}</p>
          <button type="button" onClick={back}>
            {en.join.again}
          </button>
        </>
      )}
      {state.name === 'joined' && (
        <>
          {state.taken.orderRefused === undefined ? (
            <FirstSlot member={state.taken.member} />
          ) : (
            <p className="attention">
              {en.join.orderRefused(refusalWords(state.taken.orderRefused))}
            </p>
          )}
          <a className="button primary" href={pathTo.me()}>
            {en.join.toAccount}
          </a>
        </>
      )}
    </section>
  );
}

function Progress({ state }: { readonly state: State }) {
  if (state.name === 'failed') return null;
  const reached = state.name === 'going' ? STAGES.indexOf(state.stage) : STAGES.length;
  const taken = state.name === 'joined' ? state.taken : undefined;
  return (
    <ol className="steps" aria-live="polite">
      {STAGES.slice(0, reached + 1).map((stage, at) => {
        const isDone = at < reached;
        const isRefused = stage === 'order' && taken?.orderRefused !== undefined;
        return (
          <li key={stage}>
            <span className={isRefused ? 'no' : isDone ? 'ok' : 'wait'}>
              {isRefused ? '✗' : isDone ? '✓' : '…'}
            </span>
            <span>
              {en.join.stages[stage]}
              {stage === 'join' && taken !== undefined && (
                <small>
                  {en.join.memberIn(taken.member)}{' '}
                  <a href={pathTo.blockVerified(taken.height)}>{en.ledger.block(taken.height)}</a>
                </small>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
