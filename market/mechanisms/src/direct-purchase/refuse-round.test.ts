import type { Energy } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { fraction } from './fraction.ts';
import { DIRECT_ROWS_MAX, type DirectRoundRefusal, refuseDirectRound } from './refuse-round.ts';
import type { DirectRound } from './round.ts';
import { buyer, corridor, round, seller } from './rounds.test-support.ts';

const negative = -1n as Energy;
const b = buyer('b', 'A', 5, 1);
const s = seller('s', 'A', 'wind', 5, 1);
const limit = { from: 'A', to: 'A', energy: 1n as Energy };
const many = Array.from({ length: DIRECT_ROWS_MAX + 1 }, () => b);

test.each<[Partial<DirectRound>, DirectRoundRefusal['code'] | undefined]>([
  [{ buyers: [b], sellers: [s], limits: [limit], bundling: fraction(3n) }, undefined],
  [{ buyers: [{ ...b, id: 's' }], sellers: [s] }, undefined],
  [{ buyers: many }, 'rows_too_many'],
  [{ certificatePrice: fraction(-1n) }, 'certificate_price_negative'],
  [{ bundling: fraction(-1n) }, 'bundling_negative'],
  [{ corridors: [corridor('A', 'B'), corridor('B', 'A')] }, 'corridor_known'],
  [{ corridors: [{ ...corridor('A', 'A'), loss: 1_000_000n }] }, 'loss_out_of_range'],
  [{ corridors: [{ ...corridor('A', 'A'), loss: -1n }] }, 'loss_out_of_range'],
  [{ limits: [limit, limit] }, 'limit_known'],
  [{ limits: [{ ...limit, to: 'B' }] }, 'limit_without_corridor'],
  [{ limits: [{ ...limit, energy: negative }] }, 'energy_negative'],
  [{ buyers: [{ ...b, id: '' }] }, 'id_invalid'],
  [{ sellers: [{ ...s, id: 'a\u0000b' }] }, 'id_invalid'],
  [{ buyers: [b, b] }, 'buyer_known'],
  [{ sellers: [s, s] }, 'seller_known'],
  [{ sellers: [s, { ...s, type: 'thermal' }] }, 'seller_of_two_types'],
  [{ buyers: [{ ...b, region: 'Z' }] }, 'region_unknown'],
  [{ sellers: [{ ...s, region: 'Z' }] }, 'region_unknown'],
  [{ buyers: [{ ...b, energy: negative }] }, 'energy_negative'],
  [{ sellers: [{ ...s, energy: negative }] }, 'energy_negative'],
  [{ buyers: [{ ...b, greenEnergy: (b.energy + 1n) as Energy }] }, 'green_energy_out_of_range'],
  [{ buyers: [{ ...b, greenEnergy: negative }] }, 'green_energy_out_of_range'],
])('refusal %#', (parts, code) => {
  expect(refuseDirectRound(round(parts))?.code).toBe(code);
});
