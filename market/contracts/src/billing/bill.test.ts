import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arithmeticFaults } from './arithmetic.ts';
import { type Bill, type BillInput, billsOf } from './bill.ts';
import { type BillingRules, singleVatRate, type VatRate } from './billing-rules.ts';
import { moneyOfCents } from './cents.ts';
import { STATEMENT_KINDS } from './charges.ts';
import type { Party } from './party.ts';
import { memberStatement } from './statement.ts';
import { bakery, community, household } from './testing/parties.ts';
import { FROM_MS, given, line, reading, rules } from './testing/street-month.ts';

const input = (changes: Partial<BillInput> = {}): BillInput => ({
  statement: memberStatement(given()),
  rules,
  issuer: community,
  recipient: household,
  ...changes,
});

describe('the bills of a household', () => {
  const { bills, findings } = billsOf(input());
  const [invoice, creditNote] = bills as [Bill, Bill];

  test('are an invoice with tax and a self-billed credit note without', () => {
    expect(findings).toEqual([]);
    expect(bills.map(({ type }) => type)).toEqual(['invoice', 'self-billed credit note']);
    expect([invoice.seller.name, invoice.buyer.name]).toEqual([community.name, household.name]);
    expect([creditNote.seller.name, creditNote.buyer.name]).toEqual([
      household.name,
      community.name,
    ]);
    expect(creditNote.seller.identifier).toBe('7');
  });

  test('round each line once and each rate once', () => {
    // 621 Wh at 16 ct/kWh are 9.936 ct; at 0.5003 ct/kWh 0.3106863 ct; and one euro.
    expect(invoice.lines.map(({ kind, netCents }) => [kind, netCents])).toEqual([
      ['bought', 10n],
      ['platform fee', 0n],
      ['member fee', 100n],
    ]);
    expect(invoice.totals).toEqual({
      vat: [
        {
          category: 'S',
          hundredths: 2000,
          taxableCents: 110n,
          taxCents: 22n,
          exemption: undefined,
        },
      ],
      netCents: 110n,
      vatCents: 22n,
      grossCents: 132n,
      paidCents: 10n,
      dueCents: 122n,
      exact: 621n * 160_000n + 621n * 5_003n + 1_000_000_000n,
      rounding: 1_100_000_000n - (621n * 165_003n + 1_000_000_000n),
    });
    expect(creditNote.totals).toMatchObject({ netCents: 11n, vatCents: 0n, dueCents: 0n });
    expect(creditNote.totals.vat[0]?.exemption).toBe('Nicht steuerbar: privat erzeugter Strom');
  });

  test('add up by EN 16931-1', () => {
    for (const bill of bills) expect(arithmeticFaults(bill)).toEqual([]);
  });
});

const registered = (status: Party['status']): Party => ({ ...bakery, status });
test.each<[string, Party, Party, readonly (readonly [string, string])[]]>([
  [
    'a private member',
    community,
    household,
    [
      ['S', 'V-4'],
      ['O', 'V-1'],
    ],
  ],
  [
    'a small business',
    community,
    registered('small business'),
    [
      ['S', 'V-4'],
      ['E', 'V-2'],
    ],
  ],
  [
    'a registered one',
    community,
    bakery,
    [
      ['S', 'V-4'],
      ['S', 'V-4'],
    ],
  ],
  [
    'a reseller',
    community,
    registered('reverse charge'),
    [
      ['AE', 'V-3'],
      ['S', 'V-4'],
    ],
  ],
  [
    'a registered one, the community reselling',
    { ...community, status: 'reverse charge' },
    bakery,
    [
      ['S', 'V-4'],
      ['AE', 'V-3'],
    ],
  ],
  [
    'anyone, the community exempt',
    { ...community, status: 'small business' },
    household,
    [
      ['E', 'V-2'],
      ['O', 'V-1'],
    ],
  ],
])('tax of %s', (_name, issuer, recipient, expected) => {
  const { bills } = billsOf(input({ issuer, recipient }));
  const firsts = bills.map(({ lines: [first] }) => [first?.vat.category, first?.vat.rule]);
  expect(firsts).toEqual(expected);
  for (const bill of bills) {
    expect(arithmeticFaults(bill)).toEqual([]);
    for (const { vat } of bill.lines) expect(vat.rulesVersion).toBe(2);
  }
});

test('to a reseller energy goes without tax, the fees beside it do not', () => {
  const { bills } = billsOf(input({ recipient: registered('reverse charge') }));
  expect(bills[0]?.lines.map(({ kind, vat }) => [kind, vat.category])).toEqual([
    ['bought', 'AE'],
    ['platform fee', 'S'],
    ['member fee', 'S'],
  ]);
});

test('a line without a rate, and a rate that changes within the period, are found', () => {
  const half: VatRate = { ...singleVatRate(1000), validUntilMs: FROM_MS + 1 };
  const after: VatRate = { ...singleVatRate(2000), validFromMs: FROM_MS + 1 };
  const changing = billsOf(input({ rules: { ...rules, vatRates: [half, after] } }));
  expect(changing.findings[0]).toEqual({ code: 'vat_rate_changes', kind: 'bought' });
  const without: VatRate = { ...singleVatRate(2000), kinds: ['bought', 'member fee'] };
  const { bills, findings } = billsOf(input({ rules: { ...rules, vatRates: [without] } }));
  expect(findings).toEqual([{ code: 'vat_rate_missing', kind: 'platform fee' }]);
  expect(bills[0]?.lines.map(({ line: number }) => number)).toEqual([1, 2]);
});

test('a bill below zero is found', () => {
  const lines = [line(0, 'buy', 400n, { nano: -40_000_000n })];
  const statement = memberStatement(given({ lines }));
  const { findings } = billsOf(input({ statement }));
  expect(findings).toMatchObject([{ code: 'total_negative', type: 'invoice' }]);
});

test('rules that contradict themselves are refused', () => {
  const twice: BillingRules = { ...rules, vatRates: [singleVatRate(2000), singleVatRate(1000)] };
  expect(() => billsOf(input({ rules: twice }))).toThrow(/vatRates\[0\]: expected one rate/);
  const { invoice } = rules.series;
  const series = { ...rules.series, 'invoice correction': invoice };
  expect(() => billsOf(input({ rules: { ...rules, series } }))).toThrow(/a prefix of its own/);
});

const statuses = fc.constantFrom('private', 'small business', 'registered', 'reverse charge');
test('what the statement bills is what the bills hold, but for the rounding that they show', () => {
  const slot = fc.tuple(
    fc.bigInt({ min: 0n, max: 5_000n }),
    fc.bigInt({ min: 0n, max: 5_000n }),
    fc.bigInt({ min: -500_000n, max: 1_000_000n }),
  );
  const street = fc.record({
    slots: fc.array(slot, { minLength: 1, maxLength: 30 }),
    mode: fc.constantFrom('shown' as const, 'posted' as const),
    rate: fc.constantFrom(0, 1000, 1300, 1950, 2000),
    ours: statuses,
    theirs: statuses,
  });
  fc.assert(
    fc.property(street, ({ slots, mode, rate, ours, theirs }) => {
      const readings = slots.map(([imported, exported], at) => reading(at, imported, exported));
      const lines = slots.flatMap(([imported, exported, nano], at) => [
        line(at, 'buy', imported / 2n, { nano }),
        line(at, 'sell', exported / 3n, { nano }),
      ]);
      const statement = memberStatement(given({ readings, lines, mode }));
      const { bills, findings } = billsOf({
        statement,
        rules: { ...rules, vatRates: [{ ...singleVatRate(rate), kinds: STATEMENT_KINDS }] },
        issuer: { ...community, status: ours } as Party,
        recipient: { ...bakery, status: theirs } as Party,
      });
      let received = 0n;
      for (const { type, totals, lines: own } of bills) {
        const sign = type === 'invoice' ? -1n : 1n;
        received += sign * totals.exact;
        expect(moneyOfCents(totals.netCents)).toBe(totals.exact + totals.rounding);
        const mostRounding = BigInt(own.length) * 5_000_000n;
        expect(totals.rounding <= mostRounding && totals.rounding >= -mostRounding).toBe(true);
        expect(arithmeticFaults({ lines: own, totals })).toEqual([]);
      }
      const billed = statement.charges.filter(({ isBilled }) => isBilled);
      expect(received).toBe(billed.reduce((sum, one) => sum + one.money, 0n));
      expect(findings.filter(({ code }) => code !== 'total_negative')).toEqual([]);
    }),
  );
});
