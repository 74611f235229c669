/**
 * What a run posts to the community's own accounts. It follows from the totals per slot, the policy and
 * the tariffs alone, so every node computes it from the ledger and knows what all charges must sum to.
 */

import { type Money, money } from '@commonwatt/units';
import type { CommunityPosting } from './events.ts';
import { COMMUNITY_ACCOUNTS, type CommunityAccount, type Run, type SlotTotal } from './messages.ts';
import type { SettlementPolicy } from './policy.ts';
import { tariffLookup } from './slot-accounts.ts';
import { chargesOf, type Tariff } from './tariff.ts';

export type CommunitySums = Readonly<Record<CommunityAccount, bigint>>;

export const NO_SUMS: CommunitySums = {
  deviations: 0n,
  supply: 0n,
  grid: 0n,
  levies: 0n,
  taxes: 0n,
  spread: 0n,
};

/** Positive where the account receives. Before version 3 of the rules there is the spread alone. */
export function communitySums(
  { rulesVersion, slotTotals: totals, spread }: Pick<Run, 'rulesVersion' | 'slotTotals' | 'spread'>,
  policy: SettlementPolicy,
  tariffs: readonly Tariff[],
): CommunitySums {
  const sums = { ...NO_SUMS, spread } as Record<CommunityAccount, bigint>;
  if (rulesVersion < 3) return sums;
  const tariffOf = tariffLookup(tariffs);
  for (const total of totals) {
    sums.deviations += total.sellersShort * policy.sellerDeviationPrice;
    sums.deviations += total.buyersShort * policy.buyerDeviationPrice;
    if (policy.residualCharges === 'shown') continue;
    const { residualImport, residualExport } = total;
    const communityImport = total.imported - residualImport;
    const energy = { residualImport, residualExport, communityImport };
    const charged = chargesOf(tariffOf(total.slotMs), energy);
    sums.supply -= charged.supply;
    sums.grid -= charged.grid;
    sums.levies -= charged.levies;
    sums.taxes -= charged.taxes;
  }
  return sums;
}

/** Slots whose residual is to be posted and for which no tariff holds: they are charged nothing. */
export function slotsWithoutTariff(
  totals: readonly SlotTotal[],
  policy: SettlementPolicy,
  tariffs: readonly Tariff[],
): readonly number[] {
  if (policy.residualCharges === 'shown') return [];
  const tariffOf = tariffLookup(tariffs);
  return totals.filter(({ slotMs }) => tariffOf(slotMs) === undefined).map(({ slotMs }) => slotMs);
}

/** @throws RangeError beyond the 128 bits of money */
export function communityPostings(sums: CommunitySums): readonly CommunityPosting[] {
  return COMMUNITY_ACCOUNTS.flatMap((account): CommunityPosting[] => {
    const amount: Money = money(sums[account]);
    return amount === 0n ? [] : [{ account, amount }];
  });
}

export function differenceOf(now: CommunitySums, before: CommunitySums): CommunitySums {
  const difference = { ...NO_SUMS } as Record<CommunityAccount, bigint>;
  for (const account of COMMUNITY_ACCOUNTS) difference[account] = now[account] - before[account];
  return difference;
}
