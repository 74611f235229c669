/** How the golden ledger is written: blocks with the receipts they must give, and terse actions. */

import { type Action, readTransaction } from '@commonwatt/ledger';
import { type Energy, energy, type Money, money, type Price, price } from '@commonwatt/units';
import { ACTION } from '../../action-types.ts';
import { proposalId } from '../../governance/proposals.ts';
import { approveOf, proposeOf } from '../../identity/actions.test-support.ts';
import {
  type ActionId,
  acceptCodec,
  counterCodec,
  type DefineMarket,
  requestCodec,
  shareCodec,
} from '../../market/messages.ts';
import { depositCodec, transferCodec } from '../../wallet/messages.ts';
import {
  action,
  GENESIS_MS,
  hashOf,
  type SendOptions,
  type TestingLedger,
  testingCrypto,
} from '../testing-ledger.test-support.ts';

export const MINUTE_MS = 60_000;
export const QUARTER_MS = 15 * MINUTE_MS;
export const HOUR_MS = 4 * QUARTER_MS;
export const DAY_MS = 24 * HOUR_MS;
/** The slots that are traded: the call of equals, the negative price, the negotiated, the halted. */
export const [EQUAL_MS, NEGATIVE_MS, AGREED_MS, HALTED_MS] = [1, 2, 3, 4].map(
  (slot) => GENESIS_MS + slot * QUARTER_MS,
) as [number, number, number, number];
export const GATE_LEAD_MS = 5 * MINUTE_MS;
export const PERIOD = { periodFromMs: GENESIS_MS, periodUntilMs: GENESIS_MS + 5 * QUARTER_MS };

export const CALL = 1;
export const NEGOTIATED = 2;
export const street: DefineMarket = {
  market: CALL,
  name: 'Street',
  kind: 'call auction',
  slotLengthMs: QUARTER_MS,
  gateLeadMs: GATE_LEAD_MS,
  horizonMs: DAY_MS,
  priceLeast: price(-100_000n),
  priceMost: price(400_000n),
  kThousandths: 500,
  mechanism: 'uniform',
  roundsMax: 0,
};
export const setm: DefineMarket = {
  ...street,
  market: NEGOTIATED,
  name: 'SETM',
  kind: 'negotiated',
  mechanism: 'negotiation',
  roundsMax: 3,
};

export const wh = (wattHours: number): Energy => energy(BigInt(wattHours));
/** One currency unit is 10^9 nano. */
export const coins = (count: number): Money => money(BigInt(count) * 1_000_000_000n);
/** 1 EUR/MWh is 1,000 nano per Wh. */
export const perMwh = (euro: number): Price => price(BigInt(euro) * 1000n);
export const bytes32 = (text: string): Uint8Array => hashOf(`golden ledger ${text}`);

/** What one member sends in one transaction, and what must become of it. */
export type Sent = readonly [
  name: string,
  actions: Action | readonly Action[],
  /** One code for the whole transaction, or one for each action; 'done' unless given. */
  codes?: string | readonly string[],
  options?: SendOptions,
];

/** A ledger under the recipe: each block says what must come of it. */
export class Recipe {
  readonly ledger: TestingLedger;

  constructor(ledger: TestingLedger) {
    this.ledger = ledger;
  }

  number(name: string): number {
    return this.ledger.member(name).number;
  }

  /** A block of these transactions. Answers their ids. @throws Error on another receipt. */
  async block(sent: readonly Sent[], timeMs?: number): Promise<readonly Uint8Array[]> {
    const all = sent.map(([name, given, codes = 'done', options = {}]) => {
      const actions = 'type' in given ? [given] : given;
      const expected = typeof codes === 'string' && actions.length === 1 ? [codes] : codes;
      return { bytes: this.ledger.submitWith(name, options, ...actions), name, expected };
    });
    const outcome = await this.ledger.block(timeMs);
    all.forEach(({ name, expected }, at) => {
      const { code, actions } = outcome.results[at] ?? { code: 'nothing', actions: [] };
      const got = code === 'done' ? actions.join(' ') : code;
      const want = typeof expected === 'string' ? expected : expected.join(' ');
      if (got !== want) {
        const { height } = this.ledger;
        throw new Error(
          `golden ledger, height ${height}, ${name}: expected '${want}', got '${got}'`,
        );
      }
    });
    return all.map(({ bytes }) => readTransaction(testingCrypto, bytes).id);
  }

  /** Two voices carry these out, in one block. */
  async decide(...decisions: readonly Action[]): Promise<void> {
    const sent: Sent[] = [];
    for (const one of decisions) {
      const proposing = proposeOf(this.ledger, one);
      sent.push(['officer', proposing], ['warden', this.#approval(proposing, sent.length / 2)]);
    }
    await this.block(sent);
  }

  /** The approval of what the officer is about to propose, so many transactions from now. */
  #approval(proposing: Action, waiting: number): Action {
    const { sequence } = readTransaction(
      testingCrypto,
      this.ledger.sign('officer', [proposing]),
    ).envelope;
    const bytes = this.ledger.sign('officer', [proposing], { sequence: sequence + waiting });
    return approveOf(
      proposalId({ crypto: testingCrypto }, readTransaction(testingCrypto, bytes), 0),
    );
  }
}

export const deposit = (member: number, count: number, reference: string): Action =>
  action(ACTION.deposit, depositCodec, {
    member,
    amount: coins(count),
    reference: bytes32(reference),
  });
export const transfer = (to: number, count: number): Action =>
  action(ACTION.transfer, transferCodec, { to, amount: coins(count) });
export const share = (slotMs: number, amount: number, euro: number, market = CALL): Action =>
  action(ACTION.share, shareCodec, { market, slotMs, energy: wh(amount), limit: perMwh(euro) });
export const request = (
  slotMs: number,
  amount: number,
  euro: number | undefined,
  market = CALL,
): Action =>
  action(ACTION.request, requestCodec, {
    market,
    slotMs,
    energy: wh(amount),
    limit: euro === undefined ? undefined : perMwh(euro),
  });
export const terms = (amount: number, euro: number) => ({
  energy: wh(amount),
  price: perMwh(euro),
});
export const counter = (negotiation: ActionId, amount: number, euro: number): Action =>
  action(ACTION.counter, counterCodec, { negotiation, ...terms(amount, euro) });
export const accept = (negotiation: ActionId, amount: number, euro: number): Action =>
  action(ACTION.accept, acceptCodec, { negotiation, ...terms(amount, euro) });
export const named = (transaction: Uint8Array | undefined, index = 0): ActionId => {
  if (transaction === undefined) throw new Error('golden ledger: expected a transaction');
  return { transaction, index };
};
export const unknown: ActionId = { transaction: bytes32('unknown'), index: 0 };
