import { billsOf, billText, correctionOf, type IssuedBill, issued } from '@commonwatt/contracts';
import { describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import { coreRuleFaults } from '../testing/en16931.ts';
import {
  bakery,
  billedStatement,
  community,
  dates,
  household,
  rules,
} from '../testing/street-bills.ts';
import { billLinesCsv, billsCsv } from './bill-csv.ts';
import { billPdf } from './bill-pdf.ts';
import { billUbl } from './bill-ubl.ts';
import { fontRuns } from './noto-sans.ts';

const iban = 'AT611904300234573201';
const basis = new Uint8Array(32);
const statuses = ['private', 'small business', 'registered', 'reverse charge'] as const;

const every: readonly IssuedBill[] = statuses.flatMap((ours) =>
  statuses.flatMap((theirs) =>
    (['shown', 'posted'] as const).flatMap((mode) => {
      const { bills } = billsOf({
        statement: billedStatement(mode),
        rules,
        issuer: { ...community, status: ours },
        recipient: { ...bakery, status: theirs },
      });
      return bills.flatMap((bill, at) => {
        const final = issued(bill, { number: `D-${at}`, dates, iban, basis });
        const given = { number: `K-${at}`, issued: '2026-07-01', reason: 'Adresse < falsch & alt' };
        return [final, correctionOf(final, given)];
      });
    }),
  ),
);

describe('UBL 2.1', () => {
  test('every kind of document, party and mode keeps the core rules of EN 16931-1', () => {
    expect(every.length).toBe(128);
    for (const bill of every) {
      const faults = coreRuleFaults(billUbl(bill));
      expect(faults, `${bill.type}, ${bill.seller.status} to ${bill.buyer.status}`).toEqual([]);
    }
  });

  test('one changed figure breaks a rule', () => {
    const [bill] = every as [IssuedBill];
    const xml = billUbl(bill);
    const amounts = [...xml.matchAll(/<cbc:(\w*Amount) currencyID="EUR">(-?[0-9]+\.[0-9]{2})</g)];
    expect(amounts.length).toBeGreaterThan(8);
    for (const { 0: whole, 1: name, 2: value = '', index } of amounts) {
      const other = (Number(value) + 0.01).toFixed(2);
      const changed = whole.replace(`>${value}<`, `>${other}<`);
      const tampered = xml.slice(0, index) + changed + xml.slice(index + whole.length);
      expect(coreRuleFaults(tampered), `${name} ${value}`).not.toEqual([]);
    }
  });

  test('what people write stays text', () => {
    const corrected = every.find(({ corrects }) => corrects !== undefined) as IssuedBill;
    const xml = billUbl(corrected);
    expect(xml).toContain('Adresse &lt; falsch &amp; alt');
    expect(xml).toContain('Bäckerei Kováč &amp; Söhne GmbH');
    expect(() => create(xml)).not.toThrow();
  });
});

describe('PDF', () => {
  const [bill] = every as [IssuedBill];

  test('the same bill is the same bytes, another is not', async () => {
    const [first, second] = [await billPdf(bill), await billPdf(bill)];
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
    const other = await billPdf({ ...bill, number: 'D-9' });
    expect(Buffer.from(first).equals(Buffer.from(other))).toBe(false);
    expect(Buffer.from(first).toString('latin1')).toMatch(/^%PDF-1\.\d/);
  });

  test('every font is embedded: none of the fourteen standard ones is named', async () => {
    const text = Buffer.from(await billPdf(bill)).toString('latin1');
    const names = [...text.matchAll(/\/BaseFont \/([^\s/]+)/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toMatch(/^[A-Z]{6}\+NotoSans/);
    expect(text.match(/\/FontFile[23]? /g)?.length).toBeGreaterThan(0);
    expect(text).not.toMatch(/Helvetica|Times-Roman|Courier/);
  });

  test('it carries the date of the document, not of the machine', async () => {
    const text = Buffer.from(await billPdf(bill)).toString('latin1');
    expect(text).toContain('D:20260602000000Z');
  });

  test('long documents go on over pages', async () => {
    const line = bill.lines[0] as IssuedBill['lines'][number];
    const lines = Array.from({ length: 200 }, (_, at) => ({ ...line, line: at + 1 }));
    const text = Buffer.from(await billPdf({ ...bill, lines })).toString('latin1');
    expect(text.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(3);
  });

  test('a name in several scripts is cut into the parts of the font', () => {
    const runs = fontRuns('Kováč Ωμέγα Жан 中').map(({ part, text }) => [part, text]);
    expect(runs).toEqual([
      ['latin', 'Ková'],
      ['latin-ext', 'č'],
      ['latin', ' '],
      ['greek', 'Ωμέγα'],
      ['latin', ' '],
      ['cyrillic', 'Жан'],
      ['latin', ' ?'],
    ]);
  });
});

describe('CSV', () => {
  const { bills } = billsOf({
    statement: billedStatement('shown'),
    rules,
    issuer: community,
    recipient: { ...household, name: '=HYPERLINK("http://x";"Müller, Anna")' },
  });
  const [bill] = bills.map((one) => issued(one, { number: 'RE-1', dates, iban, basis })) as [
    IssuedBill,
  ];

  test('one row for each line, with the rule that taxed it', () => {
    const rows = billLinesCsv(bill).trimEnd().split('\r\n');
    expect(rows).toHaveLength(bill.lines.length + 1);
    expect(rows[1]).toMatch(/^RE-1,invoice,1,Energy from the community,0\.621,/);
  });

  test('a name that a spreadsheet would run is text', () => {
    expect(billsCsv([bill])).toContain(`"'=HYPERLINK(""http://x"";""Müller, Anna"")"`);
  });

  test('negative amounts stay numbers', () => {
    const totals = { ...bill.totals, netCents: -5n };
    expect(billsCsv([{ ...bill, totals }])).toContain(',-0.05,');
  });
});

test('the canonical text says the same twice', () => {
  for (const bill of every) expect(billText(bill)).toBe(billText({ ...bill }));
});
