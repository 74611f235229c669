import { describe, expect, test } from 'vitest';
import {
  megawattHours,
  percentOfMillionths,
  timeLeft,
  tokens,
  tokensPerKilowattHour,
} from './direct-figures.ts';

const GAP = '\u202f';

describe('figures of direct purchase', () => {
  test('energy in MWh with its thousands apart', () => {
    expect(megawattHours('17083000000')).toBe(`17${GAP}083.0`);
    expect(megawattHours(4_355_000_000n, 0)).toBe(`4${GAP}355`);
  });

  test('tokens, below zero with a minus as wide as a digit', () => {
    expect(tokens('-1234567000000000')).toBe(`\u22121${GAP}234${GAP}567`);
    expect(tokens('-1')).toBe('0');
  });

  test('a price of the paper’s table', () => {
    expect(tokensPerKilowattHour('5123000')).toBe('5.123');
    expect(tokensPerKilowattHour(-19_000n)).toBe('\u22120.019');
  });

  test('a loss', () => {
    expect(percentOfMillionths(65_000)).toBe(`6.5${GAP}%`);
  });

  test.each([
    [-5, `0${GAP}s`],
    [999, `0${GAP}s`],
    [552_000, `9${GAP}min 12${GAP}s`],
    [3_600_000, `1${GAP}h 0${GAP}min`],
    [2 * 86_400_000 + 4 * 3_600_000 + 59_000, `2${GAP}d 4${GAP}h`],
  ])('%i ms left', (ms, words) => {
    expect(timeLeft(ms)).toBe(words);
  });
});
