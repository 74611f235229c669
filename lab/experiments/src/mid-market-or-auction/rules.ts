/** Six rules on one community in which everybody trades all it has: the same saving, spread in six ways. */

import type { Comparison } from '../reproduction.ts';
import { decimal, percent, ruleRow } from '../rows.ts';
import { isSame, type Outcome } from './trials.ts';

export interface Sized {
  readonly solarPercent: number;
  /** By mechanism. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

interface Rule {
  readonly mechanism: string;
  readonly claim: string;
  readonly source: string;
  readonly holds: (outcome: Outcome) => boolean;
}

const everybodySaves = ({ of }: Outcome) => of('least_saving') > 0;

export const RULES: readonly Rule[] = [
  {
    mechanism: 'mid-market-rate',
    claim: 'everybody saves',
    source: 'Long et al. 2017; Zhou et al. 2018',
    holds: everybodySaves,
  },
  {
    mechanism: 'uniform',
    claim: 'nobody pays more than with the supplier',
    source: 'individual rationality of a call auction',
    holds: ({ of }) => of('members_worse_off') === 0,
  },
  {
    mechanism: 'supply-demand-ratio',
    claim: 'everybody saves',
    source: 'Liu et al. 2017; Zhou et al. 2018',
    holds: everybodySaves,
  },
  {
    mechanism: 'compensating-price',
    claim: 'everybody saves, by its construction',
    source: 'Long et al. 2018',
    holds: everybodySaves,
  },
  {
    mechanism: 'bill-sharing',
    claim: 'some pay more than with the supplier',
    source: 'Long et al. 2017: what is shared is free',
    holds: ({ of }) => of('members_worse_off') > 0,
  },
  {
    mechanism: 'pay-as-bid',
    claim: 'members save nothing, the market maker keeps it all',
    source: 'buyers pay their bid, sellers get their ask',
    holds: ({ of }) => of('saving') === 0 && of('operator_margin') > 0,
  },
];

export function sameForAll({ outcomes }: Sized): Comparison[] {
  const all = [...outcomes.values()];
  const { of } = outcomeOf(outcomes, 'mid-market-rate');
  return [
    ruleRow({
      name: 'the same energy is traded',
      ours: `${decimal(of('traded_volume'), 1)} of ${decimal(of('demand'), 0)} kWh`,
      holds: isSame(all, ({ of: one }) => one('traded_volume')),
      note: 'under each rule: the shorter side of each quarter hour',
    }),
    ruleRow({
      name: 'the same is saved',
      ours: `${decimal(of('saving'), 2)} EUR, ${percent(of('saving_share'), 1)}`,
      holds: isSame(all, ({ saved }) => saved),
      note: 'to the nano-EUR, the part of the market maker counted in',
    }),
  ];
}

export function spreadOf({ outcomes }: Sized): Comparison[] {
  const rows = RULES.map(({ mechanism, claim, source, holds }) => {
    const outcome = outcomeOf(outcomes, mechanism);
    return ruleRow({
      name: mechanism,
      ours: spreadText(outcome),
      theirs: claim,
      holds: holds(outcome),
      note: source,
    });
  });
  const gini = (mechanism: string) => outcomeOf(outcomes, mechanism).of('saving_gini');
  const jain = (mechanism: string) => outcomeOf(outcomes, mechanism).of('saving_jain');
  const others = ['uniform', 'supply-demand-ratio', 'compensating-price', 'bill-sharing'];
  return [
    ...rows,
    ruleRow({
      name: 'the mid-market rate spreads the saving most evenly',
      ours: `Gini ${decimal(gini('mid-market-rate'), 2)}, ${others.map((one) => decimal(gini(one), 2)).join(', ')}`,
      holds: others.every(
        (one) => gini('mid-market-rate') < gini(one) && jain('mid-market-rate') > jain(one),
      ),
      note: `by Gini and by Jain of the saving per kWh, before ${others.join(', ')}`,
    }),
  ];
}

function spreadText({ of, plantsShare }: Outcome): string {
  if (plantsShare === null) {
    return `none saves, ${decimal(of('operator_margin'), 2)} EUR stay`;
  }
  const evenness = `Gini ${decimal(of('saving_gini'), 2)}, Jain ${decimal(of('saving_jain'), 2)}`;
  const worst = `least ${decimal(of('least_saving'), 2)} EUR`;
  return `to plants ${percent(plantsShare, 0)}, ${evenness}, ${worst}`;
}

export function sizes(sized: readonly Sized[]): Comparison[] {
  const list = (number: (one: Sized) => number) => sized.map(number);
  const plants = (mechanism: string) =>
    list(({ outcomes }) => outcomeOf(outcomes, mechanism).plantsShare ?? 0);
  const gini = list(({ outcomes }) => outcomeOf(outcomes, 'mid-market-rate').of('saving_gini'));
  const saving = list(({ outcomes }) => outcomeOf(outcomes, 'uniform').of('saving'));
  const [auction, middle] = [plants('uniform'), plants('mid-market-rate')];
  const note = `plants make ${sized.map(({ solarPercent }) => solarPercent).join(', ')} % of what their homes use`;
  const shares = (values: readonly number[]) => values.map((one) => percent(one, 0)).join(', ');
  return [
    ruleRow({
      name: 'larger plants save the community more',
      ours: `${saving.map((one) => decimal(one, 0)).join(', ')} EUR`,
      holds: isRising(saving),
      note,
    }),
    ruleRow({
      name: 'and bring their owners less of it in the auction',
      ours: shares(auction),
      holds: isRising([...auction].reverse()),
      note: 'the price falls to the feed-in price as soon as more is over than is lacking',
    }),
    ruleRow({
      name: 'at the mid-market rate owners keep half or more',
      ours: shares(middle),
      holds: middle.every((one) => one >= 0.5),
      note: 'sellers of a kWh save what its buyers save; owners also buy',
    }),
    ruleRow({
      name: 'its evenness wears off',
      ours: `Gini ${gini.map((one) => decimal(one, 2)).join(', ')}`,
      holds: isRising(gini),
      note: 'the longer side shares what the shorter one has alone',
    }),
  ];
}

function isRising(values: readonly number[]): boolean {
  return values.every((one, at) => at === 0 || one > (values[at - 1] ?? one));
}

/** What is claimed of other communities with other loads, tariffs and batteries decides nothing here. */
export function literature(sized: readonly Sized[]): Comparison[] {
  const open = { found: 'open', expected: 'open' } as const;
  const savings = sized.map(({ outcomes }) =>
    percent(outcomeOf(outcomes, 'uniform').of('saving_share'), 1),
  );
  const { outcomes } = sized[Math.floor(sized.length / 2)] ?? { outcomes: new Map() };
  const ranked = RULES.map(({ mechanism }) => ({ mechanism, outcome: outcomes.get(mechanism) }))
    .flatMap(({ mechanism, outcome }) =>
      outcome === undefined || outcome.plantsShare === null
        ? []
        : [{ mechanism, gini: outcome.of('saving_gini') }],
    )
    .sort((a, b) => a.gini - b.gini);
  return [
    {
      name: 'how much a community saves',
      ours: savings.join(', '),
      theirs: '30 %',
      ...open,
      note: 'Long et al. 2018, from memory: with batteries steered in common, under British tariffs',
    },
    {
      name: 'which rule is best',
      ours: `by evenness ${ranked.map(({ mechanism }) => mechanism).join(', ')}`,
      theirs: 'supply-demand-ratio',
      ...open,
      note: 'Zhou et al. 2018, abstract: by six indexes, with loads that answer to prices; here they do not',
    },
  ];
}

function outcomeOf(outcomes: ReadonlyMap<string, Outcome>, mechanism: string): Outcome {
  const found = outcomes.get(mechanism);
  if (found === undefined) throw new RangeError(`outcomes: expected ${mechanism}, got none`);
  return found;
}
