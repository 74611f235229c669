import { energy, money, price } from '@commonwatt/units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SlotLine } from '../settlement/slot-lines.ts';
import { settledRows, tariffOnLedger } from './settled-rows.ts';
import { FROM_MS, line, QUARTER_MS, tariff, UNTIL_MS } from './testing/street-month.ts';

type Slot = Omit<SlotLine, 'salt'>;
const zero = energy(0n);
const none = money(0n);
const slot = (changes: Partial<Slot>): Slot => ({
  slotMs: FROM_MS,
  imported: zero,
  exported: zero,
  bought: zero,
  sold: zero,
  allotted: zero,
  received: zero,
  given: zero,
  sellerShort: zero,
  buyerShort: zero,
  sharedMoney: none,
  deviation: none,
  supply: none,
  grid: none,
  levies: none,
  taxes: none,
  ...changes,
});
const rowsOf = (slotLines: readonly Slot[]) =>
  settledRows({
    lines: [],
    slotLines,
    slotLengthMs: QUARTER_MS,
    fromMs: FROM_MS,
    untilMs: UNTIL_MS,
  });

test('shared energy is bought or sold, deviations are charged to their side', () => {
  const { lines, deviations } = rowsOf([
    slot({ received: energy(30n), sharedMoney: money(-900n) }),
    slot({ slotMs: FROM_MS + QUARTER_MS, given: energy(20n), sharedMoney: money(600n) }),
    slot({ sellerShort: energy(5n), deviation: money(-50n) }),
  ]);
  expect(lines.map(({ side, delivered, money: nano }) => [side, delivered, nano])).toEqual([
    ['buy', 30n, -900n],
    ['sell', 20n, 600n],
  ]);
  expect(deviations).toEqual([{ slotMs: FROM_MS, side: 'sell', energy: 5n, money: -50n }]);
});

test('rows of other slots than the period’s are left out, of trades too', () => {
  const run = {
    lines: [],
    slotLines: [slot({ slotMs: UNTIL_MS, supply: money(-7n) }), slot({ supply: money(-8n) })],
    slotLengthMs: QUARTER_MS,
    fromMs: FROM_MS,
    untilMs: UNTIL_MS,
  };
  expect(settledRows(run).posted).toBe(-8n);
  const { slotMs } = line(0, 'buy', 1n);
  expect(slotMs).toBe(FROM_MS);
});

const nano = fc.bigInt({ min: -1_000_000n, max: 1_000_000n });
const wh = fc.bigInt({ min: 0n, max: 1000n });
test('no energy and no money of a slot line is lost or doubled', () => {
  fc.assert(
    fc.property(wh, wh, wh, wh, nano, nano, nano, (got, gave, short, bare, shared, fine, grid) => {
      const one = slot({
        received: energy(got),
        given: energy(gave),
        sellerShort: energy(short),
        buyerShort: energy(bare),
        sharedMoney: money(shared),
        deviation: money(fine),
        grid: money(grid),
      });
      const { lines, deviations, posted } = rowsOf([one]);
      const sum = (rows: readonly { readonly money: bigint }[]) =>
        rows.reduce((total, row) => total + row.money, 0n);
      expect([sum(lines), sum(deviations), posted]).toEqual([shared, fine, grid]);
      const energyOf = (side: string) =>
        lines.reduce((total, row) => (row.side === side ? total + row.delivered : total), 0n);
      expect([energyOf('buy'), energyOf('sell')]).toEqual([got, gave]);
    }),
  );
});

test('the ledger’s tariff has its own lines, and the community’s fees beside them', () => {
  const kept = {
    fromMs: 5,
    untilMs: 9,
    version: 4,
    supplyPrice: price(1n),
    feedInPrice: price(2n),
    gridFee: price(3n),
    communityGridFee: price(4n),
    levy: price(5n),
    tax: price(6n),
  };
  const made = tariffOnLedger(kept, tariff);
  expect([made.validFromMs, made.validUntilMs, made.version]).toEqual([5, 9, 4]);
  expect(made.components.map((one) => [one.kind, one.community, one.residual])).toEqual([
    ['grid fee', 4n, 3n],
    ['levy', 0n, 5n],
    ['tax', 0n, 6n],
    ['platform fee', 5003n, 0n],
  ]);
  expect(made.fees).toBe(tariff.fees);
  expect(tariffOnLedger(kept, undefined).fees).toEqual([]);
});
