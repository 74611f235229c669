/** One price for all of the middle, or one that bids and asks find: who gains of what a community saves. */

import type { Experiment, Reproduction, ReproductionPart } from '../reproduction.ts';
import { type Community, communityOf } from './community.ts';
import { withFee } from './fee.ts';
import { withLimits } from './limits.ts';
import parameters from './parameters.json' with { type: 'json' };
import { literature, RULES, type Sized, sameForAll, sizes, spreadOf } from './rules.ts';
import { type Outcome, tried } from './trials.ts';

export const midMarketOrAuction = {
  name: 'mid-market-or-auction',
  paper:
    'Long, Wu, Zhang, Thomas, Cheng and Jenkins 2017: Peer-to-Peer Energy Trading in a Community Microgrid; Zhou, Wu and Long 2018: Evaluation of Peer-to-Peer Energy Sharing Mechanisms, Applied Energy 222',
  claim:
    'A community saves the same under every rule that lets all trade; the mid-market rate lets everybody save, bill sharing does not',
  needsProfiles: true,
  run: ({ profiles }) => {
    if (profiles === undefined) throw new RangeError('profiles: expected a folder, got nothing');
    return reproduceMidMarketOrAuction(communityOf(profiles), parameters);
  },
} satisfies Experiment;

export interface Amount {
  readonly solarPercents: readonly number[];
  readonly seeds: readonly number[];
}

export async function reproduceMidMarketOrAuction(
  community: Community,
  { solarPercents, seeds }: Amount,
): Promise<Reproduction> {
  const sized: Sized[] = [];
  for (const solarPercent of solarPercents) {
    sized.push({ solarPercent, outcomes: await outcomesOf(community, solarPercent) });
  }
  const middle = solarPercents[Math.floor(solarPercents.length / 2)] ?? 100;
  return {
    experiment: 'mid-market-or-auction',
    parts: [
      ...sized.map(
        (one): ReproductionPart => ({
          title: `${titleOf(community)}; plants make ${one.solarPercent} % of what their homes use; everyone states the supplier's prices`,
          comparisons: [...sameForAll(one), ...spreadOf(one)],
        }),
      ),
      { title: 'What the size of the plants does', comparisons: sizes(sized) },
      await withLimits(community, { solarPercent: middle, seeds }),
      await withFee(community, middle),
      { title: 'What the literature says of it', comparisons: literature(sized) },
    ],
  };
}

function titleOf({ homes, from, until }: Community): string {
  return `${homes.length} members, ${from} to ${until}`;
}

async function outcomesOf(
  community: Community,
  solarPercent: number,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const { tariffs } = parameters;
  for (const { mechanism } of RULES) {
    outcomes.set(mechanism, await tried(community, { mechanism, solarPercent, tariffs }));
  }
  return outcomes;
}
