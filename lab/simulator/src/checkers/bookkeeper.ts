/**
 * The second bookkeeper. It knows nothing of the ledger's state: it reads what was sent, whether it
 * was done, and what the ledger says happened, and keeps three columns per member and an energy
 * book per slot in rules of its own. After every block its books and the ledger's must agree.
 *
 * What an open order holds back stays its member's own money here: only a trade takes it away.
 */

import {
  ACTION,
  type AccountKind,
  accounts,
  type Cleared,
  cleared,
  confirmWithdrawalCodec,
  depositCodec,
  type Posted,
  posted,
  type RunSettled,
  rejectWithdrawalCodec,
  requestWithdrawalCodec,
  runSettled,
  type Traded,
  traded,
  transferCodec,
} from '@commonwatt/contracts';
import { type BlockOutcome, decode, type State, toHex } from '@commonwatt/ledger';
import type { Batch } from '../community/traffic.ts';

interface Page {
  own: bigint;
  escrow: bigint;
  withdrawing: bigint;
}

interface BookedTrade {
  readonly seller: number;
  readonly buyer: number;
  readonly slotMs: number;
  readonly energy: bigint;
  readonly payer: number;
  readonly amount: bigint;
}

/** The ledger's columns that make up each of ours. */
const COLUMNS: Readonly<Record<AccountKind, keyof Page | undefined>> = {
  available: 'own',
  reserved: 'own',
  escrow: 'escrow',
  withdrawing: 'withdrawing',
  issuance: undefined,
  community: undefined,
  due: undefined,
  deviations: undefined,
  supply: undefined,
  grid: undefined,
  levies: undefined,
  taxes: undefined,
  pegged: undefined,
  exchange: undefined,
  spread: undefined,
};

export class Bookkeeper {
  readonly #pages = new Map<number, Page>();
  readonly #trades = new Map<string, BookedTrade>();
  /** Energy by slot, member and direction: what a connection must carry. */
  readonly #carried = new Map<string, bigint>();
  readonly #connectionWh: bigint;
  /** Attested in less attested out. */
  #issued = 0n;
  #tradeCount = 0;
  #tradedWh = 0n;
  #deliveredWh = 0n;
  #settled = 0;

  /** `connectionWh`: the most that any member may buy, or sell, in one slot. */
  constructor(connectionWh: bigint) {
    this.#connectionWh = connectionWh;
  }

  get figures() {
    return {
      trades: this.#tradeCount,
      tradedWattHours: Number(this.#tradedWh),
      deliveredWattHours: Number(this.#deliveredWh),
      settledPeriods: this.#settled,
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

  /** Books a block. `memberOf` says which member a batch's sender is. */
  follow(
    batches: readonly Batch[],
    outcome: BlockOutcome,
    memberOf: (from: number) => number,
  ): void {
    // What time brought about comes first, as it does on the ledger.
    for (const event of outcome.events) {
      if (event.transactionIndex === undefined) this.#happened(event.type, event.body);
    }
    for (const [at, batch] of batches.entries()) {
      const receipt = outcome.receipts[at];
      for (const [index, action] of batch.actions.entries()) {
        if (receipt?.actions[index] === 0) {
          this.#done(action.type, action.body, memberOf(batch.from));
        }
      }
      for (const event of outcome.events) {
        if (event.transactionIndex === at) this.#happened(event.type, event.body);
      }
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
    }
  }

  #happened(type: number, body: Uint8Array): void {
    if (type === traded.type) this.#traded(decode(traded.codec, body, 'traded'));
    else if (type === cleared.type) checkClearing(decode(cleared.codec, body, 'cleared'));
    else if (type === runSettled.type) this.#settle(decode(runSettled.codec, body, 'settled'));
    else if (type === posted.type) this.#posted(decode(posted.codec, body, 'posted'));
  }

  #traded({ trade, terms }: Traded): void {
    const { seller, buyer, slotMs, energy, price } = terms;
    const due = energy * price;
    const payer = due >= 0n ? buyer : seller;
    const amount = due >= 0n ? due : -due;
    const name = toHex(trade);
    expectThat(!this.#trades.has(name), `trade ${name} was made twice`);
    expectThat(seller !== buyer, `trade ${name}: member ${seller} trades with itself`);
    expectThat(energy > 0n, `trade ${name}: expected energy > 0, got ${energy}`);
    this.#trades.set(name, { seller, buyer, slotMs, energy, payer, amount });
    this.#page(payer).own -= amount;
    this.#page(payer).escrow += amount;
    this.#carry(slotMs, seller, 'sold', energy);
    this.#carry(slotMs, buyer, 'bought', energy);
    this.#tradeCount++;
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

  /** All escrow of the period's trades goes home; what is paid is posted to each member next. */
  #settle({ periodFromMs, periodUntilMs, slotTotals }: RunSettled): void {
    const tradedBySlot = new Map<number, bigint>();
    for (const [name, trade] of this.#trades) {
      if (trade.slotMs < periodFromMs || trade.slotMs >= periodUntilMs) continue;
      this.#page(trade.payer).escrow -= trade.amount;
      this.#page(trade.payer).own += trade.amount;
      this.#trades.delete(name);
      const before = tradedBySlot.get(trade.slotMs) ?? 0n;
      tradedBySlot.set(trade.slotMs, before + trade.energy);
    }
    for (const { slotMs, traded: all, delivered, imported, exported } of slotTotals) {
      const due = tradedBySlot.get(slotMs) ?? 0n;
      expectThat(all === due, `slot ${slotMs}: the run says ${all} Wh traded, the trades ${due}`);
      expectThat(
        delivered <= all && delivered <= imported && delivered <= exported,
        `slot ${slotMs}: ${delivered} Wh delivered of ${all} traded, ${imported} imported, ${exported} exported`,
      );
      this.#deliveredWh += delivered;
      tradedBySlot.delete(slotMs);
    }
    expectThat(tradedBySlot.size === 0, 'the run leaves slots with trades out');
    this.#settled++;
    this.#unpaid = 0n;
  }

  /** What the postings of the run that is being told add up to. */
  #unpaid = 0n;

  #posted({ member, reason, amount }: Posted): void {
    if (reason !== 'settlement') return;
    this.#page(member).own += amount;
    this.#unpaid += amount;
  }

  /** Compares every column with the ledger's accounts. @throws Error where they differ. */
  compare(state: State): void {
    expectThat(this.#unpaid === 0n, `a settlement's postings sum to ${this.#unpaid}, not to 0`);
    const found = new Map<number, Page>();
    let issuance = 0n;
    let sum = 0n;
    for (const [{ owner, kind }, { balance }] of state.entries(accounts)) {
      sum += balance;
      if (kind === 'issuance') issuance = balance;
      const column = COLUMNS[kind];
      if (column === undefined) continue;
      const page = found.get(owner) ?? { own: 0n, escrow: 0n, withdrawing: 0n };
      page[column] += balance;
      found.set(owner, page);
      const floor = kind === 'available' ? undefined : 0n;
      expectThat(floor === undefined || balance >= floor, `${kind} of ${owner}: ${balance}`);
    }
    expectThat(sum === 0n, `the ledger's accounts sum to ${sum}, not to 0`);
    expectThat(issuance === -this.#issued, `issued ${-issuance}, attested ${this.#issued}`);
    for (const member of new Set([...found.keys(), ...this.#pages.keys()])) {
      this.#compareMember(member, found.get(member) ?? { own: 0n, escrow: 0n, withdrawing: 0n });
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

/** What was filled on one side was filled on the other, and no order beyond its energy. */
function checkClearing({ slotMs, volume, lines, price }: Cleared): void {
  let sold = 0n;
  let bought = 0n;
  for (const { side, energy, filled, limit } of lines) {
    expectThat(filled >= 0n && filled <= energy, `slot ${slotMs}: ${filled} filled of ${energy}`);
    if (side === 'sell') sold += filled;
    else bought += filled;
    if (filled === 0n || price === undefined) continue;
    const isWithin = side === 'sell' ? price >= limit : price <= limit;
    expectThat(isWithin, `slot ${slotMs}: ${side} at ${price} beyond its limit ${limit}`);
  }
  expectThat(
    sold === bought && sold === volume,
    `slot ${slotMs}: ${sold} Wh sold, ${bought} bought, ${volume} in all`,
  );
}

function expectThat(holds: boolean, finding: string): void {
  if (!holds) throw new Error(`the books differ: ${finding}`);
}
