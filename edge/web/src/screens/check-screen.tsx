/** A proof file is dropped and verified on this device alone. No request leaves this page. */

import {
  type BundleVerdict,
  browserCrypto,
  type PinnedLedger,
  verifyBundle,
} from '@commonwatt/client';
import { useState } from 'react';
import { BillBeside } from '../check/bill-beside.tsx';
import { Failures } from '../check/failures.tsx';
import {
  billOf,
  PROOF_FILE_BYTES_MAX,
  type ProofFile,
  ProofFileError,
  readProofFile,
} from '../check/read-file.ts';
import { TrustForm } from '../check/trust-form.tsx';
import { dayTime } from '../figures.ts';
import { bytesOfHex } from '../hex.ts';
import { pathTo } from '../location.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { Facts, Panel } from '../parts/panel.tsx';
import { Steps } from '../parts/verification.tsx';
import { ThemeSwitch } from '../theme.tsx';
import { keptLedger } from '../verifier.ts';
import { en } from '../words/en.ts';

type State =
  | { readonly name: 'idle' | 'running' }
  | { readonly name: 'unreadable'; readonly words: string }
  | { readonly name: 'untrusted'; readonly file: ProofFile }
  | {
      readonly name: 'done';
      readonly file: ProofFile;
      readonly ledger: PinnedLedger;
      readonly verdict: BundleVerdict;
      readonly tookMs: number;
    };

const MEBIBYTE = 1_048_576;

export function CheckScreen() {
  const [state, setState] = useState<State>({ name: 'idle' });
  const check = (file: ProofFile, ledger: PinnedLedger) => {
    const startMs = performance.now();
    const { chain, keys, threshold } = ledger;
    const asker = { crypto: browserCrypto, chain: bytesOfHex(chain), keys, threshold };
    const verdict = verifyBundle(file.json, asker);
    const tookMs = Math.max(1, Math.round(performance.now() - startMs));
    setState({ name: 'done', file, ledger, verdict, tookMs });
  };
  const take = async (chosen: File) => {
    if (chosen.size > PROOF_FILE_BYTES_MAX) {
      const words = en.check.tooLarge(`${PROOF_FILE_BYTES_MAX / MEBIBYTE} MiB`);
      setState({ name: 'unreadable', words });
      return;
    }
    setState({ name: 'running' });
    try {
      const file = await readProofFile(chosen);
      const ledger = keptLedger(file.chain ?? '');
      if (ledger === undefined) setState({ name: 'untrusted', file });
      else check(file, ledger);
    } catch (fault) {
      if (!(fault instanceof ProofFileError)) throw fault;
      setState({ name: 'unreadable', words: en.check.unreadable(fault.message) });
    }
  };
  return (
    <>
      <header className="top">
        <a className="brand" href={pathTo.street()}>
          <img src="/mark.svg" alt="" width="22" height="22" />
          <strong>{en.product}</strong>
        </a>
        <nav aria-label={en.nav.title}>
          <a href={pathTo.street()}>{en.check.back}</a>
        </nav>
        <ThemeSwitch />
      </header>
      <main className="check-page stack">
        <header className="page-head">
          <h1>{en.check.title}</h1>
          <p>{en.check.about}</p>
        </header>
        <DropZone
          words={en.check.drop}
          label={en.check.choose}
          accept="application/json,.json"
          take={([file]) => file !== undefined && void take(file)}
        />
        <div role="status" className="stack">
          {state.name === 'running' && <p className="quiet">{en.check.reading}</p>}
          {state.name === 'unreadable' && <p className="failed">{state.words}</p>}
          {state.name === 'untrusted' && (
            <Panel title={en.check.trust}>
              <p>{en.check.trustNone}</p>
              <TrustForm
                chain={state.file.chain ?? ''}
                trust={(ledger) => check(state.file, ledger)}
              />
            </Panel>
          )}
          {state.name === 'done' && <Outcome {...state} />}
        </div>
      </main>
    </>
  );
}

function Outcome(props: Extract<State, { readonly name: 'done' }>) {
  const { file, ledger, verdict, tookMs } = props;
  const computedOf = (number: string) => {
    const again = verdict.bills.find((bill) => bill.number === number)?.recomputed;
    return again === undefined ? undefined : billOf(again);
  };
  return (
    <div className="grid">
      <div className="wide-6 stack">
        <Panel title={file.name}>
          <p className="quiet">{en.check.trustPinned(ledger.origin)}</p>
          <Steps verdict={verdict} tookMs={tookMs} />
        </Panel>
      </div>
      <div className="wide-6 stack">
        {verdict.ok ? <Found summary={verdict.summary} /> : <Failures of={verdict} />}
        {file.bills.length === 0 && <p className="empty">{en.check.noBills}</p>}
        {file.bills.map((bill) => (
          <Panel key={bill.number} title={en.check.bill(bill.number)}>
            <BillBeside bill={bill} computed={computedOf(bill.number)} />
          </Panel>
        ))}
      </div>
    </div>
  );
}

function Found({ summary }: { readonly summary: Extract<BundleVerdict, { ok: true }>['summary'] }) {
  const { member, period, checkpoint } = summary;
  const counts = Object.entries(en.check.counts).map(([name, words]) => {
    return [words, `${summary[name as keyof typeof en.check.counts]}`] as const;
  });
  return (
    <Panel title={en.check.found}>
      <Facts
        of={[
          [en.check.member, `${member}`],
          [en.check.period, `${dayTime(period.fromMs)} – ${dayTime(period.untilMs)}`],
          [en.check.checkpoint, en.check.blocks(Number(checkpoint.size))],
          ...counts,
        ]}
      />
    </Panel>
  );
}
