/**
 * Version 3 beside the trades: what every metered slot comes to for every member. Own deviations at
 * the community's price, energy shared after delivery, and where the community is itself the supplier
 * the residual by that slot's tariff. Every amount is whole Wh times nano per Wh: nothing is rounded.
 */

import { type Energy, energy, money } from '@commonwatt/units';
import type { Side } from '../market/messages.ts';
import type { MeteredEnergy, TradeEntry } from './delivery.ts';
import { ownDeviations } from './deviations.ts';
import type { SettlementPolicy } from './policy.ts';
import type { SharedSlot } from './share-after-delivery.ts';
import { residualOf, type SlotLine } from './slot-lines.ts';
import { chargesOf, NO_CHARGES, type Tariff, tariffAt } from './tariff.ts';

/** What one member's meters counted in one slot, as far as it takes part. */
export interface MeteredSlotOfMember {
  readonly member: number;
  readonly slotMs: number;
  readonly imported: Energy;
  readonly exported: Energy;
}

/** An own deviation, at the slot with which its trades begin. */
export interface SlotDeviation {
  readonly member: number;
  readonly slotMs: number;
  readonly side: 'buyer' | 'seller';
  readonly energy: bigint;
}

/** The own deviations of one slot's trades, by what is left of the readings before they are served. */
export function deviationsOfSlot(
  ofSlot: readonly TradeEntry[],
  metered: MeteredEnergy,
): readonly SlotDeviation[] {
  const exported = new Map<number, bigint>();
  const imported = new Map<number, bigint>();
  for (const [, terms] of ofSlot) {
    exported.set(terms.seller, metered.left(terms.seller, 'sell', terms));
    imported.set(terms.buyer, metered.left(terms.buyer, 'buy', terms));
  }
  const slotMs = ofSlot[0]?.[1].slotMs ?? 0;
  const traded = ofSlot.map(([, { seller, buyer, energy: wh }]) => ({
    seller,
    buyer,
    energy: wh,
    lot: '',
  }));
  return ownDeviations(traded, { exported, imported }).map((one) => ({ ...one, slotMs }));
}

export interface SlotAccountsInput {
  readonly policy: SettlementPolicy;
  readonly tariffs: readonly Tariff[];
  readonly readings: readonly MeteredSlotOfMember[];
  readonly deviations: readonly SlotDeviation[];
  readonly shares: readonly SharedSlot[];
  /** What trades took of a slot's reading, before sharing. */
  readonly traded: (member: number, side: Side, slotMs: number) => bigint;
}

export type UnsaltedSlotLine = Omit<SlotLine, 'salt'>;

/** A line while it is added up: it becomes the line once its sums are known to fit. */
type Account = { -readonly [K in Exclude<keyof UnsaltedSlotLine, 'slotMs'>]: bigint } & {
  readonly slotMs: number;
};

/** The slot lines of every member, by rising slot. */
export function slotAccounts(
  input: SlotAccountsInput,
): ReadonlyMap<number, readonly UnsaltedSlotLine[]> {
  const accounts = new Map<number, Map<number, Account>>();
  const at = (member: number, slotMs: number): Account => {
    const ofMember = accounts.get(member) ?? new Map<number, Account>();
    accounts.set(member, ofMember);
    const known = ofMember.get(slotMs);
    if (known !== undefined) return known;
    const fresh = emptyAccount(slotMs);
    ofMember.set(slotMs, fresh);
    return fresh;
  };
  for (const { member, slotMs, imported, exported } of input.readings) {
    const account = at(member, slotMs);
    account.imported += imported;
    account.exported += exported;
    account.bought = input.traded(member, 'buy', slotMs);
    account.sold = input.traded(member, 'sell', slotMs);
  }
  const { sellerDeviationPrice, buyerDeviationPrice } = input.policy;
  for (const { member, slotMs, side, energy: short } of input.deviations) {
    const account = at(member, slotMs);
    account[side === 'seller' ? 'sellerShort' : 'buyerShort'] += short;
    account.deviation -= short * (side === 'seller' ? sellerDeviationPrice : buyerDeviationPrice);
  }
  for (const { member, slotMs, allotted, received, given, money: value } of input.shares) {
    const account = at(member, slotMs);
    account.allotted += allotted;
    account.received += received;
    account.given += given;
    account.sharedMoney += value;
  }
  const tariffOf = tariffLookup(input.tariffs);
  return new Map(
    [...accounts].map(([member, ofMember]) => [
      member,
      [...ofMember]
        .sort(([a], [b]) => a - b)
        .map(([slotMs, account]) => lineOf(account, input.policy, tariffOf(slotMs))),
    ]),
  );
}

function emptyAccount(slotMs: number): Account {
  return {
    slotMs,
    imported: 0n,
    exported: 0n,
    bought: 0n,
    sold: 0n,
    allotted: 0n,
    received: 0n,
    given: 0n,
    sellerShort: 0n,
    buyerShort: 0n,
    sharedMoney: 0n,
    deviation: 0n,
    supply: 0n,
    grid: 0n,
    levies: 0n,
    taxes: 0n,
  };
}

/** Looks each slot up once: a period has few slots and many members. */
export function tariffLookup(series: readonly Tariff[]): (slotMs: number) => Tariff | undefined {
  const found = new Map<number, Tariff | undefined>();
  return (slotMs) => {
    if (!found.has(slotMs)) found.set(slotMs, tariffAt(series, slotMs));
    return found.get(slotMs);
  };
}

const ENERGIES = [
  'imported',
  'exported',
  'bought',
  'sold',
  'allotted',
  'received',
  'given',
  'sellerShort',
  'buyerShort',
] as const;

/** The same object as a line. @throws RangeError for sums beyond their type */
function lineOf(
  account: Account,
  policy: SettlementPolicy,
  tariff: Tariff | undefined,
): UnsaltedSlotLine {
  for (const name of ENERGIES) energy(account[name]);
  money(account.sharedMoney);
  money(account.deviation);
  const line = account as unknown as UnsaltedSlotLine;
  if (policy.residualCharges === 'shown') return line;
  const charges = chargesOf(tariff, chargedEnergyOf(line));
  account.supply = money(charges.supply);
  account.grid = money(charges.grid);
  account.levies = money(charges.levies);
  account.taxes = money(charges.taxes);
  return line;
}

/** What a tariff charges a slot line for. */
export function chargedEnergyOf(line: UnsaltedSlotLine) {
  return { ...residualOf(line), communityImport: line.bought + line.received };
}

/**
 * What residual and grid charges of a slot line would be by a tariff, whether they are posted or only
 * shown: for savings, and export per supplier.
 */
export function shownCharges(line: UnsaltedSlotLine, tariff: Tariff | undefined) {
  return tariff === undefined ? NO_CHARGES : chargesOf(tariff, chargedEnergyOf(line));
}
