/**
 * Certificates on the side chain: what the round settled crosses the peg, is counted to quotas, the
 * excess is sold to thermal producers, who owe it, and the coin goes home.
 */

import {
  ACTION,
  account,
  balanceOf,
  burnCodec,
  buyCertificatesCodec,
  type Certificate,
  certificateOffers,
  certificatesOf,
  complianceOf,
  countCertificatesCodec,
  type DutyKind,
  directTokensOf,
  type EntitlementKind,
  entitlements,
  lockCodec,
  offerCertificatesCodec,
  type RangeStatus,
  redeemTokensCodec,
  retireCertificatesCodec,
  stretchCodec,
  tokensPerCoin,
} from '@commonwatt/contracts';
import { actionOf } from '@commonwatt/node';
import { type Energy, energy, money, price } from '@commonwatt/units';
import type { Doors } from './dplc-doors.ts';
import { BUYERS, GRID, type Party, SELLERS, TRADERS } from './dplc-parties.ts';

/** 19 token for 1 MWh, 10 tokens to one of currency: 1.90 for a certificate, in nano-coin per Wh. */
export const PRICE = price(1900n);
export const PERIOD = 0;
/** Nano-coin that who owes more than it has takes over the peg to buy with. */
const TAKEN = money(40_000n * 1_000_000_000n);

const THERMAL = SELLERS.filter(({ terms }) => terms.type === 'thermal');

export class DplcCertificates {
  readonly doors: Doors;
  readonly #tell: (words: string) => void;
  /** Wh of certificates that changed hands, and nano-coin that was paid for them. */
  bought = 0n;
  paid = 0n;

  constructor(doors: Doors, tell: (words: string) => void) {
    this.doors = doors;
    this.#tell = tell;
  }

  get #state() {
    return this.doors.certificates.ledger.state;
  }

  async run(): Promise<void> {
    await this.#leave();
    await this.#countQuota();
    await this.#sellExcess();
    await this.#comeHome();
  }

  /** What members send by their own will, and coin; what they owe goes by itself. */
  async #leave(): Promise<void> {
    const { doors } = this;
    const peer = doors.certificates.peer ?? 0;
    for (const trader of TRADERS) await this.#lockOwn(peer, trader);
    for (const party of this.#shortOf()) {
      const message = { peer, amount: TAKEN, entitlement: undefined };
      await doors.must(party, actionOf(ACTION.lockAsset, lockCodec, message));
    }
    await doors.node.tick();
    // The grid company takes its income out: a block behind what left.
    await this.#redeem(GRID);
    await doors.node.tick();
    const { carried } = doors.certificates.relay;
    this.#tell(`${carried} crossings were proven and arrived on the ledger of certificates`);
  }

  /** Thermal producers, and consumers whose green energy is less than their quota. */
  #shortOf(): readonly Party[] {
    const granted = this.doors.node.ledger.state.entries(entitlements);
    const has = (party: Party, kind: EntitlementKind) => {
      const member = this.doors.memberOf(party);
      const own = granted.filter(([key]) => key.member === member && key.kind === kind);
      return own.reduce((sum, [, one]) => sum + one.energy, 0n);
    };
    const short = BUYERS.filter((one) => has(one, 'green') < has(one, 'quota'));
    return [...THERMAL, ...short];
  }

  async #lockOwn(peer: number, trader: Party): Promise<void> {
    const member = this.doors.memberOf(trader);
    const own = this.doors.node.ledger.state
      .entries(entitlements)
      .filter(([key]) => key.member === member && ['green', 'renewable'].includes(key.kind));
    const locks = own.map(([entitlement]) =>
      actionOf(ACTION.lockAsset, lockCodec, { peer, amount: money(0n), entitlement }),
    );
    if (locks.length > 0) await this.doors.must(trader, ...locks);
  }

  async #redeem(party: Party): Promise<void> {
    const { state } = this.doors.node.ledger;
    const { free } = directTokensOf(state, this.doors.memberOf(party));
    const tokens = money(free - (free % tokensPerCoin(state)));
    await this.doors.must(party, actionOf(ACTION.redeemTokens, redeemTokensCodec, { tokens }));
  }

  #own(party: Party, status: RangeStatus): readonly Certificate[] {
    const holder = this.doors.holderOf(party);
    return certificatesOf(this.#state, holder).filter((one) => one.status === status);
  }

  #missing(party: Party, duty: DutyKind): bigint {
    return complianceOf(this.#state, this.doors.holderOf(party), PERIOD)[duty].missing;
  }

  /** Counts own certificates of a status to a duty, as far as it goes. */
  async #count(party: Party, duty: DutyKind, status: RangeStatus): Promise<void> {
    for (const { issuance, first, energy: held } of this.#own(party, status)) {
      const missing = this.#missing(party, duty);
      if (missing === 0n) return;
      const part = least(held, missing);
      const counted = { issuance, first, energy: part, duty, period: PERIOD };
      const action = actionOf(ACTION.countCertificates, countCertificatesCodec, counted);
      await this.doors.mustThere(party, action);
    }
  }

  async #countQuota(): Promise<void> {
    for (const buyer of BUYERS) await this.#count(buyer, 'quota', 'green');
    const met = BUYERS.filter((buyer) => this.#missing(buyer, 'quota') === 0n);
    this.#tell(`quota met by ${met.map(({ name }) => name).join(', ') || 'nobody'}`);
  }

  /** What is left of green ones once the quota is full may be sold, to who owes more than it has. */
  async #sellExcess(): Promise<void> {
    for (const buyer of BUYERS.filter((one) => this.#missing(one, 'quota') === 0n)) {
      for (const { issuance, first, energy: left } of this.#own(buyer, 'green')) {
        const stretch = { issuance, first, energy: left };
        await this.doors.mustThere(
          buyer,
          actionOf(ACTION.freeExcess, stretchCodec, stretch),
          actionOf(ACTION.offerCertificates, offerCertificatesCodec, { ...stretch, price: PRICE }),
        );
      }
    }
    for (const party of [...THERMAL, ...BUYERS]) {
      const duty = BUYERS.some(({ name }) => name === party.name) ? 'quota' : 'obligation';
      await this.#buy(party, duty);
      await this.#count(party, duty, 'live');
    }
    this.#tell(`${this.bought} Wh of certificates were sold for ${this.paid} nano-coin`);
  }

  async #buy(party: Party, duty: DutyKind): Promise<void> {
    let missing = this.#missing(party, duty);
    for (const { issuance, first, energy: offered } of certificateOffers(this.#state)) {
      if (missing === 0n) return;
      const part = least(offered, missing);
      const purchase = { issuance, first, energy: part, priceMost: PRICE };
      const buying = actionOf(ACTION.buyCertificates, buyCertificatesCodec, purchase);
      await this.doors.mustThere(party, buying);
      missing -= part;
      this.bought += part;
      this.paid += part * PRICE;
    }
  }

  /** Pegged coin is burnt by whoever has some, and released on the market's ledger. */
  async #comeHome(): Promise<void> {
    const { doors } = this;
    const peer = doors.certificates.marketPeer ?? 0;
    for (const party of TRADERS) {
      const amount = balanceOf(this.#state, account(doors.holderOf(party), 'available'));
      if (amount === 0n) continue;
      await doors.mustThere(party, actionOf(ACTION.burnCoin, burnCodec, { peer, amount }));
    }
    await this.#retireOne();
    await doors.node.tick();
    this.#tell('coin came back over the peg');
  }

  /** The first seller of certificates uses up one MWh, or what it has: a block behind what left. */
  async #retireOne(): Promise<void> {
    for (const party of TRADERS) {
      const [own] = this.#own(party, 'live');
      if (own === undefined) continue;
      const { issuance, first } = own;
      const part = least(own.energy, 1_000_000n);
      const retired = { issuance, first, energy: part, beneficiary: 'the school of region A' };
      const action = actionOf(ACTION.retireCertificates, retireCertificatesCodec, retired);
      return this.doors.mustThere(party, action);
    }
    // Nobody has one to spare: an offer is taken back instead.
    const [offer] = certificateOffers(this.#state);
    const owner = TRADERS.find((one) => this.doors.holderOf(one) === offer?.owner);
    if (offer === undefined || owner === undefined) {
      throw new Error('demo: expected certificates that are left');
    }
    const { issuance, first, energy: left } = offer;
    const back = actionOf(ACTION.withdrawOffer, stretchCodec, { issuance, first, energy: left });
    return this.doors.mustThere(owner, back);
  }
}

function least(held: bigint, wanted: bigint): Energy {
  if (held < wanted) return energy(held);
  return energy(wanted);
}
