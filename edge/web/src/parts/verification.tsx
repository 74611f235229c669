/** *Verify on this device*: one button, the same everywhere, and every step that it took. */

import type { VerificationStep } from '@commonwatt/client';
import { useEffect, useRef, useState } from 'react';
import { faultWords } from '../fault-words.ts';
import { en } from '../words/en.ts';

export interface Verdict {
  readonly ok: boolean;
  readonly steps: readonly VerificationStep[];
}

type State =
  | { readonly name: 'idle' | 'running' }
  | { readonly name: 'done'; readonly verdict: Verdict; readonly tookMs: number }
  | { readonly name: 'broken'; readonly fault: unknown };

export function Verification(props: {
  readonly label?: string;
  readonly verify: (() => Promise<Verdict>) | undefined;
  /** Begins by itself, once. */
  readonly begin?: boolean;
}) {
  const { verify, begin = false } = props;
  const [state, setState] = useState<State>({ name: 'idle' });
  const began = useRef(false);
  const run = async (work: () => Promise<Verdict>) => {
    setState({ name: 'running' });
    const startMs = performance.now();
    try {
      const verdict = await work();
      const tookMs = Math.max(1, Math.round(performance.now() - startMs));
      setState({ name: 'done', verdict, tookMs });
    } catch (fault) {
      setState({ name: 'broken', fault });
    }
  };
  useEffect(() => {
    if (!begin || began.current || verify === undefined) return;
    began.current = true;
    void run(verify);
  });
  return (
    <div className="verification">
      <button
        type="button"
        className="primary"
        disabled={verify === undefined || state.name === 'running'}
        onClick={() => verify && void run(verify)}
      >
        {props.label ?? en.ledger.verify}
      </button>
      <div role="status" aria-live="polite">
        {state.name === 'running' && <p className="quiet">{en.verify.running}</p>}
        {state.name === 'broken' && <p className="failed">{faultWords(state.fault)}</p>}
        {state.name === 'done' && <Steps verdict={state.verdict} tookMs={state.tookMs} />}
      </div>
    </div>
  );
}

export function Steps({ verdict, tookMs }: { readonly verdict: Verdict; readonly tookMs: number }) {
  const failed = verdict.steps.filter((step) => !step.ok).map((step) => stepWords(step.name));
  return (
    <>
      <ol className="steps">
        {verdict.steps.map((step, at) => (
          <li key={step.name} data-step={step.name} style={{ animationDelay: `${at * 60}ms` }}>
            <span className={step.ok ? 'ok' : 'no'}>{step.ok ? '✓' : '✗'}</span>
            <span>
              {stepWords(step.name)}
              <small>{step.detail}</small>
            </span>
          </li>
        ))}
      </ol>
      {verdict.ok ? (
        <p className="done">{en.verify.holds(tookMs)}</p>
      ) : (
        <p className="failed">{en.verify.fails(failed.join('; '))}</p>
      )}
    </>
  );
}

function stepWords(name: string): string {
  const known: Readonly<Record<string, string>> = en.verify.steps;
  return known[name] ?? name;
}
