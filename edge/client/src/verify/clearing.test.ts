import type { BookLine, Cleared } from '@commonwatt/contracts';
import { energy, price } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { checkCleared } from './clearing.ts';

const parent = new Uint8Array(32).fill(9);

function line(
  lot: number,
  side: 'buy' | 'sell',
  limit: bigint,
  wh: bigint,
  filled: bigint,
): BookLine {
  const lots = new Uint8Array(32).fill(lot);
  return { lot: lots, side, limit: price(limit), energy: energy(wh), filled: energy(filled) };
}

/** 100 Wh are offered at 80, 60 are wanted at 120 and 70 at 100: the last of them share. */
const slot: Cleared = {
  market: 1,
  slotMs: 900_000,
  mechanism: 'uniform',
  mechanismVersion: 1,
  kThousandths: 500,
  seed: parent,
  price: price(100n),
  low: price(100n),
  high: price(100n),
  volume: energy(100n),
  lines: [
    line(1, 'sell', 80n, 100n, 100n),
    line(2, 'buy', 120n, 60n, 60n),
    line(3, 'buy', 100n, 70n, 40n),
  ],
};

const nothing: Cleared = {
  ...slot,
  price: undefined,
  low: undefined,
  high: undefined,
  volume: energy(0n),
  lines: [line(1, 'sell', 80n, 100n, 0n), line(2, 'buy', 70n, 60n, 0n)],
};

/** Behind a line of 40 Wh: sold at 80, bought at 120. */
const zoned: Cleared = {
  ...slot,
  mechanism: 'zonal',
  network: [{ from: 'north', to: 'community', limit: energy(40n) }],
  price: undefined,
  low: undefined,
  high: undefined,
  volume: energy(40n),
  lines: [
    { ...line(1, 'sell', 80n, 100n, 40n), zone: 'community' },
    { ...line(2, 'buy', 120n, 60n, 40n), zone: 'north' },
  ],
};

const withLine = (at: number, change: Partial<BookLine>): Cleared => ({
  ...slot,
  lines: slot.lines.map((one, index) => (index === at ? { ...one, ...change } : one)),
});

test.each<[string, Cleared, RegExp | undefined]>([
  ['as it was', slot, undefined],
  ['no trade', nothing, undefined],
  ['no trade with a price', { ...nothing, price: price(75n) }, /^price: expected none, got 75/],
  ['a seed that somebody chose', { ...slot, seed: new Uint8Array(32) }, /^seed: expected the hash/],
  [
    'a rule of another release',
    { ...slot, mechanismVersion: 2 },
    /^mechanism: 'uniform' version 2/,
  ],
  ['k beyond one', { ...slot, kThousandths: 1001 }, /^settings.k: expected a decimal number/],
  [
    'a setting that the rule does not have',
    { ...slot, settings: [{ name: 'pace', value: '1' }] },
    /^settings.pace: expected floor, ceiling/,
  ],
  [
    'a collar that was not there',
    { ...slot, settings: [{ name: 'floor', value: '0.110' }] },
    /^price: expected 110, got 100/,
  ],
  [
    'a rule by time without times',
    { ...slot, mechanism: 'continuous' },
    /^lines: 'continuous' goes/,
  ],
  ['negotiation', { ...slot, mechanism: 'negotiation' }, /^mechanism: 'negotiation' version 1/],
  ['another price', { ...slot, price: price(101n) }, /^price: expected 100, got 101/],
  ['another interval', { ...slot, low: price(99n) }, /^interval: expected 100 to 100/],
  ['another volume', { ...slot, volume: energy(99n) }, /^volume: expected 100 Wh, got 99/],
  ['another fill', withLine(2, { filled: energy(41n) }), /^fill of (03)+: expected 40 Wh, got 41/],
  ['another limit', withLine(2, { limit: price(110n) }), /^price: expected 110, got 100/],
  ['a network', zoned, undefined],
  [
    'a line that carries more',
    { ...zoned, network: [{ from: 'north', to: 'community', limit: energy(41n) }] },
    /^volume: expected 41 Wh, got 40/,
  ],
  [
    'another zone',
    { ...zoned, lines: zoned.lines.map((one) => ({ ...one, zone: 'north' })) },
    /^price: expected 80, got none/,
  ],
  ['no network', { ...zoned, network: undefined }, /^network: expected its lines/],
  ['no zones', { ...zoned, lines: slot.lines }, /^lines: column_missing/],
  ['one lot twice', { ...slot, lines: [...slot.lines, ...slot.lines] }, /^lines: duplicate_lot/],
])('%s', (_what, cleared, reason) => {
  const check = checkCleared(cleared, parent);
  if (reason === undefined) expect(check.ok).toBe(true);
  else expect(check.ok ? 'ok' : check.reason).toMatch(reason);
});
