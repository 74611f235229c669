/** Prices within a community that fall from the supplier's to the feed-in price as it gives more of what it takes. */

import { divideDown } from '@commonwatt/units';
import { defineSharing } from '../define.ts';
import { wholeAt } from '../field.ts';
import type { Call, CallRefusal, Shares } from '../mechanism.ts';
import {
  communityOf,
  givenOf,
  meanPrice,
  OUTSIDE_PRICES,
  type OutsidePrices,
  outsideCost,
  outsidePrices,
  refuseOutsidePrices,
  sharesOf,
  splitOver,
  takenOf,
} from './community-bill.ts';

const TIES =
  'Fractions of energy and money by largest remainder, equal remainders by lowest lot of a member';

export const supplyDemandRatio = defineSharing({
  name: 'supply-demand-ratio',
  version: 1,
  source: 'Liu, Yu, Wang, Li, Ma and Lei 2017 (internal prices by the supply and demand ratio)',
  rule:
    'With r = given / taken below 1 sellers get f s / ((s - f) r + f), buyers pay r of it and 1 - r of s; ' +
    'from 1 on both have f (s supply price, f feed-in price)',
  ties: TIES,
  holds:
    'Budget balance; individual rationality against the supplier; from a ratio of 1 on sellers gain nothing',
  ignoresPrice: true,
  settings: OUTSIDE_PRICES,
  properties: ['budget_balance'],
  refuseMore: (call) => refuseOutsidePrices(call) ?? refuseBelowZero(call, 0n),
  share: (call) => shareByRatio(call, 0n),
});

export const compensatingPrice = defineSharing({
  name: 'compensating-price',
  version: 1,
  source:
    'Long, Wu, Zhou and Jenkins 2018 (compensating price), as told in Wang, Zhou, Lu et al. 2019, section ' +
    '5.2.3',
  rule:
    'As supply-demand-ratio with f + c instead of f; from a ratio r of 1 on sellers get f + c / r and buyers pay ' +
    'f + c, so that both gain (c the compensating price)',
  ties: TIES,
  holds:
    'Budget balance; with 0 < c < s - f buyers and sellers both gain against the supplier at every ratio',
  ignoresPrice: true,
  settings: [
    ...OUTSIDE_PRICES,
    {
      name: 'compensating_price',
      meaning: 'Added to the feed-in price; not above what lies between both prices.',
      form: 'price',
      least: 0n,
      fallback: 20_000n,
    },
  ],
  properties: ['budget_balance'],
  refuseMore: (call) =>
    refuseOutsidePrices(call) ??
    refuseBelowZero(call, wholeAt(call.settings, 'compensating_price')),
  share: (call) => shareByRatio(call, wholeAt(call.settings, 'compensating_price')),
});

/** The ratio divides by prices, which must not fall below zero, and bends between two of them. */
function refuseBelowZero({ settings }: Call, compensation: bigint): CallRefusal | undefined {
  const { supply, feedIn } = outsidePrices(settings);
  if (feedIn < 0n) return { code: 'feed_in_below_zero' };
  return compensation > supply - feedIn ? { code: 'compensating_price_too_high' } : undefined;
}

function shareByRatio(call: Call, compensation: bigint): Shares {
  const outside = outsidePrices(call.settings);
  const community = communityOf(call);
  const { members, takenWh, givenWh } = community;
  const income = incomeWithin(community, outside, compensation);
  const bought = takenWh > givenWh ? (takenWh - givenWh) * outside.supply : 0n;
  const sold = givenWh > takenWh ? (givenWh - takenWh) * outside.feedIn : 0n;
  const costs = splitOver(community, income + bought, takenOf);
  const incomes = splitOver(community, income + sold, givenOf);
  const payments = members.map((_, at) => (costs[at] ?? 0n) - (incomes[at] ?? 0n));
  return sharesOf(community, payments, outsideCost(community, outside), {
    buyer_price: meanPrice(income + bought, takenWh),
    seller_price: meanPrice(income + sold, givenWh),
  });
}

/** What buyers pay sellers for what is shared, rounded down to a nano once. */
function incomeWithin(
  { takenWh, givenWh }: { readonly takenWh: bigint; readonly givenWh: bigint },
  { supply, feedIn }: OutsidePrices,
  compensation: bigint,
): bigint {
  const least = feedIn + compensation;
  if (givenWh >= takenWh) return takenWh * least;
  // given x f s / ((s - f) r + f), with r = given / taken; without a price below there is none.
  const divisor = (supply - least) * givenWh + least * takenWh;
  return divisor === 0n ? 0n : divideDown(givenWh * least * supply * takenWh, divisor);
}
