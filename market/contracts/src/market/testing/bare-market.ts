/** A call auction and a negotiated market on a bare ledger, and short ways to act in them. */

import type { Crypto } from '@commonwatt/ledger';
import { type Energy, energy, type Price, power, price } from '@commonwatt/units';
import { marketModule } from '../../execution/market-by-meters.ts';
import { ROLE } from '../../identity/messages.ts';
import { PLAIN_CONNECTION } from '../../metering/messages.ts';
import { meteringModule } from '../../metering/module.ts';
import { type Meter, meters } from '../../metering/state.ts';
import { walletModule } from '../../wallet/module.ts';
import { BareLedger, BEGIN_MS } from '../../wallet/testing/bare-ledger.ts';
import type { DefineMarket, OrderId, Side } from '../messages.ts';
import { request, share } from '../orders.ts';
import { standingOrder } from '../standing.ts';

export const QUARTER_MS = 900_000;
export const CALL = 1;
export const NEGOTIATED = 2;
/** The first slot whose gate is open at BEGIN_MS, and whose gate closes at BEGIN_MS + 600 s. */
export const SLOT_MS = BEGIN_MS + QUARTER_MS;
export const GATE_MS = SLOT_MS - 300_000;

export const wh = (wattHours: bigint): Energy => energy(wattHours);
export const at = (nano: bigint): Price => price(nano);

export function callAuction(changes: Partial<DefineMarket> = {}): DefineMarket {
  return {
    market: CALL,
    name: 'Street',
    kind: 'call auction',
    slotLengthMs: QUARTER_MS,
    gateLeadMs: 300_000,
    horizonMs: 2 * 86_400_000,
    priceLeast: price(-500n),
    priceMost: price(1000n),
    kThousandths: 500,
    mechanism: 'uniform',
    roundsMax: 0,
    ...changes,
  };
}

export function negotiated(changes: Partial<DefineMarket> = {}): DefineMarket {
  return callAuction({
    market: NEGOTIATED,
    name: 'SETM',
    kind: 'negotiated',
    mechanism: 'negotiation',
    roundsMax: 3,
    ...changes,
  });
}

export class BareMarket extends BareLedger {
  constructor(sha256: Crypto['sha256'], markets = [callAuction(), negotiated()]) {
    super(sha256, [walletModule, meteringModule, marketModule]);
    this.genesis({ markets });
    this.endBlock();
    this.events = [];
  }

  /** An operator: no consumer, no producer. */
  operator(): number {
    return this.member({ roles: ROLE.operator });
  }

  /** A member with a connection of `limitW` both ways and some money. */
  trader(nano = 1_000_000_000n, limitW = 40_000n): number {
    const member = this.member({ importLimitW: power(limitW), exportLimitW: power(limitW) });
    if (nano > 0n) this.pay(member, nano);
    return member;
  }

  /** Gives a member a meter on a feeder. */
  meter(member: number, feeder: string, changes: Partial<Meter> = {}): number {
    const number = this.state.size(meters) + 1;
    this.state.set(meters, number, {
      ...PLAIN_CONNECTION,
      member,
      source: 'device',
      key: new Uint8Array(32),
      importLimitW: power(1000n),
      exportLimitW: power(1000n),
      position: { feeder, transformer: '' },
      renewable: 'no',
      predecessor: undefined,
      fromMs: 0,
      retiredMs: undefined,
      revokedMs: undefined,
      ...changes,
    });
    return number;
  }

  nextOrderId(): OrderId {
    return { transaction: this.nextTransactionId(), index: 0, derivedForMs: 0 };
  }

  /** Sends a SHARE or REQUEST that must be taken, and answers its name. */
  order(
    member: number,
    side: Side,
    wattHours: bigint,
    nano: bigint | undefined,
    { market = CALL, slotMs = SLOT_MS }: { market?: number; slotMs?: number } = {},
  ): OrderId {
    const id = this.nextOrderId();
    const limit = nano === undefined ? undefined : at(nano);
    const message = { market, slotMs, energy: wh(wattHours), limit };
    const refusal = this.run(member, side === 'sell' ? share : request, message);
    if (refusal !== undefined) throw new Error(`order: expected it to be taken: ${refusal.code}`);
    return id;
  }

  /** Sends a standing order that must be taken, and answers its name. */
  standing(
    member: number,
    side: Side,
    energies: readonly bigint[],
    nano: bigint,
    span: { readonly fromMs?: number; readonly untilMs?: number } = {},
  ): OrderId {
    const id = this.nextOrderId();
    const refusal = this.run(member, standingOrder, {
      market: CALL,
      side,
      limit: at(nano),
      energies: energies.map(wh),
      fromMs: BEGIN_MS,
      untilMs: BEGIN_MS + 86_400_000,
      ...span,
    });
    if (refusal !== undefined) throw new Error(`standing: expected to be taken: ${refusal.code}`);
    return id;
  }
}
