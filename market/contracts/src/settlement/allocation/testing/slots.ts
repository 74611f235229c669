/** Random slots for tests of the allocation, and what must hold for every one of them. */

import { energy } from '@commonwatt/units';
import fc from 'fast-check';
import type { MeteredSlot, TradedEnergy } from '../allocate.ts';
import { compareFractions, type Fraction } from '../fraction.ts';

export interface Slot {
  readonly trades: readonly TradedEnergy<number>[];
  readonly metered: MeteredSlot<number>;
}

/** `[seller, buyer, Wh]` by trade; by member what it counted. Lots go by the trade's position. */
export function slotOf(
  trades: readonly (readonly [seller: number, buyer: number, wattHours: number | bigint])[],
  exported: Readonly<Record<number, number | bigint>>,
  imported: Readonly<Record<number, number | bigint>>,
): Slot {
  const counted = (side: Readonly<Record<number, number | bigint>>) =>
    new Map(Object.entries(side).map(([member, one]) => [Number(member), BigInt(one)]));
  return {
    trades: trades.map(([seller, buyer, wattHours], index) => ({
      seller,
      buyer,
      energy: energy(BigInt(wattHours)),
      lot: lotOf(index),
    })),
    metered: { exported: counted(exported), imported: counted(imported) },
  };
}

export const lotOf = (index: number): string => index.toString(16).padStart(6, '0');

/** Numbers that look random and are the same on every machine: xorshift32, Marsaglia 2003. */
export class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed + 1) * 2_654_435_761;
    for (let i = 0; i < 8; i++) this.below(2);
  }
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    let x = this.#state | 0;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return Math.floor(((x >>> 0) / 2 ** 32) * limit);
  }
  /** Nearly normal, with mean 0 and deviation 1: twelve uniform ones less six. */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.below(1_000_000) / 1_000_000;
    return sum;
  }
}

export interface Street {
  readonly sellers: number;
  readonly buyers: number;
  readonly tradesPerBuyer: number;
  /** Metered over contracted energy, per member and side. */
  readonly mean: number;
  readonly spread: number;
}

/** A slot in which every buyer bought from sellers drawn by lot. */
export function drawnSlot(chance: Chance, street: Street): Slot {
  const trades = Array.from({ length: street.buyers * street.tradesPerBuyer }, (_, index) => ({
    seller: chance.below(street.sellers),
    buyer: Math.floor(index / street.tradesPerBuyer),
    energy: energy(BigInt(100 + chance.below(1900))),
    lot: lotOf(index),
  }));
  const counted = (side: 'seller' | 'buyer') => {
    const traded = new Map<number, number>();
    for (const trade of trades) {
      traded.set(trade[side], (traded.get(trade[side]) ?? 0) + Number(trade.energy));
    }
    return new Map(
      [...traded].map(([member, wattHours]) => {
        const metered = wattHours * (street.mean + street.spread * chance.normal());
        return [member, BigInt(Math.max(0, Math.round(metered)))];
      }),
    );
  };
  return { trades, metered: { exported: counted('seller'), imported: counted('buyer') } };
}

/** Small slots with few members, small numbers and many coincidences; now and then huge ones. */
export const slots: fc.Arbitrary<Slot> = slotsUpTo(10, 5, 12);

export function slotsUpTo(trades: number, members: number, wattHours: number): fc.Arbitrary<Slot> {
  const member = fc.integer({ min: 0, max: members - 1 });
  const readings = fc.dictionary(member.map(String), fc.nat({ max: 2 * wattHours }));
  const traded = fc.tuple(member, member, fc.nat({ max: wattHours }));
  const huge = 9_007_199_254_740_991n / BigInt(2 * wattHours);
  return fc
    .tuple(
      fc.array(traded, { minLength: 1, maxLength: trades }),
      readings,
      readings,
      fc.constantFrom(1n, 1n, 1n, huge),
    )
    .map(([list, exported, imported, times]) =>
      slotOf(
        list.map(([seller, buyer, one]) => [seller, buyer, BigInt(one) * times] as const),
        timesAll(exported, times),
        timesAll(imported, times),
      ),
    );
}

function timesAll(counted: Readonly<Record<string, number>>, times: bigint) {
  return Object.fromEntries(
    Object.entries(counted).map(([member, one]) => [member, BigInt(one) * times]),
  );
}

/** Sums over trades by member. */
export function sumsBy(
  { trades }: Slot,
  side: 'seller' | 'buyer',
  allocated: readonly bigint[],
): ReadonlyMap<number, bigint> {
  const sums = new Map<number, bigint>();
  trades.forEach((trade, index) => {
    sums.set(trade[side], (sums.get(trade[side]) ?? 0n) + (allocated[index] as bigint));
  });
  return sums;
}

export const total = (allocated: readonly bigint[]): bigint =>
  allocated.reduce((sum, one) => sum + one, 0n);

/** Whether no trade has more than was traded and no member more than was metered. */
export function isWithin(slot: Slot, allocated: readonly bigint[], scale = 1n): boolean {
  const { exported, imported } = slot.metered;
  return (
    slot.trades.every(({ energy: traded }, index) => {
      const part = allocated[index] as bigint;
      return part >= 0n && part <= traded * scale;
    }) &&
    [...sumsBy(slot, 'seller', allocated)].every(
      ([member, sum]) => sum <= (exported.get(member) ?? 0n) * scale,
    ) &&
    [...sumsBy(slot, 'buyer', allocated)].every(
      ([member, sum]) => sum <= (imported.get(member) ?? 0n) * scale,
    )
  );
}

/** The common denominator of shares, and the shares in parts of it. */
export function scaled(shares: readonly Fraction[]): {
  readonly scale: bigint;
  readonly parts: readonly bigint[];
} {
  let scale = 1n;
  for (const { denominator } of shares) {
    let [a, b] = [scale, denominator];
    while (b > 0n) [a, b] = [b, a % b];
    scale = (scale / a) * denominator;
  }
  const parts = shares.map(({ numerator, denominator }) => numerator * (scale / denominator));
  return { scale, parts };
}

/**
 * A circle of energy that raises some trade by lowering only trades that have a greater part of what
 * was traded, or a way to allocate more in all; nothing where the shares are the fairest maximum.
 * It is looked for trade by trade, in exact numbers, by a search that shares nothing with the
 * algorithm that it judges.
 */
export function unfairness(slot: Slot, shares: readonly Fraction[]): string | undefined {
  const { scale, parts } = scaled(shares);
  if (!isWithin(slot, parts, scale)) return 'a bound is exceeded';
  const ratios = slot.trades.map(({ energy: traded }, index) => ({
    numerator: parts[index] as bigint,
    denominator: (traded === 0n ? 1n : traded) * scale,
  }));
  const sold = sumsBy(slot, 'seller', parts);
  const bought = sumsBy(slot, 'buyer', parts);
  const leads = (lowest: Fraction, from: string, to: string): boolean => {
    const reached = new Set([from]);
    const waiting = [from];
    const reach = (node: string) => {
      if (!reached.has(node)) waiting.push(node);
      reached.add(node);
    };
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      slot.trades.forEach(({ seller, buyer, energy: traded }, index) => {
        const part = parts[index] as bigint;
        if (node === `s${seller}` && part < traded * scale) reach(`b${buyer}`);
        const isRicher = compareFractions(ratios[index] as Fraction, lowest) > 0;
        if (node === `b${buyer}` && part > 0n && isRicher) reach(`s${seller}`);
      });
      for (const [member, sum] of sold) {
        const isFull = sum >= (slot.metered.exported.get(member) ?? 0n) * scale;
        if (node === 'source' && !isFull) reach(`s${member}`);
        if (node === `s${member}` && sum > 0n) reach('source');
      }
      for (const [member, sum] of bought) {
        const isFull = sum >= (slot.metered.imported.get(member) ?? 0n) * scale;
        if (node === `b${member}` && !isFull) reach('sink');
        if (node === 'sink' && sum > 0n) reach(`b${member}`);
      }
    }
    return reached.has(to);
  };
  if (leads({ numerator: -1n, denominator: 1n }, 'source', 'sink')) return 'more can be allocated';
  const poor = slot.trades.findIndex(
    ({ seller, buyer, energy: traded }, index) =>
      (parts[index] as bigint) < traded * scale &&
      leads(ratios[index] as Fraction, `b${buyer}`, `s${seller}`),
  );
  return poor < 0 ? undefined : `trade ${poor} can be raised at the cost of richer ones`;
}
