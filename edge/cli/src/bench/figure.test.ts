import { describe, expect, test } from 'vitest';
import { compare, median } from './figure.ts';

describe('median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('of nothing is a mistake', () => {
    expect(() => median([])).toThrow('median: expected a value, got none');
  });
});

describe('a comparison', () => {
  test('warms up, takes turns, and answers with the median of the ratios of the rounds', async () => {
    const asked: string[] = [];
    const ours = [0, 10, 40, 90];
    const yardstick = [0, 10, 10, 10];
    const side = (name: string, rates: readonly number[]) => (round: number) => {
      asked.push(`${name}${round}`);
      return rates[round] ?? Number.NaN;
    };
    const figure = await compare(
      { name: 'x', unit: 'y', ours: side('o', ours), yardstick: side('y', yardstick) },
      { least: 3, most: 3, untilMs: 1e9 },
    );
    expect(asked.join(' ')).toBe('o0 y0 y1 o1 o2 y2 y3 o3');
    expect(figure).toEqual({ name: 'x', unit: 'y', ours: 40, yardstick: 10, ratio: 4, rounds: 3 });
  });

  test('is the median of ratios, not the ratio of medians', async () => {
    const ours = [0, 1, 100, 30];
    const yardstick = [0, 10, 20, 30];
    const figure = await compare(
      {
        name: 'x',
        unit: 'y',
        ours: (round) => ours[round] as number,
        yardstick: (round) => yardstick[round] as number,
      },
      { least: 3, most: 3, untilMs: 1e9 },
    );
    expect(figure.ratio).toBe(1);
    expect(figure.ours / figure.yardstick).toBe(1.5);
  });

  test('has its least number of rounds, however long they take', async () => {
    const { rounds } = await compare(
      { name: 'x', unit: 'y', ours: () => 1, yardstick: () => 1 },
      { least: 4, most: 100, untilMs: -1 },
    );
    expect(rounds).toBe(4);
  });
});
