/**
 * Everything a community sends, in seeded disorder: money in, out and across, orders, standing
 * orders, negotiations, markets halted and opened, readings, settlement runs and disputes; sensible
 * for the most part, and sometimes too much, too late or somebody else's.
 */

import { sha256 } from '@commonwatt/consensus';
import {
  ACTION,
  type ActionId,
  acceptCodec,
  confirmWithdrawalCodec,
  counterCodec,
  depositCodec,
  endNegotiationCodec,
  eventTypes,
  type NegotiationMoved,
  negotiationMoved,
  type OrderId,
  PLAIN_CONNECTION,
  payOutCodec,
  registerMeterCodec,
  rejectWithdrawalCodec,
  replyCodec,
  requestCodec,
  requestWithdrawalCodec,
  sendEnergyCodec,
  setCreditLimitCodec,
  setMarketOpenCodec,
  shareCodec,
  standingOrderCodec,
  transferCodec,
  withdrawCodec,
  withdrawStandingCodec,
} from '@commonwatt/contracts';
import { type Action, asciiBytes, type BlockOutcome, decode } from '@commonwatt/ledger';
import { energy, money, power, price } from '@commonwatt/units';
import type { SeededRandom } from '../households/seeded-random.ts';
import { feederOf } from './call-rules.ts';
import {
  act,
  CALL_MARKET,
  NEGOTIATED_MARKET,
  OFFICER,
  SLOT_MS,
  signerOf,
} from './simulated-community.ts';

/** What stands in one batch, and who sends it: 0 is the officer, n the home of member n + 1. */
export interface Batch {
  readonly from: number;
  readonly actions: readonly Action[];
}

/** Every home has the same. */
const CONNECTION = power(11_000n);

/** Remembered ids of each kind; older ones are forgotten. */
const KEPT_MAX = 64;

class Memory<T> {
  readonly #kept: T[] = [];
  #next = 0;

  keep(one: T): void {
    this.#kept[this.#next] = one;
    this.#next = (this.#next + 1) % KEPT_MAX;
  }

  draw(random: SeededRandom): T | undefined {
    return this.#kept.length === 0 ? undefined : this.#kept[random.below(this.#kept.length)];
  }
}

interface SentOrder {
  readonly id: OrderId;
  readonly home: number;
  readonly market: number;
  readonly isSale: boolean;
}

type Draw = (random: SeededRandom, home: number, nowMs: number) => Action | undefined;

export class Traffic {
  readonly #homes: number;
  readonly #callMarkets: readonly number[];
  readonly #offices: readonly Draw[];
  readonly #orders = new Memory<SentOrder>();
  readonly #standing = new Memory<{ readonly id: ActionId; readonly home: number }>();
  readonly #talks = new Memory<NegotiationMoved>();
  #references = 0;

  /** `callMarkets`: the numbers of the call markets, beside the one with negotiations. */
  constructor(homes: number, callMarkets: readonly number[] = [CALL_MARKET]) {
    this.#homes = homes;
    this.#callMarkets = callMarkets;
    // Where no market has two prices, there is no spread to pay out.
    this.#offices = callMarkets.length > 1 ? [...this.#officers, this.#payOut] : this.#officers;
  }

  /** What the officer sends first: money for everyone, and meters. */
  opening(): readonly Batch[] {
    const batches: Batch[] = [];
    for (let home = 1; home <= this.#homes; home++) {
      const { publicKey } = signerOf('officer');
      const actions = [
        this.#deposit(home, 5_000_000_000n),
        act(ACTION.registerMeter, registerMeterCodec, {
          ...PLAIN_CONNECTION,
          position: { feeder: feederOf(home), transformer: '' },
          member: home + OFFICER,
          source: 'provider',
          key: publicKey,
          importLimitW: CONNECTION,
          exportLimitW: CONNECTION,
          renewable: home % 2 === 0 ? 'yes' : 'no',
        }),
      ];
      batches.push({ from: 0, actions });
    }
    return batches;
  }

  /** The next batch: one to four actions of one sender. */
  batch(random: SeededRandom, nowMs: number): Batch {
    const isOfficer = random.below(12) === 0;
    const from = isOfficer ? 0 : 1 + random.below(this.#homes);
    const draws = isOfficer ? this.#offices : this.#members;
    const actions: Action[] = [];
    const count = 1 + random.below(4);
    while (actions.length < count) {
      const draw = draws[random.below(draws.length)] as Draw;
      const action = draw(random, from, nowMs);
      if (action !== undefined) actions.push(action);
    }
    return { from, actions };
  }

  /** Learns what became of batches: whose orders and negotiations there are now. */
  learn(batches: readonly Batch[], outcome: BlockOutcome): void {
    for (const [at, { from, actions }] of batches.entries()) {
      const receipt = outcome.receipts[at];
      for (const [index, { type, body }] of actions.entries()) {
        if (receipt?.actions[index] !== 0) continue;
        const id = { transaction: receipt.transactionId, index };
        const isSale = type === ACTION.share;
        if (isSale || type === ACTION.request) {
          const { market } = decode(isSale ? shareCodec : requestCodec, body, 'order');
          this.#orders.keep({ id: { ...id, derivedForMs: 0 }, home: from, market, isSale });
        }
        if (type === ACTION.standingOrder) this.#standing.keep({ id, home: from });
      }
    }
    for (const { type, body } of outcome.events) {
      if (type !== negotiationMoved.type) continue;
      const moved = decode(eventTypes.get(type)?.codec ?? negotiationMoved.codec, body, 'event');
      this.#talks.keep(moved as NegotiationMoved);
    }
  }

  #deposit(home: number, amount: bigint): Action {
    this.#references++;
    return act(ACTION.deposit, depositCodec, {
      member: home + OFFICER,
      amount: money(amount),
      reference: sha256(asciiBytes(`bank entry ${this.#references}`)),
    });
  }

  #home(random: SeededRandom): number {
    return 1 + random.below(this.#homes);
  }

  readonly #officers: readonly Draw[] = [
    (random) => this.#deposit(this.#home(random), BigInt(random.next())),
    (random) => this.#deposit(this.#home(random), BigInt(random.next()) - 100_000_000n),
    (random) =>
      act(ACTION.confirmWithdrawal, confirmWithdrawalCodec, {
        member: this.#home(random) + OFFICER,
        amount: money(BigInt(random.below(65_535)) * 1000n),
        reference: sha256(asciiBytes(`payment ${random.next()}`)),
      }),
    (random) =>
      act(ACTION.rejectWithdrawal, rejectWithdrawalCodec, {
        member: this.#home(random) + OFFICER,
        amount: money(BigInt(random.below(65_535)) * 1000n),
      }),
    (random) =>
      act(ACTION.setCreditLimit, setCreditLimitCodec, {
        member: this.#home(random) + OFFICER,
        limit: money(BigInt(random.below(5)) * 1_000_000_000n),
      }),
    (random) =>
      random.below(6) > 0
        ? undefined
        : act(ACTION.setMarketOpen, setMarketOpenCodec, {
            market: 1 + random.below(1 + this.#callMarkets.length),
            open: random.below(4) === 0 ? 'halted' : 'open',
            reason: 'drill',
          }),
    (random) =>
      act(ACTION.setMarketOpen, setMarketOpenCodec, {
        market: 1 + random.below(1 + this.#callMarkets.length),
        open: 'open',
        reason: 'drill is over',
      }),
  ];

  readonly #payOut: Draw = (random) => {
    this.#references++;
    return act(ACTION.payOut, payOutCodec, {
      account: 'spread',
      amount: money(BigInt(random.below(65_535)) * 500n),
      member: random.below(4) === 0 ? undefined : this.#home(random) + OFFICER,
      reference: sha256(asciiBytes(`bank entry ${this.#references}`)),
    });
  };

  readonly #members: readonly Draw[] = [
    (random, _home, nowMs) => order(random, nowMs, this.#callAt),
    (random, _home, nowMs) => order(random, nowMs, this.#callAt),
    (random, _home, nowMs) => order(random, nowMs, this.#callAt),
    (random, _home, nowMs) => order(random, nowMs, () => NEGOTIATED_MARKET),
    (random) =>
      act(ACTION.transfer, transferCodec, {
        to: random.below(this.#homes + 3),
        amount: money(BigInt(random.next()) * (random.below(40) === 0 ? 1000n : 1n) - 1000n),
      }),
    (random) =>
      act(ACTION.requestWithdrawal, requestWithdrawalCodec, {
        amount: money(BigInt(random.below(65_535)) * 2000n),
      }),
    (random, home) => {
      const own = this.#orders.draw(random);
      if (own === undefined || (own.home !== home && random.below(4) > 0)) return undefined;
      return act(ACTION.withdraw, withdrawCodec, { order: own.id });
    },
    (random, _home, nowMs) => (random.below(4) > 0 ? undefined : this.#stand(random, nowMs)),
    (random) => {
      const one = this.#standing.draw(random);
      return one && act(ACTION.withdrawStanding, withdrawStandingCodec, { standing: one.id });
    },
    (random, home) => this.#quote(random, home),
    (random, home) => this.#quote(random, home),
    (random, home) => this.#answer(random, home),
    (random, home) => this.#answer(random, home),
  ];

  /** Of several call markets, three in four orders for a slot go to one, so that its book is full. */
  readonly #callAt: MarketDraw = (random, slotMs) => {
    const markets = this.#callMarkets;
    if (markets.length === 1) return markets[0] as number;
    const busiest = (slotMs / SLOT_MS) % markets.length;
    const at = random.below(4) > 0 ? busiest : random.below(markets.length);
    return markets[at] as number;
  };

  #stand(random: SeededRandom, nowMs: number): Action {
    const fromMs = slotOf(random, nowMs);
    return act(ACTION.standingOrder, standingOrderCodec, {
      market: this.#callAt(random, fromMs),
      side: random.below(2) === 0 ? 'buy' : 'sell',
      limit: priceOf(random),
      energies: [energy(BigInt(1 + random.below(100)))],
      fromMs,
      untilMs: fromMs + (1 + random.below(12)) * SLOT_MS,
    });
  }

  /** A REPLY to somebody's order, or SEND Energy of one's own. */
  #quote(random: SeededRandom, home: number): Action | undefined {
    const one = this.#orders.draw(random);
    if (one === undefined || (one.market !== NEGOTIATED_MARKET && random.below(8) > 0))
      return undefined;
    const terms = { energy: energyOf(random), price: priceOf(random) };
    if (one.home === home && one.isSale) {
      const to = this.#home(random) + OFFICER;
      return act(ACTION.sendEnergy, sendEnergyCodec, { share: one.id, to, ...terms });
    }
    return act(ACTION.reply, replyCodec, { order: one.id, ...terms });
  }

  #answer(random: SeededRandom, home: number): Action | undefined {
    const talk = this.#talks.draw(random);
    if (talk === undefined) return undefined;
    const turn = talk.by === 'sell' ? talk.buyer : talk.seller;
    if (turn !== home + OFFICER && random.below(16) > 0) return undefined;
    const negotiation = { transaction: talk.negotiation, index: talk.index };
    const fate = random.below(8);
    if (fate === 0) return act(ACTION.endNegotiation, endNegotiationCodec, { negotiation });
    if (fate < 3) {
      const terms = { energy: energyOf(random), price: priceOf(random) };
      return act(ACTION.counter, counterCodec, { negotiation, ...terms });
    }
    return act(ACTION.accept, acceptCodec, { negotiation, energy: talk.energy, price: talk.price });
  }
}

function energyOf(random: SeededRandom) {
  return energy(BigInt(random.below(random.below(30) === 0 ? 9000 : 400)));
}

/** Negative in times of surplus. */
function priceOf(random: SeededRandom) {
  return price(BigInt(random.below(random.below(8) === 0 ? 60_000 : 30_000)) * 10n - 40_000n);
}

/** One of the next eight slots, or one whose gate is closed. */
function slotOf(random: SeededRandom, nowMs: number): number {
  return nowMs - (nowMs % SLOT_MS) + random.below(9) * SLOT_MS;
}

type MarketDraw = (random: SeededRandom, slotMs: number) => number;

function order(random: SeededRandom, nowMs: number, marketAt: MarketDraw): Action {
  const slotMs = slotOf(random, nowMs);
  const terms = { market: marketAt(random, slotMs), slotMs, energy: energyOf(random) };
  return random.below(2) === 0
    ? act(ACTION.share, shareCodec, { ...terms, limit: priceOf(random) })
    : act(ACTION.request, requestCodec, {
        ...terms,
        limit: random.below(20) === 0 ? undefined : priceOf(random),
      });
}
