import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison, Reproduction } from '../reproduction.ts';
import { communityOf, scenarioOf } from './community.ts';
import { midMarketOrAuction, reproduceMidMarketOrAuction } from './experiment.ts';
import parameters from './parameters.json' with { type: 'json' };
import { isSame, tried } from './trials.ts';

const HOUSEHOLDS = fileURLToPath(new URL('../../../../../shared/data/households', import.meta.url));
const { tariffs } = parameters;
const FROM_S = 1_613_343_600;

/** Two days of five homes that use power at other hours, and of a roof. */
function writeProfiles(directory: string): void {
  const slots = Array.from({ length: 192 }, (_, at) => at);
  const write = (name: string, value: (quarterHour: number, slot: number) => number) => {
    const rows = slots.map((slot) => `${FROM_S + slot * 900},${value(slot % 96, slot)}`);
    writeFileSync(join(directory, name), `timestamp,electricity\n${rows.join('\n')}\n`);
  };
  for (let home = 0; home < 5; home += 1) {
    write(
      `hh_${home}.csv`,
      (quarter, slot) =>
        200 + 50 * home + ((quarter + 11 * home) % 32 < 8 ? 900 : 0) + ((slot * 7) % 13) * 20,
    );
  }
  write('pv_1_pu.csv', (quarter) => (quarter < 28 || quarter > 72 ? 0 : 0.4));
}

const rowsOf = ({ parts }: Reproduction): readonly Comparison[] =>
  parts.flatMap(({ comparisons }) => comparisons);

describe('a few homes', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'homes-'));
    writeProfiles(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('have plants that make what was asked of them', async () => {
    const community = communityOf(directory);
    const trial = { mechanism: 'uniform', solarPercent: 200, tariffs };
    const { run } = await tried(community, trial);
    const owners = run.members.filter(({ generationWh }) => generationWh > 0);
    expect(owners.map(({ name }) => name)).toEqual(['hh_0', 'hh_2', 'hh_4']);
    for (const { generationWh, loadWh } of owners) {
      // Plants come in whole 100 W.
      expect(Math.abs(generationWh / loadWh - 2)).toBeLessThan(0.05);
    }
  });

  test('are dealt plants and limits by the seed alone', () => {
    const community = communityOf(directory);
    const worldOf = (seed: number, mechanism = 'uniform') =>
      scenarioOf(community, { mechanism, solarPercent: 100, tariffs, seed }).members;
    expect(worldOf(1)).toEqual(worldOf(1, 'mid-market-rate'));
    expect(worldOf(1)).not.toEqual(worldOf(2));
    for (const { buy_limit_ct_per_kwh: buy = 0, sell_limit_ct_per_kwh: sell = 0 } of worldOf(3)) {
      expect(buy).toBeGreaterThan(tariffs.feedInCtPerKwh);
      expect(buy).toBeLessThanOrEqual(tariffs.supplyCtPerKwh);
      expect(sell).toBeGreaterThanOrEqual(tariffs.feedInCtPerKwh);
      expect(sell).toBeLessThan(tariffs.supplyCtPerKwh);
    }
  });

  test('trade and save the same under each rule, and all save at the mid-market rate', async () => {
    const amount = { solarPercents: [100], seeds: [1, 2] };
    const rows = rowsOf(await reproduceMidMarketOrAuction(communityOf(directory), amount));
    const found = (name: string) => rows.find((one) => one.name === name)?.found;
    expect(found('the same energy is traded')).toBe('holds');
    expect(found('the same is saved')).toBe('holds');
    expect(found('mid-market-rate')).toBe('holds');
    expect(found('uniform')).toBe('holds');
    expect(found('pay-as-bid')).toBe('holds');
    expect(found('the rate as published leaves nobody worse off')).toBe('fails');
    expect(found('the auction leaves nobody worse off')).toBe('holds');
    expect(found('which rule is best')).toBe('open');
  });

  test('save less with smaller plants, which the rule of sameness notices', async () => {
    const community = communityOf(directory);
    const trial = { mechanism: 'uniform', solarPercent: 100, tariffs };
    const whole = await tried(community, trial);
    const half = await tried(community, { ...trial, solarPercent: 50 });
    expect(half.saved).toBeLessThan(whole.saved);
    expect(isSame([whole, whole], ({ saved }) => saved)).toBe(true);
    expect(isSame([whole, half], ({ saved }) => saved)).toBe(false);
  });

  test('are refused without a plant, and a plant without sun, by their file', () => {
    const plant = join(directory, 'pv_1_pu.csv');
    const lit = readFileSync(plant, 'utf8');
    writeFileSync(plant, lit.replaceAll(',0.4', ',0'));
    expect(() => communityOf(directory)).toThrow('pv_1_pu.csv: expected some sun, got none');
    rmSync(plant);
    expect(() => communityOf(directory)).toThrow(
      /expected two loads or more and a plant .*, got 5 and 0/,
    );
    writeFileSync(plant, lit.split('\n').slice(0, 50).join('\n'));
    expect(() => communityOf(directory)).toThrow(/expected files that share a day, got none/);
    writeFileSync(plant, lit);
  });
});

test('without a folder there is nothing to say', () => {
  expect(() => midMarketOrAuction.run({})).toThrow(/expected a folder/);
});

test('a week of the given households: equal volume and saving, spread otherwise', async (context) => {
  if (!existsSync(HOUSEHOLDS)) {
    if (process.env.CI === 'true') throw new Error(`${HOUSEHOLDS}: expected profiles, got none`);
    context.skip(`${HOUSEHOLDS} is absent`);
  }
  const community = communityOf(HOUSEHOLDS, 7);
  expect(community.homes).toHaveLength(9);
  const trial = { solarPercent: 100, tariffs };
  const auction = await tried(community, { ...trial, mechanism: 'uniform' });
  const middle = await tried(community, { ...trial, mechanism: 'mid-market-rate' });
  expect(isSame([auction, middle], ({ saved }) => saved)).toBe(true);
  expect(middle.of('saving_gini')).toBeLessThan(auction.of('saving_gini'));
  expect(middle.plantsShare).toBeGreaterThan(auction.plantsShare ?? 1);
});
