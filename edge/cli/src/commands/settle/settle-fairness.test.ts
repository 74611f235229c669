/**
 * Which of the allocations with the most energy it is, by brute force: on small slots every allocation
 * in steps of a fine part of a Wh is tried, and none is fairer.
 */

import { exactShares, type TradedEnergy } from '@commonwatt/contracts';
import { SeededRandom } from '@commonwatt/simulator';
import type { Energy } from '@commonwatt/units';
import { expect, test } from 'vitest';

const STEPS_MAX = 12;
const ALLOCATIONS_MAX = 400_000;

interface SmallSlot {
  readonly trades: readonly (TradedEnergy<number> & { readonly wattHours: number })[];
  readonly exported: ReadonlyMap<number, number>;
  readonly imported: ReadonlyMap<number, number>;
}

function drawn(random: SeededRandom): SmallSlot {
  const trades = Array.from({ length: 2 + random.below(3) }, (_, at) => {
    const wattHours = 1 + random.below(4);
    return {
      seller: random.below(3),
      buyer: 10 + random.below(3),
      wattHours,
      energy: BigInt(wattHours) as Energy,
      lot: `${at}`,
    };
  });
  const counted = (first: number) =>
    new Map([first, first + 1, first + 2].map((member) => [member, random.below(7)]));
  return { trades, exported: counted(0), imported: counted(10) };
}

const inWhole = (counted: ReadonlyMap<number, number>) =>
  new Map([...counted].map(([member, wattHours]) => [member, BigInt(wattHours)]));

/** Ratios in parts of 5,040,000, which every small quotient divides; sorted upwards. */
function sortedRatios({ trades }: SmallSlot, parts: readonly number[], steps: number): number[] {
  return parts
    .map((part, at) => (part * 5_040_000) / (steps * (trades[at]?.wattHours ?? Number.NaN)))
    .sort((a, b) => a - b);
}

function isFairer(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((one, index) => Math.abs(one - (b[index] as number)) > 1e-3);
  return at >= 0 && (a[at] as number) > (b[at] as number);
}

/** Every allocation in parts of 1 / steps Wh that keeps to all limits. */
function* allocations(slot: SmallSlot, steps: number): Generator<readonly number[]> {
  const { trades, exported, imported } = slot;
  const left = new Map(
    [...exported, ...imported].map(([member, wattHours]) => [member, wattHours * steps]),
  );
  const parts: number[] = [];
  function* from(at: number): Generator<readonly number[]> {
    const trade = trades[at];
    if (trade === undefined) {
      yield parts;
      return;
    }
    const [sold, bought] = [left.get(trade.seller) ?? 0, left.get(trade.buyer) ?? 0];
    const most = Math.min(trade.wattHours * steps, sold, bought);
    for (let part = 0; part <= most; part++) {
      parts[at] = part;
      left.set(trade.seller, sold - part);
      left.set(trade.buyer, bought - part);
      yield* from(at + 1);
    }
    left.set(trade.seller, sold);
    left.set(trade.buyer, bought);
  }
  yield* from(0);
}

test('of all allocations on a fine grid none has more energy, or as much and is fairer', () => {
  const random = new SeededRandom(8);
  let tried = 0;
  let compared = 0;
  let uneven = 0;
  for (let round = 0; round < 300; round++) {
    const slot = drawn(random);
    const shares = exactShares(slot.trades, {
      exported: inWhole(slot.exported),
      imported: inWhole(slot.imported),
    });
    const least = shares.reduce((steps, { denominator }) => {
      const next = Number(denominator);
      let [a, b] = [steps, next];
      while (b > 0) [a, b] = [b, a % b];
      return (steps / a) * next;
    }, 1);
    // Half a step finer than what was found, so that better ones in between are seen as well.
    const steps = 2 * least;
    const size = slot.trades.reduce((count, one) => count * (one.wattHours * steps + 1), 1);
    if (steps > STEPS_MAX || size > ALLOCATIONS_MAX) continue;
    tried++;
    const own = shares.map((one) => Number((one.numerator * BigInt(steps)) / one.denominator));
    const sum = own.reduce((total, part) => total + part, 0);
    const ratios = sortedRatios(slot, own, steps);
    if (Math.abs((ratios[0] ?? 0) - (ratios.at(-1) ?? 0)) > 1e-3) uneven++;
    for (const other of allocations(slot, steps)) {
      const total = other.reduce((all, part) => all + part, 0);
      if (total > sum) expect.fail(`round ${round}: ${other} of 1/${steps} Wh is more than ${own}`);
      if (total < sum) continue;
      compared++;
      if (isFairer(sortedRatios(slot, other, steps), ratios)) {
        expect.fail(`round ${round}: ${other} of 1/${steps} Wh is fairer than ${own}`);
      }
    }
  }
  expect(tried).toBeGreaterThan(200);
  expect(uneven).toBeGreaterThan(50);
  expect(compared).toBeGreaterThan(1000);
});
