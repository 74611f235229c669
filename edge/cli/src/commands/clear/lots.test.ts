import { createHash } from 'node:crypto';
import type { Order } from '@commonwatt/mechanisms';
import { energy, price } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lotDrawer } from './lots.ts';

const orderOf = (id: string): Order => ({
  id,
  member: 'ana',
  side: 'buy',
  limit: price(1n),
  energy: energy(1n),
});

const lot = (seed: string, id: string) =>
  createHash('sha256').update(`${seed}\u0000${id}`).digest('hex');

test('in whatever order they are asked for, and whether or not in the book, lots are of seed and id', () => {
  const ids = ['o0', 'o1', 'ä', '🌞', '__proto__', 'x', ''];
  fc.assert(
    fc.property(
      fc.constantFrom('', 'a', 'ü'),
      fc.subarray(ids, { minLength: 0 }),
      fc.array(fc.constantFrom(...ids)),
      (seed, inBook, asked) => {
        const lots = lotDrawer(seed)(inBook.map(orderOf));
        for (const id of [...inBook, ...asked, ...inBook]) expect(lots(id)).toBe(lot(seed, id));
      },
    ),
  );
});

test('half a surrogate pair has no lot, in an id as in a seed', () => {
  const half = '\ud83c';
  expect(() => lotDrawer('a')([])(half)).toThrow('order id: expected well-formed text');
  expect(() => lotDrawer(half)([])('a')).toThrow('seed: expected well-formed text');
});
