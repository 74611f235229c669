/**
 * What went wrong in other settlements, each as the smallest pair of files that shows it: the balancing of
 * PowerTAC (issues of powertac/powertac-server) and the allocation of Beckn's energy trading (beckn/DEG).
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../main.ts';
import { testTerminal } from '../../terminal/terminal.test-support.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commonwatt-regressions-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FIRST = '2021-03-28T00:00:00Z';
const SECOND = '2021-03-28T00:15:00Z';

interface Settlement {
  readonly allocations: readonly { trade: string; energy_wh: number; money: string }[];
  readonly residuals: readonly object[];
  readonly deviations: readonly object[];
  readonly missing: readonly object[];
  readonly total_wh: number;
}

async function settled(
  trades: readonly string[],
  readings: readonly string[],
): Promise<Settlement> {
  const files = { trades: join(folder, 'trades.csv'), readings: join(folder, 'readings.csv') };
  const file = (head: string, rows: readonly string[]) => `${[head, ...rows].join('\n')}\n`;
  writeFileSync(files.trades, file('trade,slot,seller,buyer,energy_wh,price', trades));
  writeFileSync(files.readings, file('member,slot,direction,energy_wh', readings));
  const terminal = testTerminal();
  const words = ['settle', '--trades', files.trades, '--readings', files.readings, '--json'];
  expect(await main(words, terminal), terminal.err()).toBe(0);
  return JSON.parse(terminal.out());
}

const parts = ({ allocations }: Settlement) =>
  Object.fromEntries(allocations.map(({ trade, energy_wh }) => [trade, energy_wh]));

describe('PowerTAC', () => {
  test('568: selling what one does not produce earns nothing, at any price and size', async () => {
    const trades = [
      `honest,${FIRST},ana,ben,1000,80`,
      `short,${FIRST},eve,ben,1000000,300`,
      `long,${FIRST},ana,eve,1000000,-500`,
    ];
    const readings = [`ana,${FIRST},export,1000`, `ben,${FIRST},import,1000`];
    const answer = await settled(trades, readings);
    expect(answer.allocations).toEqual([
      { trade: 'honest', energy_wh: 1000, money: '0.08' },
      { trade: 'short', energy_wh: 0, money: '0' },
      { trade: 'long', energy_wh: 0, money: '0' },
    ]);
    // It is eve who falls short of both trades; nothing of what she fails to do is hidden.
    expect(answer.deviations).toContainEqual({
      member: 'eve',
      slot: FIRST,
      side: 'seller',
      energy_wh: 1_000_000,
    });
    expect(answer.deviations).toContainEqual({
      member: 'eve',
      slot: FIRST,
      side: 'buyer',
      energy_wh: 1_000_000,
    });
  });

  test('681: a trade counts in its slot, also one without any reading', async () => {
    const trades = [`last round,${FIRST},ana,ben,500,50`];
    const answer = await settled(trades, []);
    expect(answer.allocations).toEqual([{ trade: 'last round', energy_wh: 0, money: '0' }]);
    expect(answer.deviations).toEqual([
      { member: 'ana', slot: FIRST, side: 'seller', energy_wh: 500 },
      { member: 'ben', slot: FIRST, side: 'buyer', energy_wh: 500 },
    ]);
    expect(answer.missing).toHaveLength(2);
  });

  test('756: a negative price turns the payment around, and energy stays as it is', async () => {
    const row = (price: string) => settled([`t,${FIRST},ana,ben,700,${price}`], readings);
    const readings = [`ana,${FIRST},export,400`, `ben,${FIRST},import,600`];
    expect((await row('90')).allocations).toEqual([{ trade: 't', energy_wh: 400, money: '0.036' }]);
    expect((await row('-90')).allocations).toEqual([
      { trade: 't', energy_wh: 400, money: '-0.036' },
    ]);
  });

  test('870: prices far out of range move energy no differently and stay exact', async () => {
    const readings = [`ana,${FIRST},export,100`, `b,${FIRST},import,90`, `c,${FIRST},import,90`];
    const at = (price: string) => [`t,${FIRST},ana,b,90,${price}`, `u,${FIRST},ana,c,90,80`];
    const [usual, wild] = [
      await settled(at('80'), readings),
      await settled(at('4211298658243389.5'), readings),
    ];
    expect(parts(wild)).toEqual(parts(usual));
    expect(parts(wild)).toEqual({ t: 50, u: 50 });
    expect(wild.allocations[0]?.money).toBe('210564932912.169475');
  });

  test('882: nothing of one slot is left for the next', async () => {
    const trades = [`t,${FIRST},ana,ben,300,80`, `u,${SECOND},ana,ben,300,80`];
    const readings = [
      `ana,${FIRST},export,600`,
      `ben,${FIRST},import,100`,
      `ana,${SECOND},export,100`,
      `ben,${SECOND},import,600`,
    ];
    const both = await settled(trades, readings);
    expect(parts(both)).toEqual({ t: 100, u: 100 });
    const second = await settled(trades.slice(1), readings.slice(2));
    expect(parts(second)).toEqual({ u: 100 });
  });

  test('941: a surplus is left over for the supplier; no trade pays for it', async () => {
    const answer = await settled(
      [`t,${FIRST},cold,ben,1000,48.548`],
      [`cold,${FIRST},export,190285622`, `ben,${FIRST},import,1000`],
    );
    expect(answer.allocations).toEqual([{ trade: 't', energy_wh: 1000, money: '0.048548' }]);
    expect(answer.residuals).toContainEqual({
      member: 'cold',
      slot: FIRST,
      direction: 'export',
      energy_wh: 190_284_622,
    });
    expect(answer.deviations).toEqual([]);
  });

  test('1154: what a meter did not count in the end is not billed, in one amount', async () => {
    // 600 of 1,000 Wh are curtailed after the trade: the reading has the 400 that remain.
    const answer = await settled(
      [`t,${FIRST},ana,ben,1000,100`],
      [`ana,${FIRST},export,1000`, `ben,${FIRST},import,400`],
    );
    expect(answer.allocations).toEqual([{ trade: 't', energy_wh: 400, money: '0.04' }]);
    expect(answer.residuals).toContainEqual({
      member: 'ana',
      slot: FIRST,
      direction: 'export',
      energy_wh: 600,
    });
  });
});

describe('Beckn', () => {
  const trades = [
    `t1,${FIRST},s1,b1,600,80`,
    `t2,${FIRST},s1,b2,600,80`,
    `t3,${FIRST},s2,b1,600,80`,
    `t4,${FIRST},s2,b2,600,80`,
  ];
  const readings = [
    `s1,${FIRST},export,900`,
    `s2,${FIRST},export,900`,
    `b1,${FIRST},import,600`,
    `b2,${FIRST},import,1200`,
  ];

  test('pull request 156: the lower of two pro rata shares strands what is deliverable', async () => {
    // Sellers' pro rata shares are 450 each, b1's 300 and b2's 600: the lower ones are 1,500 Wh together.
    const answer = await settled(trades, readings);
    expect(answer.total_wh).toBe(1800);
    expect(parts(answer)).toEqual({ t1: 300, t2: 600, t3: 300, t4: 600 });
  });

  test('pull request 156: first in, first out gives all to who was early; here the order of rows tells nothing', async () => {
    const short = [`s1,${FIRST},export,600`, ...readings.slice(2)];
    const first = parts(await settled(trades.slice(0, 2), short));
    const last = parts(await settled(trades.slice(0, 2).reverse(), [...short].reverse()));
    expect(first).toEqual({ t1: 300, t2: 300 });
    expect(last).toEqual(first);
  });

  test('329, 351, 352: who sends everything again gets the same, and who sends a row twice is told', async () => {
    expect(await settled(trades, readings)).toEqual(await settled(trades, readings));
    const terminal = testTerminal();
    const file = join(folder, 'twice.csv');
    writeFileSync(file, `trade,slot,seller,buyer,energy_wh,price\n${trades[0]}\n${trades[0]}\n`);
    const words = ['settle', '--trades', file, '--readings', join(folder, 'readings.csv')];
    expect(await main(words, terminal)).toBe(2);
    expect(terminal.err()).toContain('line 3, column trade: expected an id of its own');
  });

  test('pull request 464: no amount is stated for what was not delivered', async () => {
    const answer = await settled(trades, []);
    expect(answer.allocations.map(({ money }) => money)).toEqual(['0', '0', '0', '0']);
  });
});
