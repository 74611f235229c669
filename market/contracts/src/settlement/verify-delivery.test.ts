import { toHex } from '@commonwatt/ledger';
import { energy } from '@commonwatt/units';
import { describe, expect, test } from 'vitest';
import { MeteredEnergy, type TradeEntry } from './delivery.ts';
import { lineTerms } from './run-lines.ts';
import { FROM_MS, hashOf, QUARTER_MS, sha256, tradeEntry } from './testing/street.ts';
import { type OwnDeliveries, verifyDeliveries } from './verify-delivery.ts';

const ANA = 1;
const trades: readonly TradeEntry[] = [
  { name: 'a', slot: 0, seller: ANA, buyer: 2, energy: 300 },
  { name: 'b', slot: 0, seller: ANA, buyer: 3, energy: 100 },
].map(tradeEntry);

/** Ana's trades, of which so much was delivered. */
function own(rulesVersion: number, delivered: Readonly<Record<string, number>>): OwnDeliveries {
  const lines = Object.entries(delivered).map(([name, wattHours]) => {
    const entry = trades.find(([id]) => toHex(id) === toHex(hashOf(name)));
    if (entry === undefined) throw new Error(`no trade ${name}`);
    const [id, terms] = entry;
    const amount = energy(BigInt(wattHours));
    return { ...lineTerms(ANA, id, terms, amount), salt: new Uint8Array(16) };
  });
  const period = { periodFromMs: FROM_MS, periodUntilMs: FROM_MS + QUARTER_MS };
  return { ...period, member: ANA, rulesVersion, trades, lines };
}

function exported(wattHours: bigint): MeteredEnergy {
  const metered = new MeteredEnergy(QUARTER_MS);
  metered.add(ANA, 'sell', FROM_MS, wattHours);
  return metered;
}

const check = (version: number, delivered: Readonly<Record<string, number>>, reading: bigint) => {
  const verdict = verifyDeliveries(sha256, own(version, delivered), exported(reading));
  return {
    above: verdict.findings.map(({ expected, got }) => `${expected}, got ${got}`),
    short: verdict.shortfalls.map((one) => `${one.cause} ${one.energy}`).sort(),
  };
};

describe('version 1: each trade has its share of the reading', () => {
  test('what is below it is the counterparty’s', () => {
    const { above, short } = check(1, { a: 150, b: 40 }, 200n);
    expect(above).toEqual([]);
    expect(short).toEqual(['counterparty 10', 'own reading 150', 'own reading 50']);
  });

  test('what is above it is found', () => {
    expect(check(1, { a: 160, b: 40 }, 200n).above).toEqual(['at most 150, got 160']);
  });
});

describe('version 2: the reading bounds the sum', () => {
  test('a Wh that one trade cannot have may go to another', () => {
    const { above, short } = check(2, { a: 160, b: 40 }, 200n);
    expect(above).toEqual([]);
    expect(short).toEqual(['own reading 140', 'own reading 60']);
  });

  test('where some of the reading is left, the counterparties fell short', () => {
    expect(check(2, { a: 160, b: 100 }, 300n)).toEqual({ above: [], short: ['counterparty 140'] });
  });

  test('a sum above the reading and a line above its trade are found', () => {
    expect(check(2, { a: 170, b: 40 }, 200n).above).toHaveLength(1);
    expect(check(2, { a: 0, b: 101 }, 900n).above).toEqual(['at most 100, got 101']);
  });

  test('what was delivered is taken out of the reading', () => {
    const metered = exported(200n);
    verifyDeliveries(sha256, own(2, { a: 150, b: 20 }), metered);
    expect(metered.served(ANA, 'sell', FROM_MS)).toBe(170n);
  });
});

test('a trade without a line is left to the check of terms', () => {
  for (const version of [1, 2]) {
    expect(check(version, { a: 300 }, 900n)).toEqual({ above: [], short: [] });
  }
});
