/** Members with limits of their own: what the auction heeds and the mid-market rate does not. */

import { type PairedDifference, pairedDifferences, type RunResult } from '@commonwatt/simulator';
import type { Comparison, ReproductionPart } from '../reproduction.ts';
import { decimal, ruleRow } from '../rows.ts';
import type { Community } from './community.ts';
import parameters from './parameters.json' with { type: 'json' };
import { tried } from './trials.ts';

interface Expected {
  readonly metric: string;
  readonly name: string;
  readonly is: 'above' | 'below';
  readonly decimals: number;
  readonly note: string;
  readonly failsAsKnown?: boolean;
}

const EXPECTED: readonly Expected[] = [
  {
    metric: 'traded_volume',
    name: 'it trades more',
    is: 'above',
    decimals: 1,
    note: 'not shown: the auction leaves out only limits that do not cross, which are few',
    failsAsKnown: true,
  },
  {
    metric: 'saving',
    name: 'it saves the community more',
    is: 'above',
    decimals: 2,
    note: 'not shown: what is traded alike is saved alike',
    failsAsKnown: true,
  },
  {
    metric: 'efficiency',
    name: 'it gains less of what trades are worth to members',
    is: 'below',
    decimals: 3,
    note: 'by their limits; the auction gains all of it',
  },
  {
    metric: 'members_losing',
    name: 'more members lose by their own limits',
    is: 'above',
    decimals: 1,
    note: 'who is asked for no limit pays more than it',
  },
  {
    metric: 'saving_gini',
    name: 'it spreads the saving more evenly: Gini',
    is: 'below',
    decimals: 3,
    note: 'of the saving per kWh',
  },
  {
    metric: 'saving_jain',
    name: 'it spreads the saving more evenly: Jain',
    is: 'above',
    decimals: 3,
    note: 'of the saving per kWh',
  },
  {
    metric: 'least_saving',
    name: 'who saves least saves more',
    is: 'above',
    decimals: 2,
    note: 'against the supplier alone',
  },
];

interface Amount {
  readonly solarPercent: number;
  readonly seeds: readonly number[];
}

export async function withLimits(
  community: Community,
  { solarPercent, seeds }: Amount,
): Promise<ReproductionPart> {
  const { tariffs } = parameters;
  const runsOf = async (mechanism: string): Promise<RunResult[]> => {
    const runs: RunResult[] = [];
    for (const seed of seeds) {
      runs.push((await tried(community, { mechanism, solarPercent, tariffs, seed })).run);
    }
    return runs;
  };
  const auction = await runsOf('uniform');
  const middle = await runsOf('mid-market-rate');
  const differences = pairedDifferences(auction, middle);
  return {
    title: `Limits and owners drawn, ${seeds.length} pairs: the mid-market rate less the auction, 95 % interval`,
    comparisons: EXPECTED.map((one) => rowOf(one, differences)),
  };
}

function rowOf(
  { metric, name, is, decimals, note, failsAsKnown = false }: Expected,
  differences: readonly PairedDifference[],
): Comparison {
  const found = differences.find((one) => one.metric === metric);
  if (found === undefined) throw new RangeError(`differences: expected ${metric}, got none`);
  const { low, high, difference, firstMean, secondMean, unit } = found;
  const told = (value: number | null) => (value === null ? '?' : decimal(value, decimals));
  return ruleRow({
    name,
    ours: `${told(difference)} [${told(low)}, ${told(high)}] ${unit}: ${told(secondMean)} for ${told(firstMean)}`,
    holds: low !== null && high !== null && (is === 'above' ? low > 0 : high < 0),
    failsAsKnown,
    note,
  });
}
