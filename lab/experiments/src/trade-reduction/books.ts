/** Books of orders, each of a member of its own, drawn from a seed. */

import { createHash } from 'node:crypto';
import { type Call, type Draw, drawFrom, lotsBySeed, type Order } from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import parameters from './parameters.json' with { type: 'json' };

/**
 * `unit`: all orders have the same energy and no two limits are equal, as the theorems ask. `fine` and
 * `coarse`: any energy, limits on many levels or on few, so that most of them are tied.
 */
export type BookKind = 'unit' | 'fine' | 'coarse';

/** Half bids and half asks, an odd one a bid. One seed, one size and one kind give one book. */
export function bookOf(kind: BookKind, orders: number, number: number): Call {
  const seed = `trade-reduction ${parameters.seed} ${kind} ${orders} ${number}`;
  const draw = drawFrom(
    BigInt(`0x${createHash('sha256').update(seed).digest('hex').slice(0, 16)}`),
  );
  const limits = kind === 'unit' ? distinctLimits(draw, orders) : levelLimits(draw, orders, kind);
  const lots = new Map<string, string>();
  const lotOf = lotsBySeed((bytes) => createHash('sha256').update(bytes).digest(), seed);
  const drawn = limits.map((limit, at): Order => {
    const id = `o${at}`;
    lots.set(id, lotOf(id));
    const wh =
      kind === 'unit' ? BigInt(parameters.unitWh) : 1n + draw(BigInt(parameters.energyWhMost));
    const side = at % 2 === 0 ? 'buy' : 'sell';
    return { id, member: id, side, limit: price(limit), energy: energy(wh) };
  });
  return { orders: drawn, lots: (id) => lots.get(id) ?? lotOf(id), settings: {} };
}

const LOWEST = BigInt(parameters.lowestNanoPerWh);
const HIGHEST = BigInt(parameters.highestNanoPerWh);

/** Even numbers, so that a lie one step beside a limit ties with nobody. */
function distinctLimits(draw: Draw, count: number): readonly bigint[] {
  const steps = (HIGHEST - LOWEST) / 2n;
  const limits = new Set<bigint>();
  while (limits.size < count) limits.add(LOWEST + 2n * draw(steps + 1n));
  return [...limits];
}

function levelLimits(draw: Draw, count: number, kind: 'fine' | 'coarse'): readonly bigint[] {
  const levels = BigInt(parameters.levels[kind]);
  const step = (HIGHEST - LOWEST) / levels;
  return Array.from({ length: count }, () => LOWEST + step * draw(levels));
}
