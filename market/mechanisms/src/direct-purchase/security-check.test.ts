import type { Energy } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { corridorName, securityCheck } from './security-check.ts';

const wh = (wattHours: bigint) => wattHours as Energy;

test('both directions of a corridor count together; what has no limit stays', () => {
  const flows = [
    { from: 'A', to: 'B', energy: wh(30n), lot: '00' },
    { from: 'B', to: 'A', energy: wh(10n), lot: '01' },
    { from: 'A', to: 'A', energy: wh(99n), lot: '02' },
  ];
  const limit = { from: 'A', to: 'B', energy: wh(20n) };
  expect(securityCheck(flows, [limit])).toEqual({
    energies: [15n, 5n, 99n],
    limits: [{ from: 'A', to: 'B', limit: 20n, requested: 40n, granted: 20n, binding: true }],
  });
  expect(securityCheck(flows, [{ ...limit, energy: wh(40n) }])).toEqual({
    energies: [30n, 10n, 99n],
    limits: [{ from: 'A', to: 'B', limit: 40n, requested: 40n, granted: 40n, binding: false }],
  });
});

test('units that are left go to the largest remainder, equal ones to the lowest lot', () => {
  const flows = ['02', '00', '01'].map((lot) => ({ from: 'A', to: 'B', energy: wh(10n), lot }));
  const { energies } = securityCheck(flows, [{ from: 'B', to: 'A', energy: wh(20n) }]);
  expect(energies).toEqual([6n, 7n, 7n]);
});

test('only ever scales down, pro rata within one Wh, and never beyond the limit', () => {
  const flow = fc.record({
    from: fc.constantFrom('A', 'B'),
    to: fc.constantFrom('A', 'B'),
    energy: fc.bigInt(0n, 10n ** 12n).map(wh),
  });
  fc.assert(
    fc.property(fc.array(flow, { maxLength: 12 }), fc.bigInt(0n, 10n ** 12n), (rows, limit) => {
      const flows = rows.map((row, at) => ({ ...row, lot: at.toString(16).padStart(2, '0') }));
      const limited = { from: 'A', to: 'B', energy: wh(limit) };
      const { energies, limits } = securityCheck(flows, [limited]);
      const { requested, granted } = limits[0]!;
      let sum = 0n;
      for (const [at, row] of flows.entries()) {
        const energy = energies[at]!;
        expect(energy).toBeLessThanOrEqual(row.energy);
        if (corridorName(row) !== corridorName(limited)) {
          expect(energy).toBe(row.energy);
          continue;
        }
        sum += energy;
        const off = energy * requested - row.energy * granted;
        expect(off < 0n ? -off : off).toBeLessThanOrEqual(requested);
      }
      expect(sum).toBe(granted);
      expect(limits[0]!.binding).toBe(requested > limit);
      expect(granted).toBe(limits[0]!.binding ? limit : requested);
    }),
  );
});
