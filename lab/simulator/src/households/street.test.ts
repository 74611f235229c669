import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type MeanPower, meanPower, power, price } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measuredPower } from './measured.ts';
import { rolesOf } from './member.ts';
import { type ProfileSet, readProfiles } from './profile-files.ts';
import { buildStreet, exchangeWhAt, type Street, type StreetMember } from './street.ts';

const households = fileURLToPath(new URL('../../../../../shared/data/households', import.meta.url));
const householdsPresent = existsSync(households);
if (!householdsPresent) console.warn('skipped: profiles are not at ../shared/data/households');

const WEEK = 7 * 96;

function sumWh(at: (slotIndex: number) => bigint, slots: number, first = 0): bigint {
  let sum = 0n;
  for (let i = first; i < first + slots; i += 1) sum += at(i);
  return sum;
}

function largestWh(at: (slotIndex: number) => bigint, slots: number): bigint {
  let most = 0n;
  for (let i = 0; i < slots; i += 1) if (at(i) > most) most = at(i);
  return most;
}

function digest(street: Street, slots: number): string {
  const hash = createHash('sha256');
  for (const member of street.members) {
    const { label, kind, connectionPowerW, solarW, limits } = member;
    hash.update(`${label} ${kind} ${connectionPowerW} ${solarW} ${limits.buy} ${limits.sell}\n`);
    for (let i = 0; i < slots; i += 1) {
      hash.update(`${member.loadWhAt(i)} ${member.generationWhAt(i)}\n`);
    }
  }
  return hash.digest('hex');
}

function ofKind(street: Street, kind: StreetMember['kind']): readonly StreetMember[] {
  return street.members.filter((member) => member.kind === kind);
}

describe('the street', () => {
  test('has twenty homes, an office, a factory, solar plants and a water mill', () => {
    const street = buildStreet({ seed: 1 });
    const households = ofKind(street, 'household');
    const prosumers = ofKind(street, 'home solar system');
    expect(households).toHaveLength(12);
    expect(prosumers).toHaveLength(8);
    expect(street.members.slice(20).map((member) => member.kind)).toEqual([
      'office',
      'factory',
      'solar system',
      'solar system',
      'energy company',
    ]);
    expect(new Set(street.members.map((member) => member.label)).size).toBe(25);
    for (const member of [...households, ...prosumers]) {
      expect(member.label).toMatch(new RegExp(`^${street.name} [0-9]+$`));
    }
    expect(street.zone).toMatch(/^[a-z]+$/);
    for (const member of street.members) {
      expect(member.roles).toEqual(rolesOf(member.kind));
      const solar = member.kind === 'home solar system' || member.kind === 'solar system';
      expect(member.solarW > 0n).toBe(solar);
      expect(member.loadSource !== undefined).toBe(member.roles.includes('consumer'));
      expect(member.generationSource !== undefined).toBe(member.roles.includes('producer'));
    }
  });

  test('slots are quarter hours one after the other', () => {
    const street = buildStreet({ seed: 1, startMs: Date.UTC(2025, 0, 1) });
    expect(street.slotAt(0)).toEqual({ startMs: Date.UTC(2025, 0, 1), lengthMs: 900_000 });
    expect(street.slotAt(5).startMs).toBe(Date.UTC(2025, 0, 1, 1, 15));
  });

  test('is the same to the last Wh on every machine: two weeks of seed 7', () => {
    expect(digest(buildStreet({ seed: 7 }), 2 * WEEK)).toMatchInlineSnapshot(
      `"ca22e7c5a573c0183279fe80d101c1677c05372eb8fc1050dba51f91f0bc7876"`,
    );
  });

  test('another seed is another street', () => {
    expect(digest(buildStreet({ seed: 8 }), 96)).not.toBe(digest(buildStreet({ seed: 9 }), 96));
    const names = new Set(Array.from({ length: 30 }, (_, seed) => buildStreet({ seed }).name));
    expect(names.size).toBe(5);
  });

  test('answers do not depend on what was asked before', () => {
    const walked = buildStreet({ seed: 3 });
    for (let i = 0; i < 700; i += 1) for (const member of walked.members) member.loadWhAt(i);
    fc.assert(
      fc.property(fc.nat(24), fc.array(fc.nat(700), { maxLength: 5 }), (number, slots) => {
        const fresh = buildStreet({ seed: 3 }).members[number]!;
        for (const slot of slots) {
          const member = walked.members[number]!;
          expect(fresh.loadWhAt(slot)).toBe(member.loadWhAt(slot));
          expect(fresh.generationWhAt(slot)).toBe(member.generationWhAt(slot));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('energy stays within the connection, and nobody acts outside their roles', () => {
    for (const member of buildStreet({ seed: 4 }).members) {
      const most = member.connectionPowerW / 4n;
      expect(largestWh(member.loadWhAt, 2 * WEEK)).toBeLessThanOrEqual(most);
      expect(largestWh(member.generationWhAt, 2 * WEEK)).toBeLessThanOrEqual(most);
      const load = sumWh(member.loadWhAt, WEEK);
      const generation = sumWh(member.generationWhAt, WEEK);
      expect(load > 0n).toBe(member.roles.includes('consumer'));
      expect(generation > 0n).toBe(member.roles.includes('producer'));
    }
  });

  test('limits lie between feed-in and supplier price, and most pairs could agree', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -500_000, max: 500_000 }), (seed, feedIn) => {
        const feedInPrice = price(BigInt(feedIn));
        const supplierPrice = price(BigInt(feedIn) + 200_000n);
        const { members } = buildStreet({ seed, feedInPrice, supplierPrice });
        for (const { roles, limits } of members) {
          expect(limits.buy !== undefined).toBe(roles.includes('consumer'));
          expect(limits.sell !== undefined).toBe(roles.includes('producer'));
          for (const limit of [limits.buy, limits.sell]) {
            if (limit === undefined) continue;
            expect(limit).toBeGreaterThanOrEqual(feedInPrice);
            expect(limit).toBeLessThanOrEqual(supplierPrice);
          }
        }
      }),
      { numRuns: 20 },
    );
    const { members } = buildStreet({ seed: 1 });
    const buys = members.flatMap(({ limits }) => limits.buy ?? []);
    const sells = members.flatMap(({ limits }) => limits.sell ?? []);
    const agreeing = buys.flatMap((buy) => sells.filter((sell) => buy >= sell)).length;
    expect(agreeing).toBeGreaterThan((buys.length * sells.length) / 2);
  });

  test('over a year homes take what homes take, and the street about feeds itself', () => {
    const street = buildStreet({ seed: 5, startMs: Date.UTC(2025, 0, 1) });
    const loads = street.members.map(() => 0n);
    let generation = 0n;
    for (let i = 0; i < 365 * 96; i += 1) {
      for (const [number, member] of street.members.entries()) {
        loads[number] = (loads[number] ?? 0n) + member.loadWhAt(i);
        generation += member.generationWhAt(i);
      }
    }
    for (const wattHours of loads.slice(0, 20)) {
      expect(Number(wattHours)).toBeGreaterThan(1_400_000);
      expect(Number(wattHours)).toBeLessThan(5_700_000);
    }
    const load = loads.reduce((sum, wattHours) => sum + wattHours, 0n);
    expect(Number(generation) / Number(load)).toBeGreaterThan(0.7);
    expect(Number(generation) / Number(load)).toBeLessThan(1.4);
  }, 60_000);

  test('most slots have someone to sell and someone to buy', () => {
    const street = buildStreet({ seed: 6 });
    for (let i = 0; i < WEEK; i += 1) {
      const exchange = street.members.map((member) => exchangeWhAt(member, i));
      expect(exchange.some(({ surplusWh }) => surplusWh > 0n)).toBe(true);
      expect(exchange.some(({ demandWh }) => demandWh > 0n)).toBe(true);
      for (const { surplusWh, demandWh } of exchange) {
        expect(surplusWh === 0n || demandWh === 0n).toBe(true);
      }
    }
  });

  test.each([
    [{ seed: 1, homes: 0 }, 'homes: expected 1 to 500, got 0'],
    [{ seed: 0.5 }, 'seed: expected a safe integer, got 0.5'],
    [{ seed: 1, startMs: 1 }, 'expected a multiple of 900000, got 1'],
    [{ seed: 1, supplierPrice: price(80_000n) }, 'supplierPrice: expected at least 90000'],
  ])('%o is refused', (options, message) => {
    expect(() => buildStreet(options)).toThrow(message);
  });
});

describe('a street of measured profiles', () => {
  const profiles = (): ProfileSet => readProfiles(households);

  test('the profiles are present where they must be', () => {
    if (process.env.CI === 'true') expect(householdsPresent).toBe(true);
  });

  test.runIf(householdsPresent)('takes every kind from its files and loses no Wh', () => {
    const set = profiles();
    const street = buildStreet({ seed: 1, profiles: set });
    expect(street.slotAt(0).startMs).toBe(1_613_343_600_000);
    for (const member of street.members) {
      const { kind, loadSource, generationSource } = member;
      if (kind === 'office') expect(loadSource).toBe('office_pu_0.csv');
      else if (kind === 'factory') expect(loadSource).toBe('factory_pu_0.csv');
      else if (loadSource !== undefined) expect(loadSource).toMatch(/^hh_/);
      if (kind === 'energy company') expect(generationSource).toBe('water of the model');
      else if (generationSource !== undefined) expect(generationSource).toMatch(/^pv_/);
    }
    const samplesOf = (file: string | undefined) =>
      set.profiles.find((profile) => profile.file === file)!.samples;
    for (const member of street.members.slice(0, 7)) {
      const total = samplesOf(member.loadSource).reduce((sum, sample) => sum + sample, 0n);
      expect(sumWh(member.loadWhAt, 4316)).toBe(total / 4n / 10n ** 24n);
    }
    const plant = ofKind(street, 'solar system')[0]!;
    const total = samplesOf(plant.generationSource).reduce((sum, sample) => sum + sample, 0n);
    expect(sumWh(plant.generationWhAt, 4316)).toBe((total * plant.solarW) / 4n / 10n ** 24n);
  });

  test.runIf(householdsPresent)('goes on after the last sample, within the connection', () => {
    const street = buildStreet({ seed: 1, profiles: profiles() });
    for (const member of street.members) {
      const most = member.connectionPowerW / 4n;
      expect(largestWh(member.loadWhAt, 5000)).toBeLessThanOrEqual(most);
      expect(largestWh(member.generationWhAt, 5000)).toBeLessThanOrEqual(most);
    }
  });

  test.runIf(householdsPresent)('gives no two homes of one file the same week at once', () => {
    const street = buildStreet({ seed: 1, profiles: profiles() });
    const weeks = new Set<string>();
    for (const { loadWhAt } of street.members.slice(0, 20)) {
      weeks.add(Array.from({ length: WEEK }, (_, i) => loadWhAt(i)).join(' '));
    }
    expect(weeks.size).toBe(20);
  });

  test('a start before, or less than a day before the end of, the measurements is refused', () => {
    const startMs = Date.UTC(2021, 0, 1);
    const samples = Array.from({ length: 100 }, () => meanPower(power(1n)));
    const set: ProfileSet = {
      profiles: [{ file: 'hh_1.csv', kind: 'home', startMs, samples }],
      findings: [],
    };
    expect(() => buildStreet({ seed: 1, profiles: set, startMs: startMs - 900_000 })).toThrow(
      'where all profiles hold a day',
    );
    const fifth = startMs + 5 * 900_000;
    expect(() => buildStreet({ seed: 1, profiles: set, startMs: fifth })).toThrow('startMs');
    expect(buildStreet({ seed: 1, profiles: set }).members).toHaveLength(25);
  });

  test.each([
    [10, 10],
    [96, 96],
    [300, 288],
    [700, 672],
    [4316, 6 * 672],
  ])('of %i samples the last %i are repeated', (length, period) => {
    const samples = Array.from({ length }, (_, i) => BigInt(i) as MeanPower);
    const day = measuredPower(samples, { first: 0, factor: 1n });
    const at = (index: number) => day(index)[0];
    expect(at(length - 1)).toBe(BigInt(length - 1));
    expect(at(length)).toBe(BigInt(length - period));
    expect(at(length + 3 * period + 5)).toBe(BigInt(length - period + 5));
  });
});
