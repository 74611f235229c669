/** A grid fee on local energy moves the middle: a rate that knows nothing of it harms buyers. */

import type { Comparison, ReproductionPart } from '../reproduction.ts';
import { decimal, percent, ruleRow } from '../rows.ts';
import type { Community } from './community.ts';
import parameters from './parameters.json' with { type: 'json' };
import { type Outcome, tried } from './trials.ts';

export async function withFee(
  community: Community,
  solarPercent: number,
): Promise<ReproductionPart> {
  const { withFee: tariffs } = parameters;
  const { supplyCtPerKwh: supply, feedInCtPerKwh: feedIn, localFeeCtPerKwh: fee } = tariffs;
  // The lab gives the rule the supply price less the fee, unless a setting says otherwise; 1 ct/kWh is 10 EUR/MWh.
  const settings = { supply_price: String(supply * 10) };
  const common = { solarPercent, tariffs };
  const published = await tried(community, { ...common, mechanism: 'mid-market-rate', settings });
  const lowered = await tried(community, { ...common, mechanism: 'mid-market-rate' });
  const auction = await tried(community, { ...common, mechanism: 'uniform' });
  return {
    title: `With a fee: supply ${supply}, feed-in ${feedIn}, local fee ${fee} ct/kWh`,
    comparisons: [
      row('the rate as published leaves nobody worse off', published, {
        failsAsKnown: true,
        note: `the middle, ${(supply + feedIn) / 2}, and the fee come to more than the supplier asks`,
      }),
      row('the middle of supply less fee and feed-in leaves nobody worse off', lowered, {
        note: `${(supply - fee + feedIn) / 2} ct/kWh, as the lab sets it`,
      }),
      row('the auction leaves nobody worse off', auction, {
        note: 'who buys states the supply price less the fee',
      }),
    ],
  };
}

function row(
  name: string,
  { of }: Outcome,
  { note, failsAsKnown = false }: { readonly note: string; readonly failsAsKnown?: boolean },
): Comparison {
  const worse = of('members_worse_off');
  return ruleRow({
    name,
    ours: `${worse} worse off, least ${decimal(of('least_saving'), 2)} EUR; all ${percent(of('saving_share'), 1)}`,
    holds: worse === 0,
    failsAsKnown,
    note,
  });
}
