/**
 * The second bookkeeper. It knows nothing of the ledger's state: it reads what was sent, whether it
 * was done, and what the ledger says happened, and keeps columns per member, what open orders hold
 * back, and an energy book per slot in rules of its own. A settled period it prices itself, from the
 * deliveries that the parties were told. After every block its books and the ledger's must agree.
 */

import {
  ACTION,
  type AccountKind,
  accounts,
  type Cleared,
  cleared,
  confirmWithdrawalCodec,
  type DefineMarket,
  depositCodec,
  type OrderEnded,
  orderEnded,
  type Posted,
  payOutCodec,
  posted,
  type RunSettled,
  rejectWithdrawalCodec,
  requestCodec,
  requestWithdrawalCodec,
  runSettled,
  setMarketOpenCodec,
  shareCodec,
  standingOrderCodec,
  type Traded,
  traded,
  transferCodec,
  withdrawCodec,
  withdrawStandingCodec,
} from '@commonwatt/contracts';
import {
  type BlockOutcome,
  decode,
  type EventType,
  type LedgerEvent,
  type State,
  toHex,
} from '@commonwatt/ledger';
import type { Batch } from '../community/traffic.ts';
import type { BookedTrade, Statement } from './deliveries.ts';
import { expectThat } from './findings.ts';
import { OrderBooks } from './order-books.ts';
import { RunBooks } from './run-books.ts';

interface Page {
  own: bigint;
  escrow: bigint;
  withdrawing: bigint;
}

/** The ledger's columns that make up each of ours. */
const COLUMNS: Partial<Record<AccountKind, keyof Page>> = {
  available: 'own',
  reserved: 'own',
  due: 'own',
  escrow: 'escrow',
  withdrawing: 'withdrawing',
};

export interface BookedCommunity {
  /** The most that any member may buy, or sell, in one slot. */
  readonly connectionWh: bigint;
  readonly markets: readonly DefineMarket[];
  /** When the ledger begins. */
  readonly timeMs: number;
}

export class Bookkeeper {
  readonly #pages = new Map<number, Page>();
  readonly #books: OrderBooks;
  readonly #trades = new Map<string, BookedTrade>();
  /** Energy by slot, member and direction: what a connection must carry. */
  readonly #carried = new Map<string, bigint>();
  readonly #connectionWh: bigint;
  /** What a run that is being told has still to post. */
  readonly #owed = new Map<number, bigint>();
  /** Attested in less attested out. */
  #issued = 0n;
  /** What the community holds between the two prices of trades. */
  #spread = 0n;
  #tradeCount = 0;
  readonly #rules: ReadonlyMap<number, string>;
  /** Trades by the name of the rule that made them. */
  readonly #tradesByRule = new Map<string, number>();
  #twoPriced = 0;
  #tradedWh = 0n;
  #deliveredWh = 0n;
  #spreadEver = 0n;
  readonly #runs = new RunBooks();

  constructor({ connectionWh, markets, timeMs }: BookedCommunity) {
    this.#connectionWh = connectionWh;
    this.#rules = new Map(markets.map(({ market, mechanism }) => [market, mechanism]));
    this.#books = new OrderBooks(markets, timeMs);
  }

  get figures() {
    return {
      trades: this.#tradeCount,
      twoPricedTrades: this.#twoPriced,
      tradedWattHours: Number(this.#tradedWh),
      deliveredWattHours: Number(this.#deliveredWh),
      ...this.#runs.figures,
      spreadNano: Number(this.#spreadEver),
      spreadPaidOutNano: Number(this.#spreadEver - this.#spread),
      ...Object.fromEntries(this.#tradesByRule),
    };
  }

  #page(member: number): Page {
    let page = this.#pages.get(member);
    if (page === undefined) {
      page = { own: 0n, escrow: 0n, withdrawing: 0n };
      this.#pages.set(member, page);
    }
    return page;
  }

  /** Takes what the next run's parties are told off the ledger. */
  hear(statement: Statement): void {
    this.#runs.hear(statement);
  }

  /** Books a block. `memberOf` says which member a batch's sender is. */
  follow(
    batches: readonly Batch[],
    { receipts, events, header: { timeMs } }: BlockOutcome,
    memberOf: (from: number) => number,
  ): void {
    // What time brought about comes first, as it does on the ledger.
    const ofTime = events.filter((event) => event.transactionIndex === undefined);
    this.#books.begin(timeMs, {
      cleared: bodiesOf<Cleared>(ofTime, cleared),
      trades: bodiesOf<Traded>(ofTime, traded).map(({ terms }) => terms),
      ended: bodiesOf<OrderEnded>(ofTime, orderEnded),
    });
    for (const event of ofTime) this.#happened(event.type, event.body);
    for (const [at, batch] of batches.entries()) {
      const receipt = receipts[at];
      if (receipt === undefined) continue;
      for (const [index, action] of batch.actions.entries()) {
        if (receipt.actions[index] !== 0) continue;
        const member = memberOf(batch.from);
        this.#done(action.type, action.body, member);
        this.#ordered(action.type, action.body, member, nameOf(receipt.transactionId, index));
      }
      for (const event of events) {
        if (event.transactionIndex === at) this.#happened(event.type, event.body);
      }
    }
  }

  #ordered(type: number, body: Uint8Array, member: number, name: string): void {
    if (type === ACTION.share) {
      const order = decode(shareCodec, body, 'share');
      this.#books.place(name, { ...order, member, side: 'sell' });
    } else if (type === ACTION.request) {
      const { limit, ...order } = decode(requestCodec, body, 'request');
      if (limit !== undefined) this.#books.place(name, { ...order, limit, member, side: 'buy' });
    } else if (type === ACTION.withdraw) {
      const { order } = decode(withdrawCodec, body, 'withdraw');
      this.#books.end(nameOf(order.transaction, order.index));
    } else if (type === ACTION.standingOrder) {
      this.#books.placeStanding(name, member, decode(standingOrderCodec, body, 'standing order'));
    } else if (type === ACTION.withdrawStanding) {
      const { standing } = decode(withdrawStandingCodec, body, 'withdraw standing order');
      this.#books.endStanding(nameOf(standing.transaction, standing.index));
    } else if (type === ACTION.setMarketOpen) {
      const { market, open } = decode(setMarketOpenCodec, body, 'set market open');
      this.#books.setOpen(market, open === 'open');
    }
  }

  #done(type: number, body: Uint8Array, member: number): void {
    if (type === ACTION.deposit) {
      const { member: to, amount } = decode(depositCodec, body, 'deposit');
      this.#page(to).own += amount;
      this.#issued += amount;
    } else if (type === ACTION.transfer) {
      const { to, amount } = decode(transferCodec, body, 'transfer');
      this.#page(member).own -= amount;
      this.#page(to).own += amount;
    } else if (type === ACTION.requestWithdrawal) {
      const { amount } = decode(requestWithdrawalCodec, body, 'request');
      this.#page(member).own -= amount;
      this.#page(member).withdrawing += amount;
    } else if (type === ACTION.confirmWithdrawal) {
      const { member: of, amount } = decode(confirmWithdrawalCodec, body, 'confirm');
      this.#page(of).withdrawing -= amount;
      this.#issued -= amount;
    } else if (type === ACTION.rejectWithdrawal) {
      const { member: of, amount } = decode(rejectWithdrawalCodec, body, 'reject');
      this.#page(of).withdrawing -= amount;
      this.#page(of).own += amount;
    } else if (type === ACTION.payOut) {
      const { account, amount, member: to } = decode(payOutCodec, body, 'pay out');
      expectThat(account === 'spread', `${amount} was paid out of ${account}, which holds nothing`);
      this.#spread -= amount;
      if (to === undefined) this.#issued -= amount;
      else this.#page(to).own += amount;
    }
  }

  #happened(type: number, body: Uint8Array): void {
    if (type === traded.type) this.#traded(decode(traded.codec, body, 'traded'));
    else if (type === runSettled.type) this.#settle(decode(runSettled.codec, body, 'settled'));
    else if (type === posted.type) this.#posted(decode(posted.codec, body, 'posted'));
  }

  #traded({ trade, terms }: Traded): void {
    const { market, seller, buyer, slotMs, energy, price, sellerPrice = price } = terms;
    const name = toHex(trade);
    expectThat(!this.#trades.has(name), `trade ${name} was made twice`);
    expectThat(seller !== buyer, `trade ${name}: member ${seller} trades with itself`);
    expectThat(energy > 0n, `trade ${name}: expected energy > 0, got ${energy}`);
    expectThat(
      sellerPrice === price || (this.#books.isCall(market) && sellerPrice < price),
      `trade ${name}: its buyer pays ${price}, its seller is paid ${sellerPrice}`,
    );
    const booked = { seller, buyer, slotMs, energy, buyerPrice: price, sellerPrice };
    this.#trades.set(name, booked);
    for (const [member, amount] of bondsOf(booked)) {
      this.#page(member).own -= amount;
      this.#page(member).escrow += amount;
    }
    this.#carry(slotMs, seller, 'sold', energy);
    this.#carry(slotMs, buyer, 'bought', energy);
    const rule = this.#rules.get(market) ?? `market ${market}`;
    this.#tradesByRule.set(rule, (this.#tradesByRule.get(rule) ?? 0) + 1);
    this.#tradeCount++;
    if (sellerPrice !== price) this.#twoPriced++;
    this.#tradedWh += energy;
  }

  #carry(slotMs: number, member: number, way: string, energy: bigint): void {
    const name = `${slotMs} ${member} ${way}`;
    const carried = (this.#carried.get(name) ?? 0n) + energy;
    expectThat(
      carried <= this.#connectionWh,
      `slot ${slotMs}: member ${member} ${way} ${carried} Wh over a connection of ${this.#connectionWh} Wh`,
    );
    this.#carried.set(name, carried);
  }

  /** What each party owes by a run is posted to it next. */
  #settle(run: RunSettled): void {
    const { changes, spread, deliveredWh } = this.#runs.settle(run, () => this.#release(run));
    for (const [member, amount] of changes) this.#owed.set(member, amount);
    this.#spread += spread;
    this.#spreadEver += spread;
    this.#deliveredWh += deliveredWh;
  }

  /** The trades of a period that is settled for the first time: their escrow goes home. */
  #release({ periodFromMs, periodUntilMs }: RunSettled): ReadonlyMap<string, BookedTrade> {
    const own = new Map<string, BookedTrade>();
    for (const [name, trade] of this.#trades) {
      if (trade.slotMs < periodFromMs || trade.slotMs >= periodUntilMs) continue;
      own.set(name, trade);
      this.#trades.delete(name);
      for (const [member, amount] of bondsOf(trade)) {
        this.#page(member).escrow -= amount;
        this.#page(member).own += amount;
      }
    }
    return own;
  }

  #posted({ member, reason, amount }: Posted): void {
    if (reason !== 'settlement' && reason !== 'adjustment') return;
    const owed = this.#owed.get(member) ?? 0n;
    expectThat(
      amount === owed,
      `member ${member} is settled with ${amount}, its trades come to ${owed}`,
    );
    this.#owed.delete(member);
    this.#page(member).own += owed;
  }

  /** Compares every column with the ledger's accounts. @throws Error where they differ. */
  compare(state: State): void {
    expectThat(this.#owed.size === 0, `a run posts nothing to members ${[...this.#owed.keys()]}`);
    const found = new Map<number, Page>();
    const reserved = new Map<number, bigint>();
    let sum = 0n;
    const community: Partial<Record<AccountKind, bigint>> = {};
    for (const [{ owner, kind }, { balance }] of state.entries(accounts)) {
      sum += balance;
      const column = COLUMNS[kind];
      if (column === undefined) {
        community[kind] = (community[kind] ?? 0n) + balance;
        continue;
      }
      const page = found.get(owner) ?? { own: 0n, escrow: 0n, withdrawing: 0n };
      page[column] += balance;
      found.set(owner, page);
      if (kind === 'reserved') reserved.set(owner, balance);
      const isSound = kind === 'available' || (kind === 'due' ? balance <= 0n : balance >= 0n);
      expectThat(isSound, `${kind} of ${owner}: ${balance}`);
    }
    expectThat(sum === 0n, `the ledger's accounts sum to ${sum}, not to 0`);
    this.#compareCommunity(community);
    for (const member of new Set([...found.keys(), ...this.#pages.keys()])) {
      this.#compareMember(member, found.get(member) ?? { own: 0n, escrow: 0n, withdrawing: 0n });
      const held = reserved.get(member) ?? 0n;
      const ours = this.#books.heldBack(member) ?? held;
      expectThat(
        held === ours,
        `member ${member}, reserved: the ledger has ${held}, its orders ${ours}`,
      );
    }
  }

  /** Issuance and spread are as booked, and accounts of which nothing was said hold nothing. */
  #compareCommunity(found: Partial<Record<AccountKind, bigint>>): void {
    const ours: Partial<Record<AccountKind, bigint>> = {
      issuance: -this.#issued,
      spread: this.#spread,
    };
    for (const kind of new Set([...Object.keys(found), ...Object.keys(ours)] as AccountKind[])) {
      const [theirs, own] = [found[kind] ?? 0n, ours[kind] ?? 0n];
      expectThat(theirs === own, `${kind}: the ledger has ${theirs}, the second bookkeeper ${own}`);
    }
  }

  #compareMember(member: number, found: Page): void {
    const ours = this.#page(member);
    for (const column of ['own', 'escrow', 'withdrawing'] as const) {
      expectThat(
        ours[column] === found[column],
        `member ${member}, ${column}: the ledger has ${found[column]}, the second bookkeeper ${ours[column]}`,
      );
    }
  }
}

/** What each side of a trade puts into escrow: a buyer its price, a seller one below zero. */
function bondsOf({
  seller,
  buyer,
  energy,
  buyerPrice,
  sellerPrice,
}: BookedTrade): readonly (readonly [member: number, amount: bigint])[] {
  const bonds = [
    [buyer, energy * buyerPrice],
    [seller, -energy * sellerPrice],
  ] as const;
  return bonds.filter(([, amount]) => amount > 0n);
}

function nameOf(transaction: Uint8Array, index: number): string {
  return `${toHex(transaction)}:${index}`;
}

function bodiesOf<T>(events: readonly LedgerEvent[], kind: EventType<T>): readonly T[] {
  return events
    .filter(({ type }) => type === kind.type)
    .map(({ body }) => decode(kind.codec, body, kind.name));
}
