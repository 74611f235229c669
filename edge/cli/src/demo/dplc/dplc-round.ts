/** The round from Regis() to the last TRANS(), by everybody's own hand. */

import {
  ACTION,
  applyAdmissionCodec,
  checkRoundCodec,
  commitmentsFor,
  commitmentsRootOf,
  commitReadingsCodec,
  counters,
  type DeliveryStatement,
  type DirectContract,
  deliveryStatementCodec,
  depositCodec,
  directContractsOfRound,
  directRounds,
  exchangeTokensCodec,
  heldFor,
  listEnergyCodec,
  namePeerCodec,
  openRoundCodec,
  PLAIN_CONNECTION,
  PROVIDER_MEASURED,
  type Reading,
  type RegisterMeter,
  type ReviewAdmission,
  type RoundRules,
  type RoundStage,
  readingSalt,
  readingsRootOf,
  registerMeterCodec,
  reviewAdmissionCodec,
  signDeliveryCodec,
  statementHashOf,
  tokensPerCoin,
  transferStageCodec,
  withdrawListingCodec,
} from '@commonwatt/contracts';
import { actionOf } from '@commonwatt/node';
import { divideUp, energy, money, power } from '@commonwatt/units';
import { demoSecret } from '../demo-keys.ts';
import type { Doors } from './dplc-doors.ts';
import {
  FINALITY_BLOCKS,
  LINE_LIMIT,
  LINE_REASON,
  ROUND_NUMBER,
  roundRules,
} from './dplc-genesis.ts';
import {
  BUYERS,
  CENTRE,
  DISPATCH,
  REGULATOR,
  STRANGER,
  TRADERS,
  type Trader,
  traderOf,
} from './dplc-parties.ts';

const SLOT_MS = 900_000;
/** Never calls TRANS() before the delivery. */
export const DEFAULTING = 'H4';
/** Feeds in 98 per cent of what it sold. */
export const SHORT = 'H1';
const SHORT_PERCENT = 98n;

/** What was tried in the round and refused, as it should be. */
export interface Attempt {
  readonly what: string;
  readonly code: string;
}

export class DplcRound {
  readonly doors: Doors;
  readonly rules: RoundRules;
  readonly attempts: Attempt[] = [];
  readonly stages: RoundStage[] = [];
  readonly #tell: (words: string) => void;

  constructor(doors: Doors, tell: (words: string) => void) {
    this.doors = doors;
    this.rules = roundRules((party) => doors.memberOf(party));
    this.#tell = tell;
  }

  get #state() {
    return this.doors.node.ledger.state;
  }

  get stage(): RoundStage {
    const found = this.#state.get(directRounds, ROUND_NUMBER);
    if (found === undefined) throw new Error('demo: expected the round');
    return found.stage;
  }

  #enter(stage: RoundStage): void {
    if (this.stage !== stage) throw new Error(`demo: expected stage ${stage}, got ${this.stage}`);
    this.stages.push(stage);
    this.#tell(`the round is ${stage}`);
  }

  async run(): Promise<void> {
    await this.#nameLedger();
    await this.#admit();
    await this.#list();
    await this.#matchAndCheck();
    await this.#commit();
    await this.#deliver();
    await this.#pay();
  }

  /** Both officers name the ledger of certificates: from then on assets cross. */
  async #nameLedger(): Promise<void> {
    const { certificates } = this.doors;
    const named = { ...certificates.identity, peer: 1, finalityBlocks: FINALITY_BLOCKS };
    await this.doors.decide(ACTION.namePeer, namePeerCodec, named);
  }

  async #admit(): Promise<void> {
    const { doors } = this;
    for (const trader of TRADERS) {
      const { side, type, region } = trader.terms;
      const papersCommitment = demoSecret('dplc', `papers of ${trader.name}`);
      const application = { side, type, region, papersCommitment };
      await doors.must(trader, actionOf(ACTION.applyAdmission, applyAdmissionCodec, application));
    }
    const admitted = TRADERS.map(
      (trader): ReviewAdmission => ({
        member: doors.memberOf(trader),
        decision: 'admit',
        energyMost: energy(trader.terms.energyWh),
        valueMost: money(1n << 89n),
        reason: '',
      }),
    );
    await doors.decide(ACTION.reviewAdmission, reviewAdmissionCodec, ...admitted);
    this.#tell(`${TRADERS.length} traders are admitted, each by two officers`);
    await this.#registerMeters();
    await this.#fund();
  }

  async #registerMeters(): Promise<void> {
    const registered = TRADERS.map(
      (trader): RegisterMeter => ({
        ...PLAIN_CONNECTION,
        member: this.doors.memberOf(trader),
        source: 'provider',
        key: CENTRE.keys.signer.publicKey,
        importLimitW: power(1_000_000_000_000n),
        exportLimitW: power(1_000_000_000_000n),
        renewable: trader.terms.type === 'wind' ? 'yes' : 'no',
      }),
    );
    await this.doors.decide(ACTION.registerMeter, registerMeterCodec, ...registered);
  }

  /** What the listings will hold becomes tokens; some coin stays beside them. */
  async #fund(): Promise<void> {
    const { doors, rules } = this;
    const funded = TRADERS.map((trader) => {
      const amount = divideUp(heldFor(rules, trader.terms), tokensPerCoin(this.#state));
      return { trader, amount: money(amount) };
    });
    const deposits = funded.map(({ trader, amount }) =>
      actionOf(ACTION.deposit, depositCodec, {
        member: doors.memberOf(trader),
        amount: money(amount + this.purse),
        reference: demoSecret('dplc', `bank entry of ${trader.name}`),
      }),
    );
    await doors.must(CENTRE, ...deposits);
    for (const { trader, amount } of funded) {
      await doors.must(trader, actionOf(ACTION.exchangeTokens, exchangeTokensCodec, { amount }));
    }
  }

  /** Nano-coin that every trader has beside its tokens: a hundred thousand of currency. */
  readonly purse = 100_000n * 1_000_000_000n;

  async #list(): Promise<void> {
    const { doors, rules } = this;
    await doors.decide(ACTION.openRound, openRoundCodec, { round: ROUND_NUMBER, rules });
    this.#enter('listing');
    const listing = ({ terms }: Trader) =>
      actionOf(ACTION.listEnergy, listEnergyCodec, { round: ROUND_NUMBER, terms });
    const [first] = BUYERS as readonly [Trader];
    await this.#tried('a stranger lists', STRANGER, listing(first));
    const more = { ...first, terms: { ...first.terms, energyWh: first.terms.energyWh + 1n } };
    await this.#tried('more than was admitted is declared', first, listing(more));
    const wrong = { ...first, terms: { ...first.terms, region: 'Z' } };
    await this.#tried('a region that the round does not know', first, listing(wrong));
    const negative = { ...first, terms: { ...first.terms, energyWh: -1n } };
    await this.#tried('negative energy', first, listing(negative));
    for (const trader of TRADERS) await doors.must(trader, listing(trader));
    const c = traderOf('C');
    await doors.must(c, this.#withdrawal(), listing(c));
    this.#tell('C withdrew its listing and listed again');
  }

  #withdrawal() {
    return actionOf(ACTION.withdrawListing, withdrawListingCodec, { round: ROUND_NUMBER });
  }

  async #tried(...[what, party, action]: [string, ...Parameters<Doors['send']>]): Promise<void> {
    const [code = ''] = await this.doors.send(party, ...(action === undefined ? [] : [action]));
    if (code === 'done') throw new Error(`demo: ${what}: expected a refusal`);
    this.attempts.push({ what, code });
  }

  async #matchAndCheck(): Promise<void> {
    const { doors, rules } = this;
    await doors.until(rules.deadlineMs);
    await this.#tried('a withdrawal after the deadline', traderOf('C'), this.#withdrawal());
    this.#enter('checking');
    const check = { round: ROUND_NUMBER, limits: [LINE_LIMIT], reason: LINE_REASON };
    const checking = actionOf(ACTION.checkRound, checkRoundCodec, check);
    await this.#tried('another than the dispatch centre checks', CENTRE, checking);
    await doors.must(DISPATCH, checking);
    this.#enter('committing');
  }

  /** Contracts that something is left of. */
  contracts(): readonly (readonly [contract: number, DirectContract])[] {
    return directContractsOfRound(this.#state, ROUND_NUMBER)
      .filter(([, { status }]) => status !== 'cancelled')
      .map(([{ contract }, found]) => [contract, found] as const);
  }

  /** TRANS() of everybody but those who do not call. */
  async #transfer(exceptFor: readonly string[]): Promise<void> {
    for (const trader of TRADERS) {
      if (exceptFor.includes(trader.name)) continue;
      const member = this.doors.memberOf(trader);
      const own = this.contracts().filter(([, { terms }]) =>
        [terms.buyer, terms.seller].includes(member),
      );
      const calls = own.map(([contract]) =>
        actionOf(ACTION.transferStage, transferStageCodec, { round: ROUND_NUMBER, contract }),
      );
      if (calls.length > 0) await this.doors.must(trader, ...calls);
    }
  }

  async #commit(): Promise<void> {
    const { doors, rules } = this;
    const untilMs = doors.clock.nowMs() + rules.transferMs;
    await this.#transfer([DEFAULTING]);
    if (this.stage !== 'committing') throw new Error(`demo: ${DEFAULTING} holds up no stage`);
    this.#tell(`${DEFAULTING} has not called TRANS(): the next stage waits for the deadline`);
    await doors.until(untilMs);
    this.#enter('delivering');
  }

  async #deliver(): Promise<void> {
    const { doors, rules } = this;
    await doors.until(rules.deliveryUntilMs);
    await this.#commitReadings();
    const { node } = doors;
    const deliveries = this.contracts().map(([contract, { terms, amounts }]) => {
      const isShort = terms.seller === doors.memberOf(traderOf(SHORT));
      const part = isShort ? (amounts.energy * SHORT_PERCENT) / 100n : amounts.energy;
      return { contract, fedIn: energy(part), drawn: amounts.energy };
    });
    const statement: DeliveryStatement = {
      round: ROUND_NUMBER,
      readingsRoot: commitmentsRootOf(node.crypto, commitmentsFor({ state: this.#state }, rules)),
      version: 1,
      deliveries,
    };
    await doors.must(CENTRE, actionOf(ACTION.stateDelivery, deliveryStatementCodec, statement));
    const statementHash = statementHashOf(node.crypto.sha256, statement);
    const signature = { round: ROUND_NUMBER, statementHash };
    await doors.must(REGULATOR, actionOf(ACTION.signDelivery, signDeliveryCodec, signature));
    this.#enter('paying');
  }

  /** What every meter counted by quarter hours; the ledger learns the salted roots alone. */
  async #commitReadings(): Promise<void> {
    const { doors, rules } = this;
    const { deliveryFromMs: periodFromMs, deliveryUntilMs: periodUntilMs } = rules;
    const first = (this.#state.get(counters, 'meters')?.next ?? 0) - TRADERS.length;
    const { sha256 } = doors.node.crypto;
    const roots = TRADERS.map((trader, at) => {
      const readings = this.#readingsOf(trader, first + at);
      return { meter: first + at, root: readingsRootOf(sha256, readings) };
    });
    const message = { periodFromMs, periodUntilMs, roots };
    await doors.must(CENTRE, actionOf(ACTION.commitReadings, commitReadingsCodec, message));
  }

  #readingsOf(trader: Trader, meter: number): readonly Reading[] {
    const { doors, rules } = this;
    const member = doors.memberOf(trader);
    const isBuyer = trader.terms.side === 'buyer';
    const total = this.contracts().reduce((sum, [, { terms, amounts }]) => {
      if ((isBuyer ? terms.buyer : terms.seller) !== member) return sum;
      return sum + (isBuyer ? amounts.energy : amounts.injected);
    }, 0n);
    const counted = trader.name === SHORT ? (total * SHORT_PERCENT) / 100n : total;
    const slots = BigInt((rules.deliveryUntilMs - rules.deliveryFromMs) / SLOT_MS);
    const secret = demoSecret('dplc', `salts of ${trader.name}`);
    return Array.from({ length: Number(slots) }, (_, at) => {
      const slotMs = rules.deliveryFromMs + at * SLOT_MS;
      const index = BigInt(at);
      const amount = (counted * (index + 1n)) / slots - (counted * index) / slots;
      return {
        ...PROVIDER_MEASURED,
        meter,
        slotMs,
        imported: energy(isBuyer ? amount : 0n),
        exported: energy(isBuyer ? 0n : amount),
        salt: readingSalt(doors.node.crypto.sha256, secret, { meter, slotMs }),
      };
    });
  }

  async #pay(): Promise<void> {
    await this.#transfer([]);
    this.#enter('closed');
  }
}
