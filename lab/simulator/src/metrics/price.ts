/**
 * What prices were, how they moved, and how near they came to the price that balances the true limits. The price of
 * a slot is the one price of its mechanism; where there is none, what buyers paid for a Wh on average.
 */

import type { SlotResult } from '../study/results.ts';
import {
  eurosPerMegawattHour,
  magnitude,
  quotient,
  ratio,
  rootOfQuotient,
  total,
} from './exact.ts';
import type { MetricRule } from './metric-rule.ts';

/** In per cent of the equilibrium. */
const NEAR_PERCENT = 5;
/** Nano-EUR per Wh in one EUR/MWh. */
const NANO_PER_WH = 1_000n;

export const PRICE_METRICS: readonly MetricRule[] = [
  {
    name: 'price_mean',
    unit: 'EUR/MWh',
    meaning:
      'Mean price of the slots that have one, or else of what buyers paid for a Wh, weighted by traded energy.',
    better: null,
    byDay: true,
    value: ({ slots }) => {
      const priced = pricedSlots(slots);
      return eurosPerMegawattHour(
        priced.reduce((sum, { price, tradedWh }) => sum + BigInt(price) * BigInt(tradedWh), 0n),
        total(priced, ({ tradedWh }) => tradedWh),
      );
    },
  },
  {
    name: 'price_volatility',
    unit: 'EUR/MWh',
    meaning:
      'Standard deviation of the changes from one price to the next, with n - 1; changes and no returns, for prices may be zero or below.',
    better: 'less',
    byDay: true,
    value: ({ slots }) => volatility(pricedSlots(slots).map(({ price }) => BigInt(price))),
  },
  {
    name: 'convergence_slots',
    unit: 'count',
    meaning: `Slots with price and equilibrium before the first from which on every price stays within ${NEAR_PERCENT} per cent of the equilibrium; not defined where the last does not.`,
    better: 'less',
    byDay: false,
    value: ({ slots }) => convergenceSlots(balancedSlots(slots)),
  },
  {
    name: 'price_near_equilibrium',
    unit: 'share',
    meaning: `Share of the slots with price and equilibrium in which the price is within ${NEAR_PERCENT} per cent of it.`,
    better: 'more',
    byDay: true,
    value: ({ slots }) => {
      const balanced = balancedSlots(slots);
      return ratio(BigInt(balanced.filter(isNear).length), BigInt(balanced.length));
    },
  },
  {
    name: 'smith_alpha',
    unit: '%',
    meaning:
      'Coefficient of convergence: root of the mean squared difference between price and equilibrium, in per cent of the mean equilibrium (Smith 1962).',
    better: 'less',
    byDay: true,
    value: ({ slots }) => smithAlpha(balancedSlots(slots)),
  },
  {
    name: 'spread',
    unit: 'EUR/MWh',
    meaning:
      'Mean of best ask less best bid as shouted, over slots with both; below zero where they cross.',
    better: null,
    byDay: true,
    value: ({ slots }) => meanGap(slots, ({ bestBid, bestAsk }) => gap(bestBid, bestAsk)),
  },
  {
    name: 'price_interval',
    unit: 'EUR/MWh',
    meaning:
      'Mean width of the interval of prices that clear the same trades: how much the rule for choosing among them decides.',
    better: null,
    byDay: true,
    value: ({ slots }) => meanGap(slots, ({ priceLow, priceHigh }) => gap(priceLow, priceHigh)),
  },
  {
    name: 'liquidity',
    unit: 'share',
    meaning: 'Traded energy on both sides by all energy shouted: twice traded, by bids and asks.',
    better: 'more',
    byDay: true,
    value: ({ slots }) =>
      ratio(
        2n * total(slots, ({ tradedWh }) => tradedWh),
        total(slots, ({ bidWh, askWh }) => bidWh + askWh),
      ),
  },
];

interface PricedSlot {
  readonly price: number;
  readonly tradedWh: number;
  readonly equilibriumPrice: number | null;
}
type BalancedSlot = PricedSlot & { readonly equilibriumPrice: number };

function pricedSlots(slots: readonly SlotResult[]): readonly PricedSlot[] {
  const priced: PricedSlot[] = [];
  for (const { price, meanPrice, tradedWh, equilibriumPrice } of slots) {
    const known = price ?? meanPrice;
    if (known !== null) priced.push({ price: known, tradedWh, equilibriumPrice });
  }
  return priced;
}

function balancedSlots(slots: readonly SlotResult[]): readonly BalancedSlot[] {
  return pricedSlots(slots).filter((slot): slot is BalancedSlot => slot.equilibriumPrice !== null);
}

function volatility(prices: readonly bigint[]): number | null {
  const count = BigInt(prices.length - 1);
  if (count < 2n) return null;
  let sum = 0n;
  let squares = 0n;
  for (const [at, price] of prices.entries()) {
    if (at === 0) continue;
    const change = price - (prices[at - 1] ?? 0n);
    sum += change;
    squares += change * change;
  }
  const perMegawattHour = NANO_PER_WH * NANO_PER_WH;
  return rootOfQuotient(count * squares - sum * sum, count * (count - 1n) * perMegawattHour);
}

function isNear({ price, equilibriumPrice }: BalancedSlot): boolean {
  return Math.abs(price - equilibriumPrice) * 100 <= Math.abs(equilibriumPrice) * NEAR_PERCENT;
}

function convergenceSlots(slots: readonly BalancedSlot[]): number | null {
  const lastFar = slots.findLastIndex((slot) => !isNear(slot));
  return lastFar === slots.length - 1 ? null : lastFar + 1;
}

function smithAlpha(slots: readonly BalancedSlot[]): number | null {
  const equilibria = total(slots, ({ equilibriumPrice }) => equilibriumPrice);
  if (equilibria <= 0n) return null;
  let squares = 0n;
  for (const { price, equilibriumPrice } of slots) {
    squares += magnitude(BigInt(price - equilibriumPrice)) ** 2n;
  }
  return rootOfQuotient(squares * BigInt(slots.length) * 10_000n, equilibria * equilibria);
}

function gap(low: number | null, high: number | null): number | null {
  return low === null || high === null ? null : high - low;
}

function meanGap(
  slots: readonly SlotResult[],
  of: (slot: SlotResult) => number | null,
): number | null {
  const gaps = slots.map(of).filter((one) => one !== null);
  if (gaps.length === 0) return null;
  return quotient(
    total(gaps, (one) => one),
    BigInt(gaps.length) * NANO_PER_WH,
  );
}
