/** Parties, rules and a statement for the tests of billing. */

import {
  type BillDates,
  type BillingRules,
  type BillingTariff,
  type MemberStatement,
  memberStatement,
  type Party,
  type ResidualMode,
  singleVatRate,
} from '@commonwatt/contracts';
import { cost, energy, money, price } from '@commonwatt/units';

export const community: Party = {
  name: 'Energiegemeinschaft Lindengasse',
  address: { street: 'Lindengasse 1', postcode: '1070', city: 'Wien', country: 'AT' },
  status: 'registered',
  vatNumber: 'ATU12345678',
  taxNumber: '09 123/4567',
  registrationNumber: 'ZVR 123456789',
};

export const household: Party = {
  name: 'Anna Müller',
  address: { street: 'Lindengasse 7/3', postcode: '1070', city: 'Wien', country: 'AT' },
  status: 'private',
  vatNumber: undefined,
  taxNumber: undefined,
  registrationNumber: undefined,
};

export const bakery: Party = {
  ...household,
  name: 'Bäckerei Kováč & Söhne GmbH',
  status: 'registered',
  vatNumber: 'ATU87654321',
};

const exemptions: BillingRules['exemptions'] = {
  smallBusiness: 'Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung',
  reverseCharge: 'Die Steuerschuld geht auf den Leistungsempfänger über',
  notSubject: 'Nicht steuerbar: privat erzeugter Strom',
};

export const rules: BillingRules = {
  name: 'Steuerregeln Österreich',
  version: 2,
  currency: 'EUR',
  vatRates: [singleVatRate(2000)],
  series: {
    invoice: { prefix: 'RE-', start: 1, digits: 4 },
    'self-billed credit note': { prefix: 'GS-', start: 101, digits: 4 },
    'invoice correction': { prefix: 'RK-', start: 1, digits: 4 },
    'self-billed correction': { prefix: 'GK-', start: 1, digits: 4 },
  },
  dueDays: 14,
  exemptions,
};

export const tariff: BillingTariff = {
  name: 'Haus',
  version: 3,
  validFromMs: 0,
  validUntilMs: undefined,
  supplyPrice: price(251_000n),
  feedInPrice: price(67_000n),
  components: [
    { kind: 'grid fee', name: 'Netznutzung', community: price(29_700n), residual: price(69_100n) },
    { kind: 'platform fee', name: 'Plattform', community: price(5_003n), residual: price(0n) },
  ],
  fees: [{ kind: 'member fee', name: 'Mitgliedsbeitrag', amount: money(1_000_000_000n) }],
};

export const dates: BillDates = {
  issued: '2026-06-02',
  due: '2026-06-16',
  first: '2026-05-01',
  last: '2026-05-31',
};

const QUARTER_MS = 900_000;

/** Buys in one slot, sells in the next, at a negative price in the one after. */
export function billedStatement(mode: ResidualMode): MemberStatement {
  const fromMs = Date.UTC(2026, 4, 1);
  const read = (slot: number, imported: bigint, exported: bigint) => ({
    meter: 1,
    slotMs: fromMs + slot * QUARTER_MS,
    imported: energy(imported),
    exported: energy(exported),
    quality: 'measured' as const,
    source: 'device' as const,
  });
  const line = (slot: number, side: 'buy' | 'sell', wattHours: bigint, nano: bigint) => {
    const delivered = energy(wattHours);
    const value = cost(delivered, price(nano));
    return {
      slotMs: fromMs + slot * QUARTER_MS,
      slotLengthMs: QUARTER_MS,
      side,
      traded: delivered,
      delivered,
      money: money(side === 'sell' ? value : -value),
    };
  };
  return memberStatement({
    member: 7,
    fromMs,
    untilMs: fromMs + 31 * 86_400_000,
    slotLengthMs: QUARTER_MS,
    mode,
    meters: [],
    readings: [read(0, 700n, 0n), read(1, 0n, 900n)],
    lines: [line(0, 'buy', 621n, 160_000n), line(1, 'sell', 700n, 160_000n)],
    deviations: [
      { slotMs: fromMs, side: 'buy', energy: energy(20n), money: money(-20n * 50_000n) },
    ],
    tariffs: [tariff],
  });
}
