/** The peg between both ledgers: what is locked is what is minted and under way, and how far each knows the other. */

import type { RouteAnswer } from '@commonwatt/client';
import { moneyText } from '../figures.ts';
import { shortHex } from '../hex.ts';
import { useOpen } from '../live.tsx';
import { Answer, Facts, Panel } from '../parts/panel.tsx';
import { en } from '../words/en.ts';

type Bridge = RouteAnswer<'certificateBridge'>;
type Side = Bridge['market'];
const words = en.direct.peg;
/** Crossings that are listed of each side. */
const CROSSINGS = 12;

/** B-4: over both ledgers what is locked is what is minted and what is under way. */
export function pegHolds({
  locked,
  minted,
  underWay,
}: Pick<Bridge, 'locked' | 'minted' | 'underWay'>): boolean {
  return BigInt(locked) === BigInt(minted) + BigInt(underWay);
}

export function PegView() {
  const bridge = useOpen('certificateBridge', {});
  const status = useOpen('ledgerStatus', {});
  const currency = status.data?.currency ?? '';
  return (
    <Answer of={bridge} lines={6}>
      {(answer) => (
        <div className="grid direct-round">
          <Panel title={words.title} className="wide-12">
            <Balance bridge={answer} currency={currency} />
          </Panel>
          <LedgerSide title={words.market} side={answer.market} currency={currency} />
          <LedgerSide title={words.certificates} side={answer.certificates} currency={currency} />
          <Panel title={words.carrier} className="wide-12">
            <Carrier of={answer.relay} />
          </Panel>
        </div>
      )}
    </Answer>
  );
}

function Balance({ bridge, currency }: { readonly bridge: Bridge; readonly currency: string }) {
  const { locked, minted, underWay } = bridge;
  const holds = pegHolds(bridge);
  return (
    <>
      <p className="peg-sum">
        <span className="peg-part">
          <small className="quiet">{words.locked}</small>
          <b>{moneyText(locked, currency)}</b>
        </span>
        <span aria-hidden="true">{holds ? '=' : '≠'}</span>
        <span className="peg-part">
          <small className="quiet">{words.minted}</small>
          <b>{moneyText(minted, currency)}</b>
        </span>
        <span aria-hidden="true">+</span>
        <span className="peg-part">
          <small className="quiet">{words.underWay}</small>
          <b>{moneyText(underWay, currency)}</b>
        </span>
      </p>
      <p className={holds ? 'ok' : 'failed'}>{holds ? `✓ ${words.holds}` : words.broken}</p>
    </>
  );
}

function LedgerSide(props: {
  readonly title: string;
  readonly side: Side;
  readonly currency: string;
}) {
  const { title, side, currency } = props;
  const { head, crossings } = side;
  return (
    <Panel title={title} className="wide-6">
      <p className={side.stopped === null ? 'ok' : 'attention'}>
        {side.stopped === null ? `✓ ${words.open}` : words.stopped(side.stopped)}
      </p>
      <Facts
        of={[
          [words.name, side.name],
          [
            words.chain,
            <code key="chain" title={side.chain}>
              {shortHex(side.chain)}
            </code>,
          ],
          [words.height, side.height === null ? words.none : `${side.height}`],
          [
            words.head,
            head === null ? (
              words.none
            ) : (
              <span key="head">
                {words.headOf(head.size, head.signatures)}{' '}
                <code title={head.root}>{shortHex(head.root)}</code>
              </span>
            ),
          ],
          [
            words.finality,
            side.finalityBlocks === null ? words.none : words.blocks(side.finalityBlocks),
          ],
          [words.out, moneyText(side.out, currency)],
          [words.in, moneyText(side.in, currency)],
          [words.forks, side.forks === 0 ? words.none : `${side.forks}`],
        ]}
      />
      <h3>{words.crossings(side.sent)}</h3>
      {crossings.length > 0 && (
        <ul className="crossings">
          {crossings.slice(0, CROSSINGS).map(({ number, arrivedHeight }) => (
            <li key={number} className={arrivedHeight === null ? 'attention-text' : ''}>
              {arrivedHeight === null
                ? words.onTheWay(number)
                : words.arrived(number, arrivedHeight)}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Carrier({ of }: { readonly of: Bridge['relay'] }) {
  return (
    <>
      <p className={of.standing === null ? 'ok' : 'attention'}>
        {of.standing === null ? `✓ ${words.carries}` : words.standing(of.standing)}
      </p>
      <p className="quiet">{words.carried(of.carried, of.batches)}</p>
      {of.refused.length > 0 && (
        <ul className="sentences">
          {of.refused.map(({ way, height, receiptIndex, code }) => (
            <li key={`${way} ${height} ${receiptIndex}`}>{words.refused(way, height, code)}</li>
          ))}
        </ul>
      )}
    </>
  );
}
