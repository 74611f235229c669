import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EnergyCarry, MeanPower } from './mean-power.ts';
import {
  DURATION_SECONDS_MAX,
  energyCarry,
  energyOver,
  meanPower,
  meanPowerToEnergy,
  NO_CARRY,
  parseMeanPower,
  parsePerUnitPower,
} from './mean-power.ts';
import { POWER_W_MAX, power } from './quantity.ts';

const YOCTO = 10n ** 24n;
const means = fc
  .bigInt({ min: 0n, max: 10n ** 7n * YOCTO })
  .map((yoctowatts) => yoctowatts as MeanPower);
const durations = fc.constantFrom(1, 7, 300, 900, 1800, 3600);

/**
 * The running sum over slots of one length: the sum of the energies, and what is left at the end.
 */
function run(list: readonly MeanPower[], durationSeconds: number, from: EnergyCarry = NO_CARRY) {
  let carry = from;
  let totalWh = 0n;
  for (const mean of list) {
    const step = meanPowerToEnergy(mean, durationSeconds, carry);
    totalWh += step.energy;
    carry = step.carry;
  }
  return { totalWh, carry };
}

describe('meanPowerToEnergy', () => {
  test('1 W over quarter hours gives a Wh every fourth', () => {
    const found: bigint[] = [];
    let carry = NO_CARRY;
    for (let quarter = 0; quarter < 8; quarter++) {
      const step = meanPowerToEnergy(meanPower(power(1n)), 900, carry);
      found.push(step.energy);
      carry = step.carry;
    }
    expect(found).toEqual([0n, 0n, 0n, 1n, 0n, 0n, 0n, 1n]);
    expect(carry).toBe(NO_CARRY);
  });

  test('over any number of slots no part of a Wh is lost or made', () => {
    fc.assert(
      fc.property(fc.array(means, { maxLength: 50 }), durations, (list, seconds) => {
        const { totalWh, carry } = run(list, seconds);
        const exact = list.reduce((sum, mean) => sum + mean * BigInt(seconds), 0n);
        expect(totalWh * 3600n * YOCTO + carry).toBe(exact);
        expect(carry >= 0n && carry < 3600n * YOCTO).toBe(true);
      }),
    );
  });

  test('a run that is stopped and taken up again gives what one run gives', () => {
    const cut = fc
      .array(means, { maxLength: 20 })
      .chain((list) => fc.tuple(fc.constant(list), fc.integer({ min: 0, max: list.length })));
    fc.assert(
      fc.property(cut, durations, ([list, at], seconds) => {
        const first = run(list.slice(0, at), seconds);
        const second = run(list.slice(at), seconds, energyCarry(BigInt(`${first.carry}`)));
        const whole = run(list, seconds);
        expect(first.totalWh + second.totalWh).toBe(whole.totalWh);
        expect(second.carry).toBe(whole.carry);
      }),
    );
  });

  test('a slot cut in pieces of the same power gives the same energy', () => {
    fc.assert(
      fc.property(means, fc.constantFrom(2, 3, 5, 12), (mean, pieces) => {
        const fine = run(
          Array.from({ length: pieces }, () => mean),
          3600 / pieces,
        );
        expect(fine).toEqual(run([mean], 3600));
      }),
    );
  });

  test('refuses durations and carries out of range', () => {
    for (const seconds of [0, -900, 0.5, Number.NaN, DURATION_SECONDS_MAX + 1]) {
      expect(() => meanPowerToEnergy(meanPower(power(1n)), seconds, NO_CARRY)).toThrow(
        `meanPowerToEnergy: expected durationSeconds whole, 1 to 31622400, got ${seconds}`,
      );
      expect(() => energyOver(power(0n), seconds)).toThrow(/^energyOver: expected durationSeconds/);
    }
    for (const carry of [-1n, 3600n * YOCTO]) {
      expect(() => energyCarry(carry)).toThrow(/^energy carry in yWs: expected 0 to 3599/);
      expect(() => meanPowerToEnergy(meanPower(power(1n)), 900, carry as EnergyCarry)).toThrow(
        /^energy carry in yWs/,
      );
    }
    const most = meanPower(power(POWER_W_MAX));
    expect(meanPowerToEnergy(most, 3600, NO_CARRY).energy).toBe(POWER_W_MAX);
    expect(() => meanPowerToEnergy(most, 3601, NO_CARRY)).toThrow(/^energy in Wh/);
  });
});

describe('energyOver', () => {
  test('1 kW over a quarter hour is 250 Wh', () => {
    expect(energyOver(power(1000n), 900)).toBe(250n);
  });

  test('is exact or refuses, and agrees with the running sum', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), durations, (watts, seconds) => {
        const { energy, carry } = meanPowerToEnergy(meanPower(power(watts)), seconds, NO_CARRY);
        if (carry === NO_CARRY) expect(energyOver(power(watts), seconds)).toBe(energy);
        else expect(() => energyOver(power(watts), seconds)).toThrow(/expected whole Wh/);
      }),
    );
    expect(() => energyOver(power(1n), 900)).toThrow(
      new RangeError('energyOver: expected whole Wh (a multiple of 3600 Ws), got 900 Ws'),
    );
  });
});

describe('reading mean power', () => {
  test('the units differ by a thousand', () => {
    expect(parseMeanPower('1', 'W')).toBe(meanPower(power(1n)));
    expect(parseMeanPower('1000', 'mW')).toBe(meanPower(power(1n)));
    expect(parseMeanPower('0.001', 'kW')).toBe(meanPower(power(1n)));
    expect(parseMeanPower('0.0', 'W')).toBe(0n);
  });

  test('every unit holds its decimals and no more', () => {
    for (const [unit, decimals] of [
      ['mW', 21],
      ['W', 24],
      ['kW', 27],
    ] as const) {
      expect(parseMeanPower(`0.${'0'.repeat(decimals - 1)}1`, unit)).toBe(1n);
      expect(() => parseMeanPower(`0.${'0'.repeat(decimals)}1`, unit, { field: 'load' })).toThrow(
        `load: expected at most ${decimals} decimals of ${unit}`,
      );
    }
  });

  test('refuses a minus, an exponent and an unknown unit', () => {
    expect(() => parseMeanPower('-1', 'W')).toThrow(/^mean power: expected 0 to/);
    expect(() => parseMeanPower('5e-05', 'W')).toThrow(/^mean power: expected a plain decimal/);
    expect(() => parseMeanPower('1', 'MW' as 'W')).toThrow(
      'unit: expected one of mW, W, kW, got MW',
    );
  });

  test('every double that prints without an exponent is read in full', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 10, noNaN: true }), (share) => {
        const [whole = '', fraction = ''] = `${share}`.split('.');
        const expected = BigInt(whole + fraction.padEnd(24, '0'));
        expect(parsePerUnitPower(`${share}`, power(1n))).toBe(expected);
        expect(parsePerUnitPower(`${share}`, power(7500n))).toBe(expected * 7500n);
        expect(parseMeanPower(`${share}`, 'W')).toBe(expected);
      }),
    );
  });

  test('per unit: a column of watts, a negative share and too large a product are refused', () => {
    expect(parsePerUnitPower('0.8614379084967321', power(5000n))).toBe(
      parseMeanPower('4307.1895424836605', 'W'),
    );
    expect(() => parsePerUnitPower('298', power(5000n), { field: 'pv' })).toThrow(
      'pv: expected 0 to 10 installed power, got "298"',
    );
    expect(() => parsePerUnitPower('-0.1', power(5000n))).toThrow(/^per-unit power: expected 0/);
    expect(() => parsePerUnitPower('1.1', power(POWER_W_MAX))).toThrow(/ W, got 1.1 x 9223/);
  });
});

const profiles = new URL('../../../../shared/data/households/', import.meta.url);
const absent = !existsSync(profiles) && process.env.CI !== 'true';

describe('real profiles lose nothing', () => {
  test.for([
    ['hh_2012_3.csv', undefined],
    ['office_pu_0.csv', undefined],
    ['pv_1_pu.csv', 5000n],
    ['pv_2_pu.csv', 7300n],
  ] as const)('%s', ([file, installedW], context) => {
    if (absent) context.skip('the profiles of ../shared/data/households are absent');
    const rows = readFileSync(new URL(file, profiles), 'utf8').trim().split('\n').slice(1);
    const texts = rows.map((row) => row.split(',')[1] as string);
    const list = texts.map((text) =>
      installedW === undefined
        ? parseMeanPower(text, 'W')
        : parsePerUnitPower(text, power(installedW)),
    );
    const { totalWh, carry } = run(list, 900);
    // The same sum by another way: all digits behind a common point, one division at the end.
    const digits = texts.reduce((sum, text) => {
      const [whole = '', fraction = ''] = text.split('.');
      return sum + BigInt(whole + fraction.padEnd(20, '0'));
    }, 0n);
    const quarterHours = digits * (installedW ?? 1n);
    expect(rows.length).toBeGreaterThan(4000);
    expect(totalWh).toBe(quarterHours / (4n * 10n ** 20n));
    expect(carry).toBe((quarterHours % (4n * 10n ** 20n)) * 900n * 10n ** 4n);
    expect(totalWh).toBeGreaterThan(0n);
  });
});
