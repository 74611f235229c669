/**
 * The dispatch centre's security check: what asks more of a corridor than its limit is scaled down
 * pro rata (Tian et al., section III.C: blocking management).
 */

import type { Energy } from '@commonwatt/units';
import type { EnergyForm } from './energy-form.ts';
import type { CheckedLimit } from './matching.ts';
import type { CorridorLimit } from './round.ts';
import { wholeEnergy } from './whole-energy.ts';

/** Energy of one pair, and the regions between which it flows. */
export interface CorridorFlow<Quantity> {
  readonly from: string;
  readonly to: string;
  /** At the buyer's meter. */
  readonly energy: Quantity;
  /** Hexadecimal, distinct among flows: breaks ties where units are split. */
  readonly lot: string;
}

export interface SecurityCheck<Quantity> {
  /** What is left of each flow, in their order. */
  readonly energies: readonly Quantity[];
  /** One for each limit, in their order. */
  readonly limits: readonly CheckedLimit<Quantity>[];
}

/** One check in whole Wh. It only ever scales down; a flow over a corridor without a limit stays. */
export function securityCheck(
  flows: readonly CorridorFlow<Energy>[],
  limits: readonly CorridorLimit[],
): SecurityCheck<Energy> {
  return checkFlows(wholeEnergy, flows, limits);
}

/** One name for both directions of a corridor. */
export function corridorName({ from, to }: { readonly from: string; readonly to: string }): string {
  return from <= to ? `${from}\u0000${to}` : `${to}\u0000${from}`;
}

/** The check in either form of energy. */
export function checkFlows<Quantity>(
  form: EnergyForm<Quantity>,
  flows: readonly CorridorFlow<Quantity>[],
  limits: readonly CorridorLimit[],
): SecurityCheck<Quantity> {
  const byCorridor = new Map<string, number[]>();
  for (const [at, flow] of flows.entries()) {
    const name = corridorName(flow);
    const found = byCorridor.get(name);
    if (found === undefined) byCorridor.set(name, [at]);
    else found.push(at);
  }
  const energies = flows.map(({ energy }) => energy);
  const checked = limits.map(({ from, to, energy }): CheckedLimit<Quantity> => {
    const passing = byCorridor.get(corridorName({ from, to })) ?? [];
    const asked = passing.map((at) => flows[at] as CorridorFlow<Quantity>);
    const requested = asked.reduce((sum, flow) => form.plus(sum, flow.energy), form.of(0n));
    const limit = form.of(energy);
    const binding = form.compare(requested, limit) > 0;
    if (binding) {
      const scaled = form.scale(asked, limit);
      for (const [place, at] of passing.entries()) energies[at] = scaled[place] as Quantity;
    }
    return { from, to, limit, requested, granted: binding ? limit : requested, binding };
  });
  return { energies, limits: checked };
}
