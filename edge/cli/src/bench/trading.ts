/**
 * What the benches trade: enrolled members of a real market, and the signed transactions in which
 * they place orders, on the ledger and in the contracts that a node runs.
 */

import { agreementKeyFromSeed } from '@commonwatt/client';
import { NodeCrypto, NodeSigner, sha256 } from '@commonwatt/consensus';
import {
  ACTION,
  DEFAULT_ROLES,
  type Founder,
  genesisParametersCodec,
  requestCodec,
  ruleBook,
  shareCodec,
} from '@commonwatt/contracts';
import {
  type Action,
  type BlockOutcome,
  type Crypto,
  encode,
  encodeGenesis,
  Ledger,
  type Storage,
  signTransaction,
} from '@commonwatt/ledger';
import { energy, money, power, price, QUARTER_HOUR_MS } from '@commonwatt/units';

/** 1 January 2026, 00:00 UTC. */
export const TRADING_FROM_MS = 1_767_225_600_000;
export const GATE_LEAD_MS = 300_000;
const DAY_MS = 86_400_000;
const HORIZON_MS = 4 * DAY_MS;
/** Slots that take orders at one time. */
export const OPEN_SLOTS = HORIZON_MS / QUARTER_HOUR_MS - 1;
export const MARKET = 1;
/** SHARE and REQUEST: what one member sends to one slot before it turns to the next. */
const ORDERS_PER_SLOT = 2;

export interface TradingOptions {
  readonly members: number;
  /** Blocks between two updates of the balance map. */
  readonly checkpointBlocks: number;
  /** Offices that the first member holds beside its own roles; none unless given. */
  readonly offices?: number;
}

/** Members with keys that grow from their numbers, and their orders one after the other. */
export class Trading {
  readonly document: Uint8Array;
  readonly signers: readonly NodeSigner[];
  readonly #chain: Uint8Array;
  readonly #crypto = new NodeCrypto();
  /** Per member: transactions and orders sent so far. */
  readonly #sent: { transactions: number; orders: number }[];

  constructor({ members, checkpointBlocks, offices = 0 }: TradingOptions) {
    const seeds = Array.from({ length: members }, (_, at) =>
      sha256(Buffer.from(`commonwatt/bench/1\nmember ${at + 1}`, 'utf8')),
    );
    this.signers = seeds.map((seed) => new NodeSigner(seed));
    this.#sent = seeds.map(() => ({ transactions: 0, orders: 0 }));
    this.document = encodeGenesis({
      name: 'commonwatt/bench',
      timeMs: TRADING_FROM_MS,
      executionVersion: 1,
      sealBits: 0,
      checkpointBlocks,
      parameters: encode(genesisParametersCodec, {
        currency: 'EUR',
        founders: seeds.map((seed, at) =>
          founder(seed, this.signers[at] as NodeSigner, at === 0 ? offices : 0),
        ),
        registrarThreshold: 1,
        treasurerThreshold: 1,
        operatorThreshold: 1,
        checkerThreshold: 1,
        recoveryDelayMs: DAY_MS,
        markets: [
          {
            market: MARKET,
            name: 'bench',
            kind: 'call auction',
            slotLengthMs: QUARTER_HOUR_MS,
            gateLeadMs: GATE_LEAD_MS,
            horizonMs: HORIZON_MS,
            priceLeast: price(0n),
            priceMost: price(1_000_000n),
            kThousandths: 500,
            mechanism: 'uniform',
            roundsMax: 1,
          },
        ],
      }),
    });
    this.#chain = sha256(this.document);
  }

  /** The next transactions, each of another member in turn, with so many orders each. */
  sign(count: number, ordersEach: number): Uint8Array[] {
    return Array.from({ length: count }, () => this.#next(ordersEach));
  }

  #turn = 0;
  #next(ordersEach: number): Uint8Array {
    const member = this.#turn++ % this.signers.length;
    const actions = Array.from({ length: ordersEach }, () => this.#order(member));
    return this.signActions(member, actions, TRADING_FROM_MS);
  }

  /** A member's next transaction, valid for a day from an instant on. */
  signActions(member: number, actions: readonly Action[], fromMs: number): Uint8Array {
    const sent = this.#sent[member];
    const signer = this.signers[member];
    if (sent === undefined || signer === undefined) throw new RangeError(`no member ${member}`);
    const envelope = {
      chain: this.#chain,
      onBehalfOf: undefined,
      lane: 0,
      sequence: sent.transactions++,
      validFromMs: fromMs,
      validUntilMs: fromMs + DAY_MS,
      atomic: false,
    };
    return signTransaction(this.#crypto, signer, envelope, actions);
  }

  #order(member: number): Action {
    const sent = this.#sent[member] as { orders: number };
    const at = sent.orders++;
    const slot = Math.floor(at / ORDERS_PER_SLOT) % OPEN_SLOTS;
    const slotMs = TRADING_FROM_MS + (slot + 1) * QUARTER_HOUR_MS;
    return orderAction({ member, slotMs, side: at % 2 === 0 ? 'sell' : 'buy' });
  }
}

/** One SHARE or REQUEST; price and energy differ from member to member and slot to slot. */
export function orderAction(order: {
  readonly member: number;
  readonly slotMs: number;
  readonly side: 'buy' | 'sell';
}): Action {
  const { member, slotMs, side } = order;
  const spread = BigInt((member * 7919 + (slotMs / QUARTER_HOUR_MS) * 104_729) % 1000);
  const message = { market: MARKET, slotMs, energy: energy(10n + (spread % 90n)) };
  if (side === 'sell') {
    const body = encode(shareCodec, { ...message, limit: price(80_000n + 100n * spread) });
    return { type: ACTION.share, body };
  }
  const body = encode(requestCodec, { ...message, limit: price(220_000n - 100n * spread) });
  return { type: ACTION.request, body };
}

function founder(seed: Uint8Array, signer: NodeSigner, offices: number): Founder {
  return {
    publicKey: signer.publicKey,
    agreementKey: agreementKeyFromSeed(seed).publicKey,
    kind: 'home solar system',
    roles: DEFAULT_ROLES['home solar system'] | offices,
    recordCommitment: sha256(seed),
    importLimitW: power(1_000_000n),
    exportLimitW: power(1_000_000n),
    creditLimit: money(1n << 80n),
  };
}

/** A ledger that began with the document, and the blocks that it makes of transactions. */
export class TradingLedger {
  readonly ledger: Ledger;

  private constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  static async begin(
    { document }: Trading,
    { crypto, storage }: { readonly crypto: Crypto; readonly storage: Storage },
  ): Promise<TradingLedger> {
    const ledger = new Ledger({ crypto, storage, rules: ruleBook });
    await ledger.initChain(document);
    const trading = new TradingLedger(ledger);
    await trading.block([]);
    return trading;
  }

  /** Executes and commits one block. */
  async block(transactions: readonly Uint8Array[], timeMs?: number): Promise<BlockOutcome> {
    const { height = -1, timeMs: lastMs } = this.ledger.info();
    const outcome = await this.ledger.finalizeBlock({
      height: height + 1,
      timeMs: timeMs ?? lastMs,
      transactions,
    });
    await this.ledger.commit();
    return outcome;
  }

  /** The same, and an error unless every action of every transaction was taken. */
  async takenBlock(transactions: readonly Uint8Array[]): Promise<void> {
    const { receipts } = await this.block(transactions);
    const refused = receipts.find(({ code, actions }) => code !== 0 || actions.some((one) => one));
    if (refused !== undefined) {
      const codes = [refused.code, ...refused.actions.filter((code) => code !== 0).slice(0, 3)];
      throw new Error(`bench: expected every order to be taken, got codes ${codes.join(', ')}`);
    }
  }
}

/** A list cut into pieces of equal length. */
export function pieces<T>(list: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / length) }, (_, at) =>
    list.slice(at * length, (at + 1) * length),
  );
}
