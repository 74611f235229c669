/**
 * Both ledgers of a node held against each other: what the one took of the other is in the other, and
 * what is locked here is minted there or under way. Each is audited by itself before.
 */

import { arrivals, type Crossing, crossingsIn, heads, pegOf } from '@commonwatt/contracts';
import { equalBytes, type Ledger } from '@commonwatt/ledger';
import { peerOf } from './relay-service.ts';

/** Nano-coin, and crossings of any kind. */
export interface PegFigures {
  readonly locked: bigint;
  readonly minted: bigint;
  readonly underWay: bigint;
  readonly crossings: number;
  readonly arrived: number;
}

export type PegAudit =
  | { readonly clean: true; readonly figures: PegFigures }
  /** Where on the market's ledger, or on that of certificates, it begins to differ. */
  | {
      readonly clean: false;
      readonly ledger: 'market' | 'certificates';
      readonly height: number;
      readonly reason: string;
    };

interface Side {
  readonly name: 'market' | 'certificates';
  readonly ledger: Ledger;
}

export function auditPeg(market: Ledger, certificates: Ledger): PegAudit {
  const here: Side = { name: 'market', ledger: market };
  const there: Side = { name: 'certificates', ledger: certificates };
  const flaw = flawOfWay(here, there) ?? flawOfWay(there, here);
  if (flaw !== undefined) return flaw;
  const went = crossingsTo(market, certificates.chain);
  const back = crossingsTo(certificates, market.chain);
  const waiting = [...notArrived(went, here, there), ...notArrived(back, there, here)];
  const underWay = waiting.reduce((sum, { amount }) => sum + amount, 0n);
  const out = pegOf(market.state, peerOf(market, certificates.chain) ?? 0);
  const into = pegOf(certificates.state, peerOf(certificates, market.chain) ?? 0);
  const locked = out.out - out.in;
  const minted = into.in - into.out;
  if (locked !== minted + underWay) {
    const reason = `peg: expected ${minted} minted and ${underWay} under way, got ${locked} locked`;
    return { clean: false, ledger: 'market', height: market.history.size - 1, reason };
  }
  const crossings = went.length + back.length;
  const arrived = crossings - waiting.length;
  return { clean: true, figures: { locked, minted, underWay, crossings, arrived } };
}

/** Whether every head that a ledger took of another is one that the other has. */
export function headsAgree(taker: Ledger, other: Ledger): boolean {
  return strangeHead(taker, other) === undefined;
}

/** A head of the other that was taken here and is not in it: its size. */
function strangeHead(taker: Ledger, other: Ledger): number | undefined {
  const peer = peerOf(taker, other.chain);
  for (const [key, head] of taker.state.entries(heads)) {
    if (key.peer !== peer) continue;
    const { size, root } = head;
    if (size > other.history.size || !equalBytes(other.history.root(size), root)) return size;
  }
  return undefined;
}

function flawOfWay(from: Side, to: Side): (PegAudit & { clean: false }) | undefined {
  const size = strangeHead(to.ledger, from.ledger);
  if (size !== undefined) {
    const reason = `it took a head of ${size} blocks that the ledger of ${from.name} does not have`;
    return { clean: false, ledger: to.name, height: to.ledger.history.size - 1, reason };
  }
  const peer = peerOf(to.ledger, from.ledger.chain);
  const left = new Set(crossingsTo(from.ledger, to.ledger.chain).map(({ number }) => number));
  for (const [key, { height }] of to.ledger.state.entries(arrivals)) {
    if (key.peer !== peer || left.has(key.number)) continue;
    const reason = `crossing ${key.number} arrived and never left the ledger of ${from.name}`;
    return { clean: false, ledger: to.name, height, reason };
  }
  return undefined;
}

function crossingsTo(from: Ledger, chain: Uint8Array): readonly Crossing[] {
  const found: Crossing[] = [];
  for (let height = 0; height < from.history.size; height++) {
    const record = from.record(height);
    for (const { crossing } of record === undefined ? [] : crossingsIn(record)) {
      if (equalBytes(crossing.destination, chain)) found.push(crossing);
    }
  }
  return found;
}

function notArrived(
  left: readonly Crossing[],
  { ledger: from }: Side,
  { ledger: to }: Side,
): readonly Crossing[] {
  const peer = peerOf(to, from.chain) ?? 0;
  return left.filter(({ number }) => to.state.get(arrivals, { peer, number }) === undefined);
}
