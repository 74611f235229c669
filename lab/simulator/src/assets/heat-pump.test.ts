import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { electricityForWh, type Heating, heat, heatOnDemand, performanceAt } from './heat-pump.ts';

function heating(needWh: readonly number[], more: Partial<Heating> = {}): Heating {
  return {
    powerWh: 1_000,
    performancePermille: new Int32Array(needWh.length).fill(3_500),
    needWh: Int32Array.from(needWh),
    storageWh: 0,
    ...more,
  };
}

function onDemand(one: Heating) {
  const left = { storedMilliWh: 0, unmetWh: 0 };
  const heatPumpWh = new Int32Array(one.needWh.length);
  heatOnDemand(one, left, 0, heatPumpWh.length, heatPumpWh);
  return { heatPumpWh, left };
}

describe('performanceAt', () => {
  test.each([
    [7, 3_500],
    // 6.81 - 0.121 x 42 + 0.00063 x 42^2 = 2.83932, at 28: 3.91592.
    [-7, 2_538],
    [20, 4_591],
    [30, 4_591],
  ])('at %d degrees and 3.5 rated', (degrees, permille) => {
    expect(performanceAt(degrees, 350)).toBe(permille);
  });

  test('never falls below that of a heating rod', () => {
    expect(performanceAt(-20, 100)).toBe(1_000);
  });
});

describe('heatOnDemand', () => {
  test('takes the least whole Wh, and carries what they make too much', () => {
    // 10 Wh of heat: 3 Wh make 10.5; then 9.5 are lacking, 3 Wh make 10.5 again; then 9.
    const { heatPumpWh, left } = onDemand(heating([10, 10, 10, 0, 2]));
    expect(heatPumpWh).toEqual(Int32Array.from([3, 3, 3, 0, 1]));
    expect(left).toEqual({ storedMilliWh: 3_000, unmetWh: 0 });
  });

  test('counts as unmet what the power cannot make, in whole Wh of electricity', () => {
    const { heatPumpWh, left } = onDemand(heating([3_500, 3_501, 0]));
    expect(heatPumpWh).toEqual(Int32Array.from([1_000, 1_000, 0]));
    expect(left).toEqual({ storedMilliWh: 0, unmetWh: 1 });
  });

  test('never keeps more than one Wh of electricity makes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 4_000 }), { maxLength: 60 }),
        fc.integer({ min: 1_000, max: 6_000 }),
        (needWh, permille) => {
          const performancePermille = new Int32Array(needWh.length).fill(permille);
          const one = heating(needWh, { performancePermille, powerWh: 4_000 });
          const { heatPumpWh, left } = onDemand(one);
          const made = heatPumpWh.reduce((sum, wh) => sum + wh * permille, 0);
          const needed = needWh.reduce((sum, wh) => sum + wh * 1_000, 0);
          expect(left).toEqual({ storedMilliWh: made - needed, unmetWh: 0 });
          expect(left.storedMilliWh).toBeLessThan(permille);
        },
      ),
    );
  });
});

test('electricityForWh leaves what was asked for, within the power', () => {
  expect(electricityForWh(heating([7]), 0, 0, 0)).toBe(2);
  expect(electricityForWh(heating([7]), 0, 0, 1)).toBe(3);
  expect(electricityForWh(heating([7]), 0, 7_000, 0)).toBe(0);
  expect(electricityForWh(heating([9_000]), 0, 0, 0)).toBe(1_000);
});

test('heat keeps what is made beyond the need', () => {
  const left = { storedMilliWh: 500, unmetWh: 0 };
  heat(heating([7]), 0, 4, left);
  expect(left).toEqual({ storedMilliWh: 7_500, unmetWh: 0 });
});
