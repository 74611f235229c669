import { power } from '@commonwatt/units';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MEMBER_ENERGY_MAX } from './limits.ts';
import {
  connectionEnergy,
  firstOpenSlotMs,
  gateClosesMs,
  onGrid,
  refuseSlot,
  slotFromMs,
  slotsOpen,
} from './slots.ts';
import { callAuction, QUARTER_MS } from './testing/bare-market.ts';

const rules = callAuction();
const NOON_MS = 1_767_268_800_000;

describe('gates', () => {
  test('a gate closes the lead before its slot', () => {
    expect(gateClosesMs(rules, NOON_MS)).toBe(NOON_MS - 300_000);
  });

  test('a gate that closes now is closed', () => {
    expect(firstOpenSlotMs(rules, NOON_MS - 300_000)).toBe(NOON_MS + QUARTER_MS);
    expect(firstOpenSlotMs(rules, NOON_MS - 300_001)).toBe(NOON_MS);
  });

  test('open slots reach from the first open gate to the horizon', () => {
    const open = slotsOpen({ ...rules, horizonMs: 3_600_000 }, NOON_MS);
    expect(open.map((slotMs) => (slotMs - NOON_MS) / QUARTER_MS)).toEqual([1, 2, 3, 4]);
  });

  test('exactly the open slots take orders', () => {
    const short = { ...rules, horizonMs: 7_200_000 };
    const instants = fc.integer({ min: NOON_MS, max: NOON_MS + 7_200_000 });
    fc.assert(
      fc.property(instants, (nowMs) => {
        const open = new Set(slotsOpen(short, nowMs));
        for (let slotMs = NOON_MS - QUARTER_MS; slotMs < NOON_MS + 16_000_000; ) {
          expect(refuseSlot(short, slotMs, nowMs) === undefined).toBe(open.has(slotMs));
          slotMs += QUARTER_MS;
        }
      }),
    );
  });
});

test.each([
  [NOON_MS + 1, NOON_MS + 86_400_000, 'slot_invalid'],
  [NOON_MS + 300_000, NOON_MS, 'slot_invalid'],
  [253_402_300_800_000, NOON_MS, 'slot_invalid'],
  [NOON_MS, NOON_MS - 300_000, 'gate_closed'],
  [NOON_MS, NOON_MS - rules.horizonMs - 1, 'slot_too_far'],
  [NOON_MS, NOON_MS - rules.horizonMs, undefined],
  [NOON_MS, NOON_MS - 300_001, undefined],
])('the slot at %i at %i: %s', (slotMs, nowMs, code) => {
  expect(refuseSlot(rules, slotMs, nowMs)?.code).toBe(code);
});

test('the grid', () => {
  expect(onGrid(rules, NOON_MS)).toBe(true);
  expect(onGrid(rules, NOON_MS + 60_000)).toBe(false);
  expect(slotFromMs(rules, NOON_MS)).toBe(NOON_MS);
  expect(slotFromMs(rules, NOON_MS + 1)).toBe(NOON_MS + QUARTER_MS);
});

test.each([
  [10_000n, QUARTER_MS, 2500n],
  [1n, QUARTER_MS, 0n],
  [5n, 3_600_000, 5n],
  [(1n << 63n) - 1n, 3_600_000, MEMBER_ENERGY_MAX],
])('a connection of %s W carries in %i ms %s Wh', (limitW, lengthMs, carried) => {
  expect(connectionEnergy(power(limitW), lengthMs)).toBe(carried);
});
