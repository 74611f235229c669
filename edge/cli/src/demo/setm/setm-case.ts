/**
 * The SETM case study on a real ledger: seven parties, one quarter hour, the negotiated market.
 * Figure 6 of Ko and Praça 2021 gives the steps, Figure 7 the eight blocks; delivery and settlement,
 * which the paper leaves open, follow in blocks of their own.
 */

import {
  ACTION,
  acceptCodec,
  counterCodec,
  type Enrol,
  enrolCodec,
  growingTransactions,
  type OrderId,
  orders,
  requestCodec,
  ruleBook,
  sendEnergyCodec,
  sentOrderId,
  shareCodec,
  tradeId,
  trades,
  transactionGrew,
} from '@commonwatt/contracts';
import {
  type BlockOutcome,
  type Crypto,
  decode,
  Ledger,
  type Refusal,
  type Storage,
} from '@commonwatt/ledger';
import { cost, type Energy } from '@commonwatt/units';
import { demoKeys } from '../demo-keys.ts';
import { type Move, movesOf } from './bargaining.ts';
import { actionOf, Proposer } from './proposer.ts';
import { type Settled, settleCase } from './setm-delivery.ts';
import {
  type EnrolledParty,
  enrolmentOf,
  SETM_GENESIS_MS,
  SETM_MARKET,
  SETM_ROUNDS,
  SETM_SLOT_MS,
  setmAgent,
  setmGenesis,
  setmParties,
} from './setm-genesis.ts';
import type { Purchase, SetmBlock } from './setm-record.ts';
import { euros, eurPerMwh, kW, kWh } from './setm-words.ts';

const BLOCK_MS = 60_000;

export interface SetmCase {
  readonly ledger: Ledger;
  readonly parties: readonly EnrolledParty[];
  /** The eight of Figure 7, then delivery and settlement. */
  readonly blocks: readonly SetmBlock[];
  readonly purchases: readonly Purchase[];
  readonly shared: Energy;
  /** What a stranger was told who tried to trade. */
  readonly stranger: Refusal;
  readonly settled: Settled;
}

/** Runs the case from its genesis document to the settlement. The store must be new. */
export async function runSetmCase(storage: Storage, crypto: Crypto): Promise<SetmCase> {
  const agent = setmAgent();
  const ledger = new Ledger({ crypto, storage, rules: ruleBook });
  await ledger.initChain(setmGenesis(agent));
  const study = new CaseStudy(new Proposer(ledger, crypto), setmParties());
  await study.begin(agent);
  const stranger = await study.stranger();
  await study.initialTransaction();
  for (const consumer of study.consumers) await study.customer(consumer);
  const { blocks, purchases, parties, generation } = study;
  const settled = await settleCase(study.proposer, { agent, parties, purchases });
  return {
    ledger,
    parties,
    blocks: [...blocks, ...settled.blocks],
    purchases,
    shared: generation.party.energyWh,
    stranger,
    settled,
  };
}

class CaseStudy {
  readonly proposer: Proposer;
  readonly parties: readonly EnrolledParty[];
  readonly consumers: readonly EnrolledParty[];
  readonly generation: EnrolledParty;
  readonly blocks: SetmBlock[] = [];
  readonly purchases: Purchase[] = [];
  #steps: string[] = [];
  #share: OrderId | undefined;
  /** The negotiation that a SEND began, and with whom. */
  #sent: { readonly id: OrderId; readonly to: EnrolledParty } | undefined;
  /** The consumer's opening bid stands in the block of the initial transaction. */
  #opened = false;

  constructor(proposer: Proposer, parties: readonly EnrolledParty[]) {
    this.proposer = proposer;
    this.parties = parties;
    this.consumers = parties.filter((one) => one.party.role === 'consumer');
    this.generation = only(parties, 'g1');
  }

  get #timeMs(): number {
    return SETM_GENESIS_MS + this.blocks.length * BLOCK_MS;
  }

  async #block(name: string): Promise<BlockOutcome> {
    const outcome = await this.proposer.block(this.#timeMs);
    const { header, hash } = outcome;
    this.blocks.push({ name, header, hash, steps: this.#steps });
    this.#steps = [];
    return outcome;
  }

  /** Genesis: the seven are enrolled; generation shares, and sends to personal consumer 1. */
  async begin(agent: ReturnType<typeof setmAgent>): Promise<void> {
    const { chain } = this.proposer.ledger;
    const enrolments = this.parties.map((one) =>
      actionOf<Enrol>(ACTION.enrol, enrolCodec, enrolmentOf(one, chain)),
    );
    this.proposer.send(agent.signer, this.#timeMs, ...enrolments);
    const names = this.parties.map(({ party }) => party.symbol).join(', ');
    this.#steps.push(`MiM agent enrols ${names}: each proved that it holds its key`);
    const { party, keys } = this.generation;
    const batch = this.proposer.send(
      keys.signer,
      this.#timeMs,
      actionOf(ACTION.share, shareCodec, {
        market: SETM_MARKET,
        slotMs: SETM_SLOT_MS,
        energy: party.energyWh,
        limit: party.bidMin,
      }),
    );
    this.#share = sentOrderId({ transaction: batch.id, index: 0 });
    this.#steps.push(`g1 SHARE ${kWh(party.energyWh)} at ${eurPerMwh(party.bidMin)} or more`);
    this.#send(this.consumers[0] as EnrolledParty, party.energyWh);
    await this.#block('Genesis Block');
  }

  /** SEND Energy(x kW): generation offers what is left of its share, at the top of its band. */
  #send(to: EnrolledParty, energy: Energy): void {
    const { party, keys } = this.generation;
    const batch = this.proposer.send(
      keys.signer,
      this.#timeMs,
      actionOf(ACTION.sendEnergy, sendEnergyCodec, {
        share: this.#shareId(),
        to: to.member,
        energy,
        price: party.bidMax,
      }),
    );
    this.#sent = { id: sentOrderId({ transaction: batch.id, index: 0 }), to };
    this.#steps.push(
      `g1 SEND Energy(${kW(energy)}) to ${to.party.symbol}: ${kWh(energy)} at ` +
        `${eurPerMwh(party.bidMax)}, signed`,
    );
  }

  #shareId(): OrderId {
    if (this.#share === undefined) throw new Error('case study: generation has shared nothing yet');
    return this.#share;
  }

  /** Algorithm 1 on somebody who was never enrolled: the door's answer, which changes nothing. */
  async stranger(): Promise<Refusal> {
    const { signer } = demoKeys('setm', 'stranger');
    const { bytes } = this.proposer.sign(
      signer,
      this.#timeMs,
      actionOf(ACTION.sendEnergy, sendEnergyCodec, {
        share: this.#shareId(),
        to: this.generation.member,
        energy: this.generation.party.energyWh,
        price: this.generation.party.bidMax,
      }),
    );
    const refusal = await this.proposer.ledger.checkTx(bytes);
    if (refusal === undefined) throw new Error('case study: a stranger passed user.security');
    return refusal;
  }

  /** REQUEST Amount(kW): user.security judges who asks; the MiM agent knows what is left. */
  #request({ party, keys }: EnrolledParty): void {
    const { energyWh } = party;
    this.proposer.send(
      keys.signer,
      this.#timeMs,
      actionOf(ACTION.request, requestCodec, {
        market: SETM_MARKET,
        slotMs: SETM_SLOT_MS,
        energy: energyWh,
        limit: undefined,
      }),
    );
    this.#steps.push(
      `${party.symbol} passes user.security [uI, uA] with its REQUEST Amount(${kW(energyWh)}); ` +
        `the MiM agent answers Amount(${kW(this.#energyLeft())})`,
    );
  }

  /** Consumer 1 takes the SEND up with its opening bid; Initial.Tran(g1) is sealed. */
  async initialTransaction(): Promise<void> {
    const first = this.consumers[0] as EnrolledParty;
    const [opening] = this.#movesWith(first);
    this.#steps.push(`${first.party.symbol} receives the SEND`);
    this.#request(first);
    this.#move(first, opening as Move);
    this.#steps.push('Initial.Tran(g1): CASE1 of Algorithm 2, sealed with this block');
    this.#opened = true;
    await this.#block('Fogery Block');
  }

  /** A customer's own block: SEND, bargaining, and its place in the growing transaction. */
  async customer(consumer: EnrolledParty): Promise<void> {
    const { symbol } = consumer.party;
    let moves = this.#movesWith(consumer);
    if (this.#opened) {
      this.#opened = false;
      moves = moves.slice(1);
    } else {
      this.#request(consumer);
      this.#send(consumer, this.#energyLeft());
    }
    for (const move of moves) this.#move(consumer, move);
    const agreed = moves.at(-1) as Move;
    const crypto = this.proposer.crypto;
    const trade = tradeId(crypto, { buy: this.#negotiation(consumer), sell: this.#shareId() });
    const at = this.#steps.length;
    this.#steps.push('');
    const isIndustrial = symbol === 'ic1';
    const name = isIndustrial ? 'Industrial Customer' : `Customer ${symbol.slice(1)}`;
    const grown = grownIn(await this.#block(name));
    const terms = this.proposer.ledger.state.get(trades, trade);
    if (terms === undefined) throw new Error(`case study: the trade of ${symbol} is not there`);
    this.purchases.push({ buyer: consumer, trade, terms, round: agreed.round });
    const steps = this.blocks.at(-1)?.steps as string[];
    steps[at] =
      `${grown} ${this.#growing()}: ${symbol} buys ${kWh(terms.energy)} at ${eurPerMwh(terms.price)}, ` +
      `${euros(cost(terms.energy, terms.price))} into escrow (payment.Transaction)`;
  }

  #movesWith({ party }: EnrolledParty): readonly Move[] {
    const { bidMin, bidMax } = this.generation.party;
    return movesOf({
      buyer: { min: party.bidMin, max: party.bidMax },
      seller: { min: bidMin, max: bidMax },
      rounds: SETM_ROUNDS,
    });
  }

  #negotiation(consumer: EnrolledParty): OrderId {
    if (this.#sent?.to !== consumer) {
      throw new Error(`case study: nothing was sent to ${consumer.party.symbol}`);
    }
    return this.#sent.id;
  }

  /** One move, signed by whose turn it is. */
  #move(consumer: EnrolledParty, { by, step, price, round }: Move): void {
    const { transaction, index } = this.#negotiation(consumer);
    const terms = { negotiation: { transaction, index }, energy: consumer.party.energyWh, price };
    const mover = by === 'buy' ? consumer : this.generation;
    const action =
      step === 'accept'
        ? actionOf(ACTION.accept, acceptCodec, terms)
        : actionOf(ACTION.counter, counterCodec, terms);
    this.proposer.send(mover.keys.signer, this.#timeMs, action);
    const verb = step === 'accept' ? 'accepts' : by === 'buy' ? 'bids' : 'asks';
    this.#steps.push(`round ${round}: ${mover.party.symbol} ${verb} ${eurPerMwh(price)}`);
  }

  /** SETM's Manager: what is still offered. */
  #energyLeft(): Energy {
    const share = this.proposer.ledger.state.get(orders, this.#shareId());
    if (share === undefined) throw new Error('case study: nothing is left of the share');
    return share.energy;
  }

  /** Tran(g1, c1, ...) as it stands on the ledger. */
  #growing(): string {
    const { ledger } = this.proposer;
    const key = { market: SETM_MARKET, slotMs: SETM_SLOT_MS, producer: this.generation.member };
    const consumers = ledger.state.get(growingTransactions, key)?.consumers ?? [];
    const symbols = consumers.map(
      (member) => this.parties.find((one) => one.member === member)?.party.symbol,
    );
    return `Tran(${['g1', ...symbols].join(', ')})`;
  }
}

const CASES = { initial: 'Initial', define: 'CASE2 Define', update: 'CASE3 Update' } as const;

/** Which of Algorithm 2's cases the block's last growing was. */
function grownIn({ events }: BlockOutcome): string {
  const event = events.findLast((one) => one.type === transactionGrew.type);
  if (event === undefined) throw new Error('case study: no transaction grew in the block');
  return CASES[decode(transactionGrew.codec, event.body, transactionGrew.name).kase];
}

function only(parties: readonly EnrolledParty[], symbol: string): EnrolledParty {
  const found = parties.find((one) => one.party.symbol === symbol);
  if (found === undefined) throw new Error(`case study: no party ${symbol}`);
  return found;
}
