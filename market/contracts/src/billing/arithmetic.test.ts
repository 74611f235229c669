import { money } from '@commonwatt/units';
import { expect, test } from 'vitest';
import { arithmeticFaults } from './arithmetic.ts';
import { type Bill, billsOf } from './bill.ts';
import { memberStatement } from './statement.ts';
import { bakery, community } from './testing/parties.ts';
import { given, rules } from './testing/street-month.ts';

const [bill] = billsOf({
  statement: memberStatement(given({ mode: 'posted' })),
  rules,
  issuer: community,
  recipient: { ...bakery, status: 'reverse charge' },
}).bills as [Bill];

test('one changed figure anywhere in it is named', () => {
  for (const [path, changed] of changedFigures(bill)) {
    expect(arithmeticFaults(changed).join(' '), path).not.toBe('');
  }
});

/** Every figure of a bill, each changed by one alone. */
function changedFigures(bill: Bill): readonly (readonly [string, Bill])[] {
  const { totals } = bill;
  const sums = ['netCents', 'vatCents', 'grossCents', 'paidCents', 'dueCents', 'exact', 'rounding'];
  const ofTotals = sums.map((name) => {
    const value = totals[name as 'netCents'] + 1n;
    return [`totals.${name}`, { ...bill, totals: { ...totals, [name]: value } }] as const;
  });
  const ofVat = (['taxableCents', 'taxCents'] as const).map((name) => {
    const vat = totals.vat.map((group) => ({ ...group, [name]: group[name] + 1n }));
    return [`totals.vat.${name}`, { ...bill, totals: { ...totals, vat } }] as const;
  });
  const ofLines = bill.lines.flatMap((one, at) =>
    (['netCents', 'exact'] as const).map((name) => {
      const lines = bill.lines.with(at, { ...one, [name]: money(one[name] + 1n) });
      return [`lines[${at}].${name}`, { ...bill, lines }] as const;
    }),
  );
  return [...ofTotals, ...ofVat, ...ofLines];
}

test('what stands in the wrong group is named', () => {
  const { totals, lines } = bill;
  const [first, second] = totals.vat;
  expect(totals.vat.map(({ category }) => category)).toEqual(['AE', 'S']);
  const taxed = { ...first, category: 'O' as const };
  const faults = arithmeticFaults({
    lines,
    totals: { ...totals, vat: [taxed, second] },
  } as unknown as Bill);
  expect(faults.map((fault) => fault.split(':')[0])).toEqual([
    'BR-O-01',
    'BR-O-08',
    'BR-CO-04',
    'BR-CO-04',
    'BR-O-11',
  ]);
  const none = arithmeticFaults({ lines: [], totals: { ...totals, vat: [] } });
  expect(none).toEqual(expect.arrayContaining([expect.stringMatching(/^BR-16/)]));
});
