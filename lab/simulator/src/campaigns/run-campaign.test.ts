import { describe, expect, test } from 'vitest';
import type { Campaign, Figures } from './campaign.ts';
import {
  type CampaignOrder,
  type CampaignState,
  type CampaignWorld,
  figuresText,
  runCampaign,
} from './run-campaign.ts';

const order: CampaignOrder = {
  seed: 7,
  isSmall: false,
  cases: undefined,
  only: undefined,
  plant: undefined,
};

/** Draws one number per case; the plant makes every fourth case fail. */
function draws(seen: [number, number][], conclude?: (figures: Figures) => void): Campaign {
  return {
    name: 'draws',
    promise: 'every draw is a number',
    cases: { whole: 10, small: 2 },
    ofCase: 'one draw',
    plants: ['every fourth'],
    open: async ({ plant }) => ({
      check: async (index, random) => {
        if (plant !== undefined && index % 4 === 3) throw new Error('a planted fault');
        seen.push([index, random.next()]);
        return { draws: 1, indexMax: index };
      },
      ...(conclude && { conclude }),
    }),
  };
}

class KeptWorld implements CampaignWorld {
  readonly said: string[] = [];
  state: CampaignState | undefined;
  #ms = 0;
  say = (line: string) => void this.said.push(line);
  progress = (line: string) => void this.said.push(line);
  nowMs = () => (this.#ms += 1500);
  load = () => this.state;
  store = (state: CampaignState | undefined) => {
    this.state = state;
  };
}

describe('a campaign', () => {
  test('adds its figures up and takes the largest of what ends in Max', async () => {
    const verdict = await runCampaign(draws([]), order, new KeptWorld());
    expect(verdict).toEqual({ verdict: 'kept', cases: 10, figures: { draws: 10, indexMax: 9 } });
    expect(figuresText({ draws: 10, latencyMsMax: 3 })).toBe('10 draws, 3 latency ms max');
  });

  test('names the command that repeats a failing case, and that command meets the same', async () => {
    const planted = { ...order, plant: 'every fourth' };
    const verdict = await runCampaign(draws([]), planted, new KeptWorld());
    expect(verdict).toMatchObject({
      verdict: 'broken',
      case: 3,
      repeat: "npm run campaign -- draws --seed 7 --case 3 --plant 'every fourth'",
    });
    const again = await runCampaign(draws([]), { ...planted, only: 3 }, new KeptWorld());
    expect(again).toMatchObject({ verdict: 'broken', case: 3 });
  });

  test('goes on where it was stopped, with the chance it would have had', async () => {
    const whole: [number, number][] = [];
    await runCampaign(draws(whole), order, new KeptWorld());
    const rest: [number, number][] = [];
    const world = new KeptWorld();
    world.state = { done: 6, figures: { draws: 6, indexMax: 5 } };
    const verdict = await runCampaign(draws(rest), order, world);
    expect(rest).toEqual(whole.slice(6));
    expect(verdict).toEqual({ verdict: 'kept', cases: 10, figures: { draws: 10, indexMax: 9 } });
    expect(world.state).toBeUndefined();
    expect(world.said[0]).toBe('going on from case 6 of 10');
  });

  test('is broken when its cases did not reach what it is for', async () => {
    const reach = draws([], ({ draws: count = 0 }) => {
      if (count < 100) throw new Error(`expected 100 draws, got ${count}`);
    });
    expect(await runCampaign(reach, { ...order, isSmall: true }, new KeptWorld())).toMatchObject({
      verdict: 'broken',
      case: undefined,
      repeat: 'npm run campaign -- draws --seed 7 --small',
    });
  });
});
