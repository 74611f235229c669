/**
 * The cheapest of all whole schedules of a tiny day, found by trying them: a recursion over the slots that
 * remembers what each state of the stores can still cost. It shares the books with the planner
 * (`costOfDay` says what an end is worth), and none of its decisions.
 */

import type { Flexible, Tariff } from '../cheapest-day.ts';
import { worthAtEnd } from '../cheapest-day.ts';

export interface Oracle {
  readonly flexible: Flexible;
  readonly tariff: Tariff;
  /** Heat at the start, in thousandths of a Wh. */
  readonly storedMilliWh: number;
}

interface State {
  readonly parts: number;
  readonly delivered: number;
  readonly heatMilliWh: number;
}

/** In the parts of a nano-EUR that `costOfDay` counts in; for a tariff of 0 <= feed-in <= supply. */
export function leastCost({ flexible, tariff, storedMilliWh }: Oracle): bigint {
  const parts = flexible.cell?.initialParts ?? 0;
  const start = { parts, delivered: 0, heatMilliWh: storedMilliWh };
  const least = leastFrom({ flexible, tariff, storedMilliWh }, 0, start, new Map());
  if (least === undefined) throw new Error('expected a schedule, got none');
  return least;
}

function leastFrom(
  oracle: Oracle,
  slot: number,
  state: State,
  memory: Map<string, bigint | undefined>,
): bigint | undefined {
  const { flexible, tariff } = oracle;
  if (slot === flexible.netWh.length) return endCost(oracle, state);
  const key = `${slot} ${state.parts} ${state.delivered} ${state.heatMilliWh}`;
  if (memory.has(key)) return memory.get(key);
  const scale = BigInt(flexible.cell?.partsPerWh ?? 1) * 1_000n;
  let least: bigint | undefined;
  for (const { state: next, useWh } of steps(flexible, slot, state)) {
    const later = leastFrom(oracle, slot + 1, next, memory);
    if (later === undefined) continue;
    const net = (flexible.netWh[slot] ?? 0) + useWh;
    const price = net > 0 ? tariff.supplyPrice : tariff.feedInPrice;
    const cost = BigInt(net * price) * scale + later;
    if (least === undefined || cost < least) least = cost;
  }
  memory.set(key, least);
  return least;
}

function* steps({ cell, charging, heating }: Flexible, slot: number, state: State) {
  const flowMost = cell?.powerWh ?? 0;
  const vehicleMost = charging?.stayOf[slot] === 0 ? charging.powerWh : 0;
  const pumpMost = heating?.powerWh ?? 0;
  for (let flow = -flowMost; flow <= flowMost; flow += 1) {
    const moved = flow > 0 ? flow * (cell?.partsPerWhCharged ?? 0) : flow * 10_000;
    const parts = state.parts + moved;
    if (parts < 0 || parts > (cell?.capacityParts ?? 0)) continue;
    for (let charge = 0; charge <= vehicleMost; charge += 1) {
      const delivered = state.delivered + charge;
      if (delivered > (charging?.needWh ?? 0)) continue;
      for (let electric = 0; electric <= pumpMost; electric += 1) {
        const made = electric * (heating?.performancePermille[slot] ?? 0);
        const heatMilliWh = state.heatMilliWh + made - (heating?.needWh[slot] ?? 0) * 1_000;
        if (heatMilliWh < 0 || heatMilliWh > (heating?.storageWh ?? 0) * 1_000) continue;
        yield { state: { parts, delivered, heatMilliWh }, useWh: flow + charge + electric };
      }
    }
  }
}

/** What is left, counted below zero; nothing where the vehicle lacks what it can no longer get. */
function endCost({ flexible, tariff }: Oracle, state: State): bigint | undefined {
  const { cell, charging, netWh } = flexible;
  const worth = worthAtEnd(flexible, tariff, netWh.length);
  const partsPerWh = BigInt(cell?.partsPerWh ?? 1);
  let charge = 0n;
  const stay = charging?.stays[0];
  if (charging !== undefined && stay !== undefined) {
    const possible = Math.min(charging.needWh, stay.homeSlots * charging.powerWh);
    const due = Math.min(possible, charging.needWh - stay.beyondSlots * charging.powerWh);
    if (state.delivered < due) return undefined;
    if (stay.beyondSlots > 0) charge = BigInt(state.delivered * worth.charge);
  }
  return -(
    charge * partsPerWh * 1_000n +
    BigInt(state.parts * worth.content) * 1_000n +
    BigInt(state.heatMilliWh * worth.heat) * partsPerWh
  );
}
