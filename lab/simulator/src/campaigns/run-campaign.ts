/**
 * Runs a campaign case by case. What was reached is kept after every few cases, so that a campaign
 * that was stopped goes on; a case that fails is told with the command that repeats it alone.
 */

import { mixSeeds, SeededRandom } from '../households/seeded-random.ts';
import {
  addFigures,
  type Campaign,
  CampaignSkipped,
  type Figures,
  type OpenCampaign,
} from './campaign.ts';

export interface CampaignOrder {
  readonly seed: number;
  readonly isSmall: boolean;
  /** As many as the campaign says unless given. */
  readonly cases: number | undefined;
  /** This case alone. */
  readonly only: number | undefined;
  readonly plant: string | undefined;
}

/** How far a campaign came, kept between two runs of one order. */
export interface CampaignState {
  readonly done: number;
  readonly figures: Figures;
}

/** The runner's world: where it says things, how time passes, where the state is kept. */
export interface CampaignWorld {
  readonly say: (line: string) => void;
  readonly progress: (line: string) => void;
  readonly nowMs: () => number;
  readonly load: () => CampaignState | undefined;
  readonly store: (state: CampaignState | undefined) => void;
}

export type CampaignVerdict =
  | { readonly verdict: 'kept'; readonly cases: number; readonly figures: Figures }
  | { readonly verdict: 'skipped'; readonly reason: string }
  | {
      readonly verdict: 'broken';
      readonly case: number | undefined;
      readonly reason: string;
      readonly repeat: string;
    };

const PROGRESS_MS = 2000;

/** The command that repeats one case, or the whole order where no case is to blame. */
export function repeatCommand(campaign: Campaign, order: CampaignOrder, index?: number): string {
  const words = ['npm run campaign --', campaign.name, `--seed ${order.seed}`];
  if (index !== undefined) words.push(`--case ${index}`);
  else if (order.cases !== undefined) words.push(`--cases ${order.cases}`);
  if (order.isSmall) words.push('--small');
  if (order.plant !== undefined) words.push(`--plant '${order.plant}'`);
  return words.join(' ');
}

export async function runCampaign(
  campaign: Campaign,
  order: CampaignOrder,
  world: CampaignWorld,
): Promise<CampaignVerdict> {
  const { seed, isSmall, plant } = order;
  let open: OpenCampaign;
  try {
    open = await campaign.open({ seed, isSmall, plant, note: world.say });
  } catch (error) {
    if (error instanceof CampaignSkipped) return { verdict: 'skipped', reason: error.message };
    throw error;
  }
  try {
    return await runCases(campaign, order, world, open);
  } finally {
    await open.close?.();
  }
}

async function runCases(
  campaign: Campaign,
  order: CampaignOrder,
  world: CampaignWorld,
  open: OpenCampaign,
): Promise<CampaignVerdict> {
  const cases = order.cases ?? (order.isSmall ? campaign.cases.small : campaign.cases.whole);
  const kept = order.only === undefined ? world.load() : undefined;
  let figures: Figures = kept?.figures ?? {};
  const first = order.only ?? Math.min(kept?.done ?? 0, cases);
  const last = order.only === undefined ? cases : order.only + 1;
  if (first > 0 && order.only === undefined) world.say(`going on from case ${first} of ${cases}`);
  let toldMs = world.nowMs();
  for (let index = first; index < last; index++) {
    try {
      const random = new SeededRandom(mixSeeds(order.seed, index));
      figures = addFigures(figures, await open.check(index, random));
    } catch (error) {
      if (error instanceof CampaignSkipped) return { verdict: 'skipped', reason: error.message };
      return broken(error, repeatCommand(campaign, order, index), index);
    }
    if (world.nowMs() - toldMs < PROGRESS_MS) continue;
    toldMs = world.nowMs();
    world.progress(`${campaign.name}: case ${index + 1} of ${last}; ${figuresText(figures)}`);
    if (order.only === undefined) world.store({ done: index + 1, figures });
  }
  if (order.only === undefined) {
    world.store(undefined);
    try {
      await open.conclude?.(figures, cases);
    } catch (error) {
      return broken(error, repeatCommand(campaign, order), undefined);
    }
  }
  return { verdict: 'kept', cases: last - (order.only ?? 0), figures };
}

function broken(error: unknown, repeat: string, index: number | undefined): CampaignVerdict {
  const told = (one: unknown) => (one instanceof Error ? (one.stack ?? one.message) : String(one));
  const cause = error instanceof Error ? error.cause : undefined;
  const reason = cause === undefined ? told(error) : `${told(error)}\nbecause ${told(cause)}`;
  return { verdict: 'broken', case: index, reason, repeat };
}

export function figuresText(figures: Figures): string {
  const words = Object.entries(figures).map(([name, value]) => `${value} ${spaced(name)}`);
  return words.join(', ');
}

/** `refusedByHeight` reads `refused by height`. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
