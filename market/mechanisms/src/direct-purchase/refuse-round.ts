/** Rounds that cannot be matched: the first fault in the order below is the answer. */

import type { DirectRound } from './round.ts';
import { corridorName } from './security-check.ts';
import { MILLION } from './terms.ts';

/** Buyers, sellers, corridors or limits of one round. */
export const DIRECT_ROWS_MAX = 1 << 16;

export type DirectRoundRefusal =
  | { readonly code: 'rows_too_many'; readonly rows: number; readonly most: number }
  | { readonly code: 'certificate_price_negative' }
  | { readonly code: 'bundling_negative' }
  | { readonly code: 'corridor_known'; readonly from: string; readonly to: string }
  | { readonly code: 'loss_out_of_range'; readonly from: string; readonly to: string }
  | { readonly code: 'limit_known'; readonly from: string; readonly to: string }
  | { readonly code: 'limit_without_corridor'; readonly from: string; readonly to: string }
  | { readonly code: 'id_invalid'; readonly id: string }
  | { readonly code: 'buyer_known'; readonly id: string }
  | { readonly code: 'seller_known'; readonly id: string }
  | { readonly code: 'seller_of_two_types'; readonly id: string }
  | { readonly code: 'region_unknown'; readonly id: string; readonly region: string }
  | { readonly code: 'energy_negative'; readonly id: string }
  | { readonly code: 'green_energy_out_of_range'; readonly id: string };

export function refuseDirectRound(round: DirectRound): DirectRoundRefusal | undefined {
  const { buyers, sellers, corridors, limits, certificatePrice, bundling } = round;
  for (const { length: rows } of [buyers, sellers, corridors, limits]) {
    if (rows > DIRECT_ROWS_MAX) return { code: 'rows_too_many', rows, most: DIRECT_ROWS_MAX };
  }
  if (certificatePrice.numerator < 0n) return { code: 'certificate_price_negative' };
  if (bundling !== undefined && bundling.numerator < 0n) return { code: 'bundling_negative' };
  return refuseCorridors(round) ?? refuseBuyers(round) ?? refuseSellers(round);
}

function refuseCorridors({ corridors, limits }: DirectRound): DirectRoundRefusal | undefined {
  const known = new Set<string>();
  for (const { from, to, loss } of corridors) {
    const name = corridorName({ from, to });
    if (known.has(name)) return { code: 'corridor_known', from, to };
    if (loss < 0n || loss >= MILLION) return { code: 'loss_out_of_range', from, to };
    known.add(name);
  }
  const limited = new Set<string>();
  for (const { from, to, energy } of limits) {
    const name = corridorName({ from, to });
    if (limited.has(name)) return { code: 'limit_known', from, to };
    if (!known.has(name)) return { code: 'limit_without_corridor', from, to };
    if (energy < 0n) return { code: 'energy_negative', id: `${from}-${to}` };
    limited.add(name);
  }
  return undefined;
}

interface Listed {
  readonly id: string;
  readonly region: string;
  readonly energy: bigint;
}

/** A region is known where some corridor touches it. */
function refuseListed(
  { id, region, energy }: Listed,
  regions: ReadonlySet<string>,
): DirectRoundRefusal | undefined {
  if (id === '' || id.includes('\u0000')) return { code: 'id_invalid', id };
  if (!regions.has(region)) return { code: 'region_unknown', id, region };
  return energy < 0n ? { code: 'energy_negative', id } : undefined;
}

function refuseBuyers({ buyers, corridors }: DirectRound): DirectRoundRefusal | undefined {
  const regions = regionsOf(corridors);
  const known = new Set<string>();
  for (const buyer of buyers) {
    const { id, energy, greenEnergy } = buyer;
    if (known.has(id)) return { code: 'buyer_known', id };
    const refusal = refuseListed(buyer, regions);
    if (refusal !== undefined) return refusal;
    if (greenEnergy < 0n || greenEnergy > energy) return { code: 'green_energy_out_of_range', id };
    known.add(id);
  }
  return undefined;
}

function refuseSellers({ sellers, corridors }: DirectRound): DirectRoundRefusal | undefined {
  const regions = regionsOf(corridors);
  const known = new Map<string, string>();
  for (const seller of sellers) {
    const { id, type } = seller;
    const before = known.get(id);
    if (before !== undefined) {
      return { code: before === type ? 'seller_known' : 'seller_of_two_types', id };
    }
    const refusal = refuseListed(seller, regions);
    if (refusal !== undefined) return refusal;
    known.set(id, type);
  }
  return undefined;
}

function regionsOf(corridors: DirectRound['corridors']): ReadonlySet<string> {
  return new Set(corridors.flatMap(({ from, to }) => [from, to]));
}
