import { expect, test } from 'vitest';
import { MeteredEnergy } from './delivery.ts';
import { renewableSold } from './renewable.ts';
import { computeRun } from './run.ts';
import { QUARTER_MS, runInput, sha256, type TerseMeter } from './testing/street.ts';

const buyer: TerseMeter = {
  member: 2,
  counted: [
    [900, 0],
    [900, 0],
  ],
};

function sold(meters: Readonly<Record<number, TerseMeter>>, energies: readonly number[]) {
  const trades = energies.map((energy, slot) => ({
    name: `${slot}`,
    slot,
    seller: 1,
    buyer: 2,
    energy,
  }));
  const input = runInput({ slots: 2, trades, meters: { ...meters, 9: buyer } });
  const [seller] = computeRun(sha256, input).members;
  return [seller?.energy.sold, seller?.energy.renewable];
}

test('all is renewable where every exporting meter is, nothing where none is', () => {
  const counted = [
    [0, 500],
    [0, 500],
  ] as const;
  expect(sold({ 1: { member: 1, renewable: true, counted } }, [300, 900])).toEqual([800n, 800n]);
  expect(sold({ 1: { member: 1, counted } }, [300, 900])).toEqual([800n, 0n]);
});

test('several meters share what was sold pro rata to what each exported, slot by slot', () => {
  const roof: TerseMeter = {
    member: 1,
    renewable: true,
    counted: [
      [0, 300],
      [0, 0],
    ],
  };
  const engine: TerseMeter = {
    member: 1,
    counted: [
      [0, 100],
      [0, 500],
    ],
  };
  // Slot 0: 200 of 400 sold, 150 from the roof. Slot 1: all from the engine.
  expect(sold({ 1: roof, 2: engine }, [200, 400])).toEqual([600n, 150n]);
});

test('a Wh that is left goes to the largest remainder', () => {
  const roof: TerseMeter = {
    member: 1,
    renewable: true,
    counted: [
      [0, 2],
      [0, 1],
    ],
  };
  const engine: TerseMeter = {
    member: 1,
    counted: [
      [0, 1],
      [0, 2],
    ],
  };
  // Slot 0: 2 x 2 / 3 = 1.33 and 2 x 1 / 3 = 0.67, so 1 and 1. Slot 1 the other way: 1 and 1.
  expect(sold({ 1: roof, 2: engine }, [2, 2])).toEqual([4n, 2n]);
});

test('a member that sold nothing is left out', () => {
  const input = runInput({ slots: 1, trades: [], meters: { 9: buyer } });
  const readings = [...input.readings.values()].flat();
  expect(renewableSold(sha256, input, readings, new MeteredEnergy(QUARTER_MS))).toEqual(new Map());
});
