/** A member's day with prices and rules, for the tests of this folder. */

import { cost, type Energy, energy, money, price } from '@commonwatt/units';
import { type BillingRules, singleVatRate } from '../billing-rules.ts';
import type { AllocatedLine, MeteredReading, StatementInput } from '../statement-input.ts';
import type { BillingTariff } from '../tariff.ts';

export const QUARTER_MS = 900_000;
export const FROM_MS = Date.UTC(2026, 4, 1);
export const DAY_MS = 86_400_000;
export const UNTIL_MS = FROM_MS + DAY_MS;

export const tariff: BillingTariff = {
  name: 'Stadtwerke Strom',
  version: 3,
  validFromMs: 0,
  validUntilMs: undefined,
  supplyPrice: price(251_000n),
  feedInPrice: price(67_000n),
  components: [
    { kind: 'grid fee', name: 'Netznutzung', community: price(29_700n), residual: price(69_100n) },
    { kind: 'levy', name: 'Abgaben', community: price(0n), residual: price(6_200n) },
    { kind: 'tax', name: 'Stromsteuer', community: price(0n), residual: price(1_000n) },
    { kind: 'platform fee', name: 'Plattform', community: price(5_003n), residual: price(0n) },
  ],
  fees: [
    { kind: 'member fee', name: 'Mitgliedsbeitrag', amount: money(1_000_000_000n) },
    { kind: 'base fee', name: 'Grundpreis', amount: money(2_505_000_000n) },
  ],
};

export const rules: BillingRules = {
  name: 'Steuerregeln Österreich',
  version: 2,
  currency: 'EUR',
  vatRates: [singleVatRate(2000)],
  series: {
    invoice: { prefix: 'RE-2026-', start: 1, digits: 5 },
    'self-billed credit note': { prefix: 'GS-2026-', start: 1, digits: 5 },
    'invoice correction': { prefix: 'RK-2026-', start: 1, digits: 5 },
    'self-billed correction': { prefix: 'GK-2026-', start: 1, digits: 5 },
  },
  dueDays: 14,
  exemptions: {
    smallBusiness: 'Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung',
    reverseCharge: 'Die Steuerschuld geht auf den Leistungsempfänger über',
    notSubject: 'Nicht steuerbar: privat erzeugter Strom',
  },
};

export function reading(slot: number, imported: bigint, exported = 0n): MeteredReading {
  return {
    meter: 1,
    slotMs: FROM_MS + slot * QUARTER_MS,
    imported: energy(imported),
    exported: energy(exported),
    quality: 'measured',
    source: 'device',
  };
}

export function line(
  slot: number,
  side: 'buy' | 'sell',
  delivered: bigint,
  changes: { readonly traded?: bigint; readonly nano?: bigint; readonly slots?: number } = {},
): AllocatedLine {
  const unit = price(changes.nano ?? 160_000n);
  const value = cost(delivered as Energy, unit);
  return {
    slotMs: FROM_MS + slot * QUARTER_MS,
    slotLengthMs: (changes.slots ?? 1) * QUARTER_MS,
    side,
    traded: energy(changes.traded ?? delivered),
    delivered: energy(delivered),
    money: money(side === 'sell' ? value : -value),
  };
}

/** Imports at night, exports at noon, buys and sells a part of it. */
export function given(changes: Partial<StatementInput> = {}): StatementInput {
  return {
    member: 7,
    fromMs: FROM_MS,
    untilMs: UNTIL_MS,
    slotLengthMs: QUARTER_MS,
    mode: 'shown',
    meters: [{ meter: 1, fromMs: FROM_MS, untilMs: FROM_MS + 4 * QUARTER_MS }],
    readings: [reading(0, 500n), reading(1, 300n), reading(2, 0n, 900n), reading(3, 0n, 101n)],
    lines: [line(0, 'buy', 321n), line(1, 'buy', 300n), line(2, 'sell', 700n)],
    deviations: [],
    tariffs: [tariff],
    ...changes,
  };
}
