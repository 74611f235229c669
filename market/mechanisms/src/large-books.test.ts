/** Books as large as a hostile file: whoever takes them clears them in time, and whoever does not says so at once. */

import { expect, test } from 'vitest';
import type { Call } from './mechanism.ts';
import { MECHANISMS } from './registry.ts';
import { order } from './testing/book.ts';

const COUNT = 130_000;
const lots = (id: string) => id;

/** All in one place and at one price, so that every order trades with the next; or each in a zone of its own. */
function bookOf(zoneOf: (at: number) => string): Call {
  const orders = Array.from({ length: COUNT }, (_, at) => ({
    ...order(at.toString(16).padStart(8, '0'), at % 2 === 0 ? 'buy' : 'sell', 5n, 1n),
    time: at,
    zone: zoneOf(at >> 1),
    extra: { type: zoneOf(at >> 1) },
  }));
  return { orders, lots, settings: {}, tables: { network: [] } };
}

const auctions = MECHANISMS.filter((line) => line.kind === 'auction');

function clearsOrRefuses(mechanism: (typeof auctions)[number], call: Call): void {
  const refusal = mechanism.refuse(call);
  if (refusal === undefined) expect(mechanism.clear(call).volume).toBeGreaterThanOrEqual(0n);
  else expect(refusal.code).toMatch(/^too_many_|^candidate_missing$/);
}

test.each(auctions)('$name clears or refuses many orders of one price', (mechanism) => {
  clearsOrRefuses(
    mechanism,
    bookOf(() => 'home'),
  );
});

const placed = auctions.filter(({ columns = [] }) =>
  columns.some(({ name }) => name === 'zone' || name === 'type'),
);
test.each(placed)('$name clears or refuses as many places', (mechanism) => {
  clearsOrRefuses(
    mechanism,
    bookOf((at) => `z${at}`),
  );
});
