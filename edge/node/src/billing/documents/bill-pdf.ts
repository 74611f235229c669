/** A bill as a PDF for people: its parties, every line, the tax of each rate, what is due, and the rules. */

import { type BillParty, formatCents, type IssuedBill } from '@commonwatt/contracts';
import { parseInstant } from '@commonwatt/units';
import { kWh, lineName, percent, ruleNotes, TITLES } from './bill-words.ts';
import { PAGE, PdfPages, type Place, type TextStyle } from './pdf-page.ts';

const LEFT = PAGE.margin;
const WIDTH = PAGE.width - 2 * PAGE.margin;
const WHOLE: Place = { x: LEFT, width: WIDTH };
const HALVES: readonly [Place, Place] = [
  { x: LEFT, width: WIDTH / 2 - 10 },
  { x: LEFT + WIDTH / 2 + 10, width: WIDTH / 2 - 10 },
];
const BOLD: TextStyle = { weight: 'bold' };
const RIGHT: TextStyle = { align: 'right' };

interface Column extends Place {
  readonly heading: string;
  readonly style: TextStyle;
}
const column = (heading: string, from: number, until: number, style: TextStyle): Column => ({
  heading,
  x: LEFT + from * WIDTH,
  width: (until - from) * WIDTH - 6,
  style,
});
const COLUMNS: readonly Column[] = [
  column('', 0, 0.05, {}),
  column('For', 0.05, 0.56, {}),
  column('kWh', 0.56, 0.7, RIGHT),
  column('VAT', 0.7, 0.82, RIGHT),
  column('Net', 0.82, 1, RIGHT),
];

export async function billPdf(bill: IssuedBill): Promise<Uint8Array> {
  const dateMs = parseInstant(`${bill.dates.issued}T00:00Z`, { field: 'issued' });
  const title = `${TITLES[bill.type]} ${bill.number}`;
  const issuer = bill.seller.identifier === 'community' ? bill.seller : bill.buyer;
  const pages = new PdfPages({ title, author: issuer.name, dateMs });
  addHead(pages, bill, title);
  addLines(pages, bill);
  addTotals(pages, bill);
  addNotes(pages, bill);
  return pages.bytes();
}

function addHead(pages: PdfPages, bill: IssuedBill, title: string): void {
  const { dates, corrects } = bill;
  pages.write(title, WHOLE, { size: 16, weight: 'bold' });
  pages.y += 8;
  const top = pages.y;
  const heights = (
    [
      ['Seller', bill.seller],
      ['Buyer', bill.buyer],
    ] as const
  ).map(([role, party], at) => {
    pages.y = top;
    pages.write(role, HALVES[at] as Place, { size: 7, color: '#555555' });
    partyLines(party).forEach((text, line) => {
      pages.write(text, HALVES[at] as Place, line === 0 ? BOLD : {});
    });
    return pages.y;
  });
  pages.y = Math.max(...heights) + 10;
  pages.write(`Date ${dates.issued}, due ${dates.due}`, WHOLE);
  pages.write(`Period ${dates.first} to ${dates.last}`, WHOLE);
  if (corrects !== undefined) {
    pages.write(`Corrects ${corrects.number} of ${corrects.issued}: ${corrects.reason}`, WHOLE);
  }
  pages.y += 10;
}

function partyLines({ name, address, identifier, ...numbers }: BillParty): readonly string[] {
  const { street, postcode, city, country } = address;
  const { vatNumber, taxNumber, registrationNumber } = numbers;
  return [
    name,
    street,
    `${postcode} ${city}, ${country}`,
    identifier === 'community' ? '' : `Member ${identifier}`,
    vatNumber === undefined ? '' : `VAT number ${vatNumber}`,
    taxNumber === undefined ? '' : `Tax number ${taxNumber}`,
    registrationNumber === undefined ? '' : `Registration ${registrationNumber}`,
  ].filter((text) => text !== '');
}

function addRow(pages: PdfPages, cells: readonly string[], style: TextStyle = {}): void {
  const heights = COLUMNS.map((one, at) => pages.height(cells[at] ?? '', one, style));
  if (pages.keep(Math.max(...heights))) addHeadings(pages);
  COLUMNS.forEach((one, at) => {
    pages.paragraph(cells[at] ?? '', one, { ...one.style, ...style });
  });
  pages.y += Math.max(...heights) + 2;
}

function addHeadings(pages: PdfPages): void {
  COLUMNS.forEach((one) => {
    pages.paragraph(one.heading, one, { ...one.style, ...BOLD });
  });
  pages.y += 14;
  pages.rule();
}

function addLines(pages: PdfPages, { lines, currency }: IssuedBill): void {
  pages.write(`Amounts in ${currency}`, WHOLE, { size: 7, color: '#555555' });
  addHeadings(pages);
  for (const line of lines) {
    const { category, hundredths } = line.vat;
    const rate = category === 'O' ? '-' : `${percent(hundredths)} %`;
    addRow(pages, [
      `${line.line}`,
      lineName(line),
      kWh(line),
      `${category} ${rate}`,
      formatCents(line.netCents),
    ]);
  }
  pages.rule();
}

function addTotals(pages: PdfPages, { totals }: IssuedBill): void {
  const row = (text: string, cents: bigint, style: TextStyle = {}) =>
    addRow(pages, ['', text, '', '', formatCents(cents)], style);
  row('Net total', totals.netCents);
  for (const { hundredths, taxableCents, taxCents, exemption } of totals.vat) {
    const name = exemption ?? `VAT ${percent(hundredths)} %`;
    row(`${name} on ${formatCents(taxableCents)}`, taxCents);
  }
  row('Total', totals.grossCents, BOLD);
  row('Paid on the ledger', -totals.paidCents);
  pages.rule();
  row('Due', totals.dueCents, { weight: 'bold', size: 11 });
  pages.y += 10;
}

function addNotes(pages: PdfPages, bill: IssuedBill): void {
  const { iban } = bill;
  const notes = iban === undefined ? [] : [`To account ${iban}, reference ${bill.number}.`];
  for (const note of [...notes, ...ruleNotes(bill)]) pages.write(note, WHOLE, { size: 8 });
}
