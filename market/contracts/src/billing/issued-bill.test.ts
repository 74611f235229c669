import { decode, encode } from '@commonwatt/ledger';
import { describe, expect, test } from 'vitest';
import { type Bill, billsOf } from './bill.ts';
import { billText, correctionOf, dayAfter, issued, issuedBillCodec } from './issued-bill.ts';
import { memberStatement } from './statement.ts';
import { community, household } from './testing/parties.ts';
import { given, rules } from './testing/street-month.ts';

const dates = { issued: '2026-06-02', due: '2026-06-16', first: '2026-05-01', last: '2026-05-31' };

describe('an issued bill', () => {
  const [bill] = billsOf({
    statement: memberStatement(given()),
    rules,
    issuer: community,
    recipient: household,
  }).bills as [Bill];
  const final = issued(bill, {
    number: 'RE-2026-00001',
    dates,
    iban: 'AT611904300234573201',
    basis: new Uint8Array(32),
  });

  test('is read back from its text and from its bytes', () => {
    expect(issuedBillCodec.fromJson(JSON.parse(billText(final)), 'bill')).toEqual(final);
    expect(decode(issuedBillCodec, encode(issuedBillCodec, final), 'bill')).toEqual(final);
  });

  test('is corrected by a document that refers to it and owes the same the other way', () => {
    const given = { number: 'RK-2026-00001', issued: '2026-07-01', reason: 'wrong address' };
    const correction = correctionOf(final, given);
    expect(correction.type).toBe('invoice correction');
    expect(correction.corrects).toEqual({
      number: 'RE-2026-00001',
      issued: '2026-06-02',
      reason: 'wrong address',
    });
    expect(correction.totals).toEqual(final.totals);
    expect(() => correctionOf(correction, given)).toThrow(
      /expected a bill, got invoice correction/,
    );
  });
});

test.each<[string, number, string]>([
  ['2026-02-20', 14, '2026-03-06'],
  ['2028-02-28', 1, '2028-02-29'],
  ['2026-12-31', 0, '2026-12-31'],
])('%s and %i days are %s', (day, days, expected) => expect(dayAfter(day, days)).toBe(expected));
