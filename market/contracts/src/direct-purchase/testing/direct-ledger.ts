/** A trading centre on a bare ledger: companies, buyers and generators, and short ways to act. */

import { type Crypto, utf8Bytes } from '@commonwatt/ledger';
import { type Energy, energy, money, power, price } from '@commonwatt/units';
import { certificatesModule } from '../../certificates/module.ts';
import { marketModule } from '../../execution/market-by-meters.ts';
import { ROLE } from '../../identity/messages.ts';
import { meteringModule } from '../../metering/module.ts';
import { commitments, meters } from '../../metering/state.ts';
import { commitmentsRootOf } from '../../settlement/readings.ts';
import { walletModule } from '../../wallet/module.ts';
import { BareLedger, BEGIN_MS } from '../../wallet/testing/bare-ledger.ts';
import { applyAdmission, reviewAdmission } from '../admission.ts';
import { commitmentsFor, stateDelivery } from '../delivery.ts';
import { exchangeTokens } from '../exchange.ts';
import { listEnergy } from '../listing.ts';
import type { DirectType, ListingTerms, RoundRules, StatedDelivery } from '../messages.ts';
import { directPurchaseModule } from '../module.ts';
import { openRound } from '../rounds.ts';
import { type Contract, contracts, contractsOfRound, type Round, rounds } from '../state.ts';
import { transferStage } from '../transfers.ts';

export const HOUR_MS = 3_600_000;
export const DEADLINE_MS = BEGIN_MS + 24 * HOUR_MS;
export const DELIVERY_MS = BEGIN_MS + 72 * HOUR_MS;
export const DELIVERED_MS = DELIVERY_MS + 24 * HOUR_MS;

const COIN = 1_000_000_000n;

/** Token per kWh, with three decimals, as nano-token per Wh. */
export const perKwh = (thousandths: bigint) => price(thousandths * 1000n);
export const mwh = (megawattHours: bigint): Energy => energy(megawattHours * 1_000_000n);

/** What everybody may declare unless a test says less. */
const ENERGY_MOST = mwh(1_000_000n);
const VALUE_MOST = money(1n << 89n);

/** A round's rules with the companies of this ledger; a day each for check and transfers. */
export function rulesOf(companies: Companies, changes: Partial<RoundRules> = {}): RoundRules {
  const { grid, fees, dispatch, certificates } = companies;
  return {
    name: 'January',
    mode: 'listing',
    market: 0,
    form: 'open',
    deadlineMs: DEADLINE_MS,
    revealMs: 0,
    checkMs: 12 * HOUR_MS,
    transferMs: 12 * HOUR_MS,
    deliveryFromMs: DELIVERY_MS,
    deliveryUntilMs: DELIVERED_MS,
    statementMs: 24 * HOUR_MS,
    correctionMs: 240 * HOUR_MS,
    corridors: [
      { from: 'A', to: 'A', lossMillionths: 20_000, transmissionPrice: perKwh(200n) },
      { from: 'A', to: 'B', lossMillionths: 60_000, transmissionPrice: perKwh(800n) },
      { from: 'A', to: 'D', lossMillionths: 65_000, transmissionPrice: perKwh(900n) },
    ],
    limits: [],
    certificatePrice: price(19_000n),
    bundlingThousandths: undefined,
    collateralPrice: perKwh(100n),
    sealDeposit: money(COIN),
    sellerDeviationPrice: perKwh(50n),
    buyerDeviationPrice: perKwh(20n),
    quotaMillionths: 200_000,
    gridMember: grid,
    feeMember: fees,
    dispatchMember: dispatch,
    certificateMember: certificates,
    ...changes,
  };
}

export interface Companies {
  readonly grid: number;
  readonly fees: number;
  readonly dispatch: number;
  readonly certificates: number;
}

/** What a participant declares, thousandths of a token per kWh and MWh. */
export interface Declared {
  readonly price: bigint;
  readonly energy: bigint;
  readonly green?: bigint;
  readonly environmental?: bigint;
  readonly subsidy?: bigint;
}

export class DirectLedger extends BareLedger {
  readonly centre: number;
  readonly companies: Companies;
  readonly #places = new Map<number, Pick<ListingTerms, 'side' | 'type' | 'region'>>();

  constructor(sha256: Crypto['sha256']) {
    super(sha256, [
      walletModule,
      marketModule,
      meteringModule,
      certificatesModule,
      directPurchaseModule,
    ]);
    this.genesis({});
    this.centre = this.member({
      roles: ROLE.operator | ROLE.registrar | ROLE.treasurer | ROLE.checker,
    });
    const company = () => this.member({ roles: ROLE.consumer });
    this.companies = {
      grid: company(),
      fees: company(),
      dispatch: company(),
      certificates: company(),
    };
  }

  must(member: number, action: Parameters<BareLedger['run']>[1], message: unknown): void {
    const refusal = this.run(member, action, message);
    if (refusal !== undefined) {
      throw new Error(`${action.name}: expected it to be taken: ${refusal.code}`);
    }
  }

  /** A member that is admitted, with so many coins' worth of tokens and a meter of its own. */
  admitted(type: DirectType, region: string, coins = 1_000_000_000_000n): number {
    const member = this.member();
    const side = type === 'none' ? 'buyer' : 'seller';
    const application = { side, type, region, papersCommitment: this.crypto.sha256(utf8Bytes('')) };
    this.must(member, applyAdmission, application);
    this.must(this.centre, reviewAdmission, {
      member,
      decision: 'admit',
      energyMost: ENERGY_MOST,
      valueMost: VALUE_MOST,
      reason: '',
    });
    if (coins > 0n) {
      this.pay(member, coins * COIN);
      this.must(member, exchangeTokens, { amount: money(coins * COIN) });
    }
    this.#places.set(member, { side, type, region });
    return member;
  }

  open(changes: Partial<RoundRules> = {}, round = 1): RoundRules {
    const rules = rulesOf(this.companies, changes);
    this.must(this.centre, openRound, { round, rules });
    return rules;
  }

  termsOf(member: number, { price: thousandths, energy: megawattHours, ...more }: Declared) {
    const place = this.#places.get(member);
    if (place === undefined) throw new Error(`member ${member}: expected an admitted one`);
    const terms: ListingTerms = {
      ...place,
      price: perKwh(thousandths),
      energyWh: megawattHours * 1_000_000n,
      greenEnergyWh: (more.green ?? 0n) * 1_000_000n,
      environmentalPrice: perKwh(more.environmental ?? 0n),
      crossSubsidy: perKwh(more.subsidy ?? 0n),
    };
    return terms;
  }

  list(member: number, declared: Declared, round = 1): void {
    this.must(member, listEnergy, { round, terms: this.termsOf(member, declared) });
  }

  /** Goes on block by block until nothing is due at an instant. */
  until(timeMs: number): void {
    this.block(timeMs);
    for (let blocks = 0; blocks < 20; blocks++) {
      const due = directPurchaseModule.nextDueMs?.(this.state, this.timeMs);
      if (due === undefined || due > this.timeMs) return;
      this.block(this.timeMs);
    }
    throw new Error(`until ${timeMs}: expected the rounds to wait for something`);
  }

  round(number = 1): Round {
    const round = this.state.get(rounds, number);
    if (round === undefined) throw new Error(`round ${number}: expected one`);
    return round;
  }

  contractsOf(round = 1): readonly Contract[] {
    return this.state.group(contractsOfRound, `${round}`).map(([, contract]) => contract);
  }

  contract(number: number, round = 1): Contract {
    const contract = this.state.get(contracts, { round, contract: number });
    if (contract === undefined) throw new Error(`contract ${number}: expected one`);
    return contract;
  }

  /** Both parties of every open contract call TRANS(). */
  transferAll(round = 1): void {
    for (const [key, { terms, status }] of this.state.group(contractsOfRound, `${round}`)) {
      if (status !== 'open') continue;
      for (const member of [terms.buyer, terms.seller]) {
        this.must(member, transferStage, { round, contract: key.contract });
      }
    }
  }

  /** Meters of the members, with readings committed to for exactly the delivery of the rules. */
  meterReadings(rules: RoundRules, parties: readonly number[]): void {
    for (const member of parties) {
      this.state.set(meters, member, {
        member,
        source: 'device',
        key: new Uint8Array(32).fill(member),
        direction: 'both',
        importLimitW: power(1_000_000n),
        exportLimitW: power(1_000_000n),
        measures: 'connection',
        position: { feeder: '', transformer: '' },
        renewable: 'no',
        predecessor: undefined,
        fromMs: 0,
        retiredMs: undefined,
        revokedMs: undefined,
      });
      this.state.set(
        commitments,
        { periodFromMs: rules.deliveryFromMs, meter: member },
        {
          periodUntilMs: rules.deliveryUntilMs,
          root: this.crypto.sha256(utf8Bytes(`readings of ${member}`)),
          version: 1,
          signedBy: member,
        },
      );
    }
  }

  readingsRoot(rules: RoundRules): Uint8Array {
    return commitmentsRootOf(this.crypto, commitmentsFor(this, rules));
  }

  statement(deliveries: readonly StatedDelivery[], version = 1, round = 1) {
    const { rules } = this.round(round);
    return { round, readingsRoot: this.readingsRoot(rules), version, deliveries };
  }

  /** States that every open contract was delivered in full, but for what a test changes. */
  deliverAll(
    short: (contract: number) => { readonly fedIn?: bigint; readonly drawn?: bigint } = () => ({}),
    round = 1,
  ): void {
    const deliveries = this.state
      .group(contractsOfRound, `${round}`)
      .filter(([, one]) => one.status === 'open')
      .map(([key, { amounts }]): StatedDelivery => {
        const { fedIn = amounts.energy, drawn = amounts.energy } = short(key.contract);
        return { contract: key.contract, fedIn: energy(fedIn), drawn: energy(drawn) };
      });
    this.must(this.centre, stateDelivery, this.statement(deliveries, 1, round));
  }
}
