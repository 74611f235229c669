/** The peg between the market's ledger and that of certificates, from both ends. */

import {
  account,
  arrivals,
  balanceOf,
  forks,
  heads,
  ISSUANCE,
  peers,
  pegOf,
} from '@commonwatt/contracts';
import { type Ledger, toHex } from '@commonwatt/ledger';
import type { CertificateDesk } from '../../certificates/certificate-desk.ts';

/** Crossings of each way in one answer. */
const CROSSINGS_MAX = 20;

interface Side {
  readonly ledger: Ledger;
  /** The other ledger's number here; nothing until operators named it. */
  readonly peer: number | undefined;
}

export function bridgeView(marketLedger: Ledger, desk: CertificateDesk) {
  const market: Side = { ledger: marketLedger, peer: desk.peer };
  const certificates: Side = { ledger: desk.ledger, peer: desk.marketPeer };
  const locked = balanceOf(marketLedger.state, account(0, 'pegged'));
  const minted = -balanceOf(desk.ledger.state, ISSUANCE);
  const { standing, batches, carried, refused } = desk.relay;
  return {
    market: sideView(market, certificates),
    certificates: sideView(certificates, market),
    locked: `${locked}`,
    minted: `${minted}`,
    underWay: `${locked - minted}`,
    relay: {
      standing: standing ?? null,
      batches,
      carried,
      refused: refused.map(({ way, height, receiptIndex, code }) => {
        return { way, height, receiptIndex, code };
      }),
    },
  };
}

function sideView({ ledger, peer }: Side, other: Side) {
  const { state } = ledger;
  const known = peer === undefined ? undefined : state.get(peers, peer);
  const peg = peer === undefined ? undefined : pegOf(state, peer);
  const sent = peg?.sent ?? 0;
  return {
    name: ledger.genesis.name,
    chain: toHex(ledger.chain),
    height: ledger.head?.height ?? null,
    peer: peer ?? null,
    finalityBlocks: known?.finalityBlocks ?? null,
    stopped: known?.stopped ?? null,
    forks: state.entries(forks).filter(([key]) => key.peer === peer).length,
    head: newestHead({ ledger, peer }),
    sent,
    out: `${peg?.out ?? 0n}`,
    in: `${peg?.in ?? 0n}`,
    crossings: newestCrossings(sent, other),
  };
}

function newestHead({ ledger, peer }: Side) {
  let newest: { size: number; root: string; signatures: number } | null = null;
  for (const [key, { root, signatures }] of ledger.state.entries(heads)) {
    if (key.peer !== peer || (newest !== null && key.size < newest.size)) continue;
    newest = { size: key.size, root: toHex(root), signatures: signatures.length };
  }
  return newest;
}

/** Every crossing has a number there: whether one arrived is one look. */
function newestCrossings(sent: number, { ledger, peer }: Side) {
  const crossings: { number: number; arrivedHeight: number | null }[] = [];
  for (let number = sent; number > Math.max(0, sent - CROSSINGS_MAX); number--) {
    const arrived = peer === undefined ? undefined : ledger.state.get(arrivals, { peer, number });
    crossings.push({ number, arrivedHeight: arrived?.height ?? null });
  }
  return crossings;
}
