/** One bill for the whole community, split over who caused it. */

import { defineSharing } from '../define.ts';
import {
  communityOf,
  givenOf,
  meanPrice,
  OUTSIDE_PRICES,
  outsideCost,
  outsidePrices,
  refuseOutsidePrices,
  sharesOf,
  splitOver,
  takenOf,
} from './community-bill.ts';

export const billSharing = defineSharing({
  name: 'bill-sharing',
  version: 1,
  source: 'Long, Wu, Zhang, Thomas, Cheng and Jenkins 2017 (bill sharing)',
  rule:
    'Shared energy is free; what the community buys outside is paid in proportion to energy taken, what it sells ' +
    'outside is earned in proportion to energy given',
  ties: 'Fractions of energy and money by largest remainder, equal remainders by lowest lot of a member',
  holds:
    'Budget balance; not individually rational: who gives while the community lacks energy earns nothing',
  ignoresPrice: true,
  settings: OUTSIDE_PRICES,
  properties: ['budget_balance'],
  refuseMore: refuseOutsidePrices,
  share(call) {
    const community = communityOf(call);
    const { members, takenWh, givenWh } = community;
    const bill = outsideCost(community, outsidePrices(call.settings));
    const lacking = takenWh >= givenWh;
    const payments = lacking
      ? splitOver(community, bill, takenOf)
      : splitOver(community, -bill, givenOf).map((income) => -income);
    return sharesOf(
      community,
      members.map((_, at) => payments[at] ?? 0n),
      bill,
      {
        buyer_price: lacking ? meanPrice(bill, takenWh) : '0',
        seller_price: lacking ? '0' : meanPrice(-bill, givenWh),
      },
    );
  },
});
