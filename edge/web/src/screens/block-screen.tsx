/** A block: what it did in business words, what anyone may see of it, and the proof of it. */

import { type RouteAnswer, verifyBlock } from '@commonwatt/client';
import { useState } from 'react';
import { useArrows } from '../arrows.ts';
import { fullTime } from '../figures.ts';
import { shortHex } from '../hex.ts';
import { useOpen, useVerifier } from '../live.tsx';
import { pathTo } from '../location.ts';
import { Neighbours } from '../parts/neighbours.tsx';
import { Empty, Facts, Failed, Panel, Skeleton } from '../parts/panel.tsx';
import { PublicEvent } from '../parts/public-event.tsx';
import { Verification } from '../parts/verification.tsx';
import { en } from '../words/en.ts';

type Block = RouteAnswer<'blockDetail'>;

export function BlockScreen(props: { readonly height: number; readonly verify: boolean }) {
  const { height } = props;
  const block = useOpen('blockDetail', { params: { height } }, { stays: true });
  const status = useOpen('ledgerStatus', {});
  const verifier = useVerifier();
  const head = status.data?.height ?? height;
  const before = height > 0 ? pathTo.block(height - 1) : undefined;
  const after = height < head ? pathTo.block(height + 1) : undefined;
  useArrows(before, after);
  if (block.data === undefined) {
    return (
      <Panel isMain title={en.ledger.block(height)}>
        {block.error ? <Failed fault={block.error} /> : <Skeleton lines={8} />}
      </Panel>
    );
  }
  const { header } = block.data;
  const aside = (
    <Neighbours
      before={before === undefined ? undefined : { path: before, words: en.ledger.previous }}
      after={after === undefined ? undefined : { path: after, words: en.ledger.next }}
      here={fullTime(header.timeMs)}
      hint={block.data.hash}
    />
  );
  return (
    <div className="grid">
      <Panel isMain title={en.ledger.block(height)} className="wide-8" aside={aside}>
        <Story block={block.data} />
        <h2>{en.ledger.publicEvents}</h2>
        <Events block={block.data} />
        <Hashes block={block.data} />
      </Panel>
      <Panel title={en.verify.title} className="wide-4 proof">
        <p>{en.verify.about}</p>
        <Verification
          begin={props.verify}
          verify={verifier === undefined ? undefined : () => verifyBlock(verifier, height)}
        />
      </Panel>
    </div>
  );
}

function Story({ block }: { readonly block: Block }) {
  const { header, words } = block;
  return (
    <>
      <ul className="story">
        {words.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p className="quiet">
        {en.ledger.transactions(header.transactionCount)}
        {header.transactionCount > 0 && ` ${en.ledger.private}`}
      </p>
    </>
  );
}

const EVENTS_SHOWN = 20;

function Events({ block }: { readonly block: Block }) {
  const [all, setAll] = useState(false);
  const { publicEvents } = block;
  if (publicEvents.length === 0) return <Empty>{en.ledger.noPublicEvents}</Empty>;
  const shown = all ? publicEvents : publicEvents.slice(0, EVENTS_SHOWN);
  return (
    <>
      <ul className="events">
        {shown.map((event) => (
          <PublicEvent key={event.leafIndex} event={event} />
        ))}
      </ul>
      {shown.length < publicEvents.length && (
        <button type="button" onClick={() => setAll(true)}>
          {en.ledger.allEvents(publicEvents.length)}
        </button>
      )}
    </>
  );
}

function Hashes({ block }: { readonly block: Block }) {
  const { header, hash, transactionLeaves, receiptLeaves } = block;
  const leaves = [
    [en.ledger.transactionLeaves, transactionLeaves],
    [en.ledger.receiptLeaves, receiptLeaves],
  ] as const;
  return (
    <>
      <details>
        <summary>{en.ledger.details}</summary>
        <Facts
          of={[
            [en.ledger.hash, <code key="hash">{hash}</code>],
            ...Object.entries(header).map(
              ([name, value]) => [headerName(name), <code key={name}>{`${value}`}</code>] as const,
            ),
          ]}
        />
      </details>
      <details>
        <summary>{en.ledger.leaves(transactionLeaves.length + receiptLeaves.length)}</summary>
        {leaves.map(([name, list]) => (
          <div key={name}>
            <h3>{name}</h3>
            <ol className="hashes" start={0}>
              {list.map((leaf) => (
                <li key={leaf} title={leaf}>
                  {shortHex(leaf)}
                </li>
              ))}
            </ol>
          </div>
        ))}
      </details>
    </>
  );
}

function headerName(field: string): string {
  const known: Readonly<Record<string, string>> = en.ledger.header;
  return known[field] ?? field;
}
