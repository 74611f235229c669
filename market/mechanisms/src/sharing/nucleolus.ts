/** The split of a community's gain that makes the coalition with most reason to complain complain least. */

import { defineSharing } from '../define.ts';
import type { Call } from '../mechanism.ts';
import {
  communityOf,
  costAlone,
  OUTSIDE_PRICES,
  outsideCost,
  outsidePrices,
  refuseOutsidePrices,
  sharesOf,
} from './community-bill.ts';
import { nucleolusOf } from './nucleolus-of-game.ts';
import { coalitionBills, wholeParts } from './shapley.ts';

/** Every one of 2^12 coalitions is heard. */
const MEMBERS_MAX = 12;

export const nucleolus = defineSharing({
  name: 'nucleolus',
  version: 1,
  source: 'Schmeidler 1969; by linear programs one after another as in Kopelowitz 1967',
  rule:
    'What the community saves against everyone alone is split so that the smallest saving of a coalition beyond ' +
    'its own is as large as it can be, then the next smallest; exact, to 12 members whose energy is not balanced',
  ties: 'The split is unique; whole nano by largest remainder, equal remainders by lowest lot of a member',
  holds:
    'Budget balance; nobody pays more than alone; where a split exists that no coalition can better, this is one',
  ignoresPrice: true,
  settings: OUTSIDE_PRICES,
  properties: ['budget_balance'],
  refuseMore(call) {
    const players = communityOf(call).members.filter((one) => one.takenWh !== one.givenWh).length;
    if (players <= MEMBERS_MAX) return refuseOutsidePrices(call);
    const refusal = { code: 'too_many_members', members: players, membersMax: MEMBERS_MAX };
    return refusal;
  },
  share(call: Call) {
    const community = communityOf(call);
    const outside = outsidePrices(call.settings);
    const { members } = community;
    const alone = members.map((one) => costAlone(one.takenWh, one.givenWh, outside));
    // Who is balanced adds nothing to any coalition, and gets nothing.
    const playing = members.flatMap((one, at) => (one.takenWh === one.givenWh ? [] : [at]));
    const bills = coalitionBills(
      { members: members.filter((one) => one.takenWh !== one.givenWh) },
      outside,
    );
    const worths = bills.map((bill, coalition) => {
      let apart = 0n;
      for (const [bit, at] of playing.entries()) {
        if ((coalition & (1 << bit)) !== 0) apart += alone[at] ?? 0n;
      }
      return apart - bill;
    });
    const { gains, divisor } = nucleolusOf(playing.length, worths);
    const sums = alone.map((cost) => cost * divisor);
    for (const [bit, at] of playing.entries()) sums[at] = (sums[at] ?? 0n) - (gains[bit] ?? 0n);
    return sharesOf(
      community,
      wholeParts(community, sums, divisor),
      outsideCost(community, outside),
    );
  },
});
