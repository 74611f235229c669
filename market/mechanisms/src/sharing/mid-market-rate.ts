/** Energy within a community at the middle of what the supplier asks and pays, with the usual variants. */

import { divideDown } from '@commonwatt/units';
import { defineSharing } from '../define.ts';
import { wholeAt } from '../field.ts';
import {
  communityOf,
  givenOf,
  meanPrice,
  OUTSIDE_PRICES,
  outsideCost,
  outsidePrices,
  refuseOutsidePrices,
  sharedParts,
  sharesOf,
  splitOver,
  takenOf,
} from './community-bill.ts';

export const midMarketRate = defineSharing({
  name: 'mid-market-rate',
  version: 1,
  source: 'Long, Wu, Zhang, Thomas, Cheng and Jenkins 2017 (mid-market rate)',
  rule:
    'Shared energy at (supply price + feed-in price) / 2 plus the premium; what is missing is bought, what is ' +
    'over sold outside, and the longer side bears it in proportion to energy',
  ties: 'Fractions of energy and money by largest remainder, equal remainders by lowest lot of a member',
  holds:
    'Budget balance; nobody with one side pays more than the supplier asks while premium, transmission and the ' +
    'extras leave the rate between both prices; not truthful in energies',
  ignoresPrice: true,
  settings: [
    ...OUTSIDE_PRICES,
    {
      name: 'premium',
      meaning: 'Added to the rate; below zero a discount, as for energy agreed the day before.',
      form: 'price',
      fallback: 0n,
    },
    {
      name: 'transmission_price',
      meaning: 'What the grid takes for a shared Wh, paid by who takes it, on top of the rate.',
      form: 'price',
      least: 0n,
      fallback: 0n,
    },
    {
      name: 'contributor_discount',
      meaning:
        'Taken off a shared Wh for members who also give; all takers bear it by shared energy.',
      form: 'price',
      least: 0n,
      fallback: 0n,
    },
    {
      name: 'small_producer_premium',
      meaning: 'Added to a shared Wh of a small producer; all takers bear it by shared energy.',
      form: 'price',
      least: 0n,
      fallback: 0n,
    },
    {
      name: 'small_producer_energy',
      meaning: 'Who gives no more than this in the interval is a small producer.',
      form: 'energy',
      fallback: 1000n,
    },
  ],
  properties: ['budget_balance'],
  refuseMore: refuseOutsidePrices,
  share(call) {
    const { settings } = call;
    const community = communityOf(call);
    const { members, takenWh, givenWh, sharedWh } = community;
    const outside = outsidePrices(settings);
    const { gotWh, leftWh } = sharedParts(community);
    // Half a nano is dropped once for all that is shared.
    const premium = wholeAt(settings, 'premium');
    const pool = divideDown((outside.supply + outside.feedIn) * sharedWh, 2n) + premium * sharedWh;
    const bought = takenWh > givenWh ? (takenWh - givenWh) * outside.supply : 0n;
    const sold = givenWh > takenWh ? (givenWh - takenWh) * outside.feedIn : 0n;
    const transmission = wholeAt(settings, 'transmission_price') * sharedWh;
    const smallMost = wholeAt(settings, 'small_producer_energy');
    const discounts = members.map((one, at) =>
      one.givenWh > 0n ? wholeAt(settings, 'contributor_discount') * (gotWh[at] ?? 0n) : 0n,
    );
    const bonuses = members.map((one, at) =>
      one.givenWh <= smallMost
        ? wholeAt(settings, 'small_producer_premium') * (leftWh[at] ?? 0n)
        : 0n,
    );
    const extras = [...discounts, ...bonuses].reduce((sum, one) => sum + one, 0n);
    const costs = splitOver(community, pool + bought + transmission + extras, takenOf);
    const incomes = splitOver(community, pool + sold, givenOf);
    const payments = members.map(
      (_, at) =>
        (costs[at] ?? 0n) - (discounts[at] ?? 0n) - (incomes[at] ?? 0n) - (bonuses[at] ?? 0n),
    );
    return sharesOf(community, payments, outsideCost(community, outside) + transmission, {
      internal_price: meanPrice(pool, sharedWh),
      buyer_price: meanPrice(pool + bought + transmission + extras, takenWh),
      seller_price: meanPrice(pool + sold, givenWh),
    });
  },
});
