/** Faults measured in other clearing engines, not repeated by any of the auctions. */

import { createHash } from 'node:crypto';
import { price } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { lotsBySeed } from '../lot.ts';
import type { AuctionMechanism } from '../mechanism.ts';
import { order } from '../testing/book.ts';
import { AUCTIONS } from './list.ts';

const auctions = AUCTIONS.filter((one): one is AuctionMechanism => one.kind === 'auction');

/** Lots drawn like those of the ledger. */
const lots = lotsBySeed((bytes) => createHash('sha256').update(bytes).digest(), 'defects');

/** 1,200 orders on few price levels: bids from 3 to 12, asks from 1 to 10. */
const TIED = Array.from({ length: 1200 }, (_, at) =>
  at % 2 === 0
    ? order(`${at}`, 'buy', BigInt(3 + ((at >> 1) % 10)), BigInt(1 + (at % 7)))
    : order(`${at}`, 'sell', BigInt(1 + ((at >> 1) % 10)), BigInt(1 + (at % 5))),
);

describe.each(auctions)('$name', (mechanism) => {
  /** Steps as small as the prices of these books. */
  const settings = Object.fromEntries(
    mechanism.settings.filter(({ isDifference }) => isDifference).map(({ name }) => [name, 1n]),
  );

  test('defect 12: a book of many tied prices trades', () => {
    const { volume } = mechanism.clear({ orders: TIED, lots, settings });
    expect(volume).toBeGreaterThan(0n);
  });

  test('defect 11: negative prices clear as others do', () => {
    const low = TIED.map((one) => ({ ...one, limit: price(one.limit - 30n) }));
    const { volume } = mechanism.clear({ orders: low, lots, settings });
    // A sum of money below zero calls for nothing: nobody is paid to be a buyer of Kelly's.
    if (mechanism.name === 'kelly') expect(volume).toBe(0n);
    else expect(volume).toBeGreaterThan(0n);
  });

  test('defect 9: an order twice is refused', () => {
    const twice = [...TIED.slice(0, 2), ...TIED.slice(0, 1)];
    expect(mechanism.refuse({ orders: twice, lots, settings: {} })?.code).toBe('duplicate_order');
  });
});
