import { ENERGY_WH_MAX } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { cleared } from '../events.ts';
import { AMOUNT_MAX } from '../wallet/accounts.ts';
import {
  BOOK_ORDERS_MAX,
  MEMBER_ENERGY_MAX,
  MEMBER_ORDERS_MAX,
  PRICE_MAGNITUDE_MAX,
  STANDING_ORDERS_MAX,
} from './limits.ts';

test('the dearest order is within the largest amount of the wallet', () => {
  expect(MEMBER_ENERGY_MAX * PRICE_MAGNITUDE_MAX).toBeLessThanOrEqual(AMOUNT_MAX);
});

test('the fullest book is within an energy and within the lines of one event', () => {
  const ordersMax = BOOK_ORDERS_MAX + STANDING_ORDERS_MAX;
  expect(MEMBER_ENERGY_MAX * BigInt(ordersMax)).toBeLessThanOrEqual(ENERGY_WH_MAX);
  const shape = cleared.codec.shape;
  const lines = shape.kind === 'struct' && shape.fields.find(([name]) => name === 'lines')?.[1];
  expect(lines).toMatchObject({ kind: 'list', countMax: ordersMax });
});

test('a member in a slot counts its orders in 16 bits', () => {
  expect(MEMBER_ORDERS_MAX).toBeLessThan(0x1_0000);
});
