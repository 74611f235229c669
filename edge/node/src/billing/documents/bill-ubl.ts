/**
 * A bill as UBL 2.1 (ISO/IEC 19845) with the core of EN 16931-1 and nothing beyond it. An invoice and a
 * self-billed one are `Invoice` (types 380 and 389 of UNTDID 1001), their corrections `CreditNote` (381 and 261).
 */

import {
  type BillLine,
  type BillParty,
  type DocumentType,
  formatCents,
  type IssuedBill,
  type VatTotal,
} from '@commonwatt/contracts';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { kWh, lineName, percent, ruleNotes } from './bill-words.ts';

const UBL = 'urn:oasis:names:specification:ubl:schema:xsd:';
const CORE = 'urn:cen.eu:en16931:2017';

interface Form {
  readonly root: 'Invoice' | 'CreditNote';
  readonly typeCode: string;
}
const FORMS: Readonly<Record<DocumentType, Form>> = {
  invoice: { root: 'Invoice', typeCode: '380' },
  'self-billed credit note': { root: 'Invoice', typeCode: '389' },
  'invoice correction': { root: 'CreditNote', typeCode: '381' },
  'self-billed correction': { root: 'CreditNote', typeCode: '261' },
};

export function billUbl(bill: IssuedBill): string {
  const { root, typeCode } = FORMS[bill.type];
  const isInvoice = root === 'Invoice';
  const document = create({ version: '1.0', encoding: 'UTF-8' }).ele(`${UBL}${root}-2`, root);
  document.att('http://www.w3.org/2000/xmlns/', 'xmlns:cac', `${UBL}CommonAggregateComponents-2`);
  document.att('http://www.w3.org/2000/xmlns/', 'xmlns:cbc', `${UBL}CommonBasicComponents-2`);
  const { dates, corrects } = bill;
  text(document, 'CustomizationID', CORE);
  text(document, 'ID', bill.number);
  text(document, 'IssueDate', dates.issued);
  if (isInvoice) text(document, 'DueDate', dates.due);
  text(document, `${root}TypeCode`, typeCode);
  if (corrects !== undefined) text(document, 'Note', corrects.reason);
  for (const note of ruleNotes(bill)) text(document, 'Note', note);
  text(document, 'DocumentCurrencyCode', bill.currency);
  const period = part(document, 'InvoicePeriod');
  text(period, 'StartDate', dates.first);
  text(period, 'EndDate', dates.last);
  if (corrects !== undefined) {
    const reference = part(part(document, 'BillingReference'), 'InvoiceDocumentReference');
    text(reference, 'ID', corrects.number);
    text(reference, 'IssueDate', corrects.issued);
  }
  // BR-O-02: where nothing is subject to the tax, no number for it is shown.
  const showsVat = bill.totals.vat.every(({ category }) => category !== 'O');
  addParty(part(document, 'AccountingSupplierParty'), bill.seller, showsVat);
  addParty(part(document, 'AccountingCustomerParty'), bill.buyer, showsVat);
  addPayment(document, bill);
  addTax(document, bill);
  addTotals(document, bill);
  for (const line of bill.lines) addLine(document, bill, line, root);
  return document.end({ prettyPrint: true });
}

const CBC = `${UBL}CommonBasicComponents-2`;
const CAC = `${UBL}CommonAggregateComponents-2`;

function part(parent: XMLBuilder, name: string): XMLBuilder {
  return parent.ele(CAC, `cac:${name}`);
}

function text(parent: XMLBuilder, name: string, content: string, attributes = {}): void {
  parent.ele(CBC, `cbc:${name}`, attributes).txt(content);
}

function amount(parent: XMLBuilder, name: string, { currency }: IssuedBill, cents: bigint): void {
  text(parent, name, formatCents(cents), { currencyID: currency });
}

function addParty(parent: XMLBuilder, party: BillParty, showsVat: boolean): void {
  const { name, address, vatNumber, taxNumber, registrationNumber, identifier } = party;
  const element = part(parent, 'Party');
  text(part(element, 'PartyIdentification'), 'ID', identifier);
  text(part(element, 'PartyName'), 'Name', name);
  const postal = part(element, 'PostalAddress');
  text(postal, 'StreetName', address.street);
  text(postal, 'CityName', address.city);
  text(postal, 'PostalZone', address.postcode);
  text(part(postal, 'Country'), 'IdentificationCode', address.country);
  if (showsVat && vatNumber !== undefined) addScheme(element, vatNumber, 'VAT');
  if (taxNumber !== undefined) addScheme(element, taxNumber, 'TAX');
  const legal = part(element, 'PartyLegalEntity');
  text(legal, 'RegistrationName', name);
  if (registrationNumber !== undefined) text(legal, 'CompanyID', registrationNumber);
}

function addScheme(party: XMLBuilder, number: string, scheme: string): void {
  const element = part(party, 'PartyTaxScheme');
  text(element, 'CompanyID', number);
  text(part(element, 'TaxScheme'), 'ID', scheme);
}

/** SEPA credit transfer (UNTDID 4461, 58) where an account is known; BR-CO-25 asks for terms. */
function addPayment(document: XMLBuilder, bill: IssuedBill): void {
  const { iban } = bill;
  if (iban !== undefined) {
    const means = part(document, 'PaymentMeans');
    text(means, 'PaymentMeansCode', '58');
    text(means, 'PaymentID', bill.number);
    text(part(means, 'PayeeFinancialAccount'), 'ID', iban);
  }
  const { due } = bill.dates;
  const paid = `${formatCents(bill.totals.paidCents)} ${bill.currency} was paid on the ledger`;
  text(part(document, 'PaymentTerms'), 'Note', `${paid}; the rest is due on ${due}.`);
}

function addTax(document: XMLBuilder, bill: IssuedBill): void {
  const total = part(document, 'TaxTotal');
  amount(total, 'TaxAmount', bill, bill.totals.vatCents);
  for (const group of bill.totals.vat) {
    const subtotal = part(total, 'TaxSubtotal');
    amount(subtotal, 'TaxableAmount', bill, group.taxableCents);
    amount(subtotal, 'TaxAmount', bill, group.taxCents);
    addCategory(subtotal, 'TaxCategory', group, group.exemption);
  }
}

/** Codes of the exemption list of the European Commission, where it has one. */
const REASON_CODES: Readonly<Partial<Record<VatTotal['category'], string>>> = {
  AE: 'VATEX-EU-AE',
  O: 'VATEX-EU-O',
};

function addCategory(
  parent: XMLBuilder,
  name: 'TaxCategory' | 'ClassifiedTaxCategory',
  { category, hundredths }: Pick<VatTotal, 'category' | 'hundredths'>,
  reason?: string,
): void {
  const element = part(parent, name);
  text(element, 'ID', category);
  // BR-O-05: what is not subject to the tax has no rate.
  if (category !== 'O') text(element, 'Percent', percent(hundredths));
  const code = reason === undefined ? undefined : REASON_CODES[category];
  if (code !== undefined) text(element, 'TaxExemptionReasonCode', code);
  if (reason !== undefined) text(element, 'TaxExemptionReason', reason);
  text(part(element, 'TaxScheme'), 'ID', 'VAT');
}

function addTotals(document: XMLBuilder, bill: IssuedBill): void {
  const { netCents, grossCents, paidCents, dueCents } = bill.totals;
  const element = part(document, 'LegalMonetaryTotal');
  amount(element, 'LineExtensionAmount', bill, netCents);
  amount(element, 'TaxExclusiveAmount', bill, netCents);
  amount(element, 'TaxInclusiveAmount', bill, grossCents);
  amount(element, 'PrepaidAmount', bill, paidCents);
  amount(element, 'PayableAmount', bill, dueCents);
}

/**
 * A line sums slots of many prices. Its price is its own net amount for its whole quantity, so that quantity
 * over base quantity times price is the net amount exactly. BR-27 allows no negative price: where a
 * line is below zero its quantity is.
 */
function addLine(
  document: XMLBuilder,
  bill: IssuedBill,
  line: BillLine,
  root: 'Invoice' | 'CreditNote',
): void {
  const isNegative = line.netCents < 0n;
  const measured = kWh(line);
  const hasEnergy = measured !== '' && measured !== '0';
  const quantity = hasEnergy ? measured : '1';
  const unitCode = hasEnergy ? 'KWH' : 'C62';
  const element = part(document, `${root}Line`);
  text(element, 'ID', `${line.line}`);
  const quantityName = root === 'Invoice' ? 'InvoicedQuantity' : 'CreditedQuantity';
  text(element, quantityName, `${isNegative ? '-' : ''}${quantity}`, { unitCode });
  amount(element, 'LineExtensionAmount', bill, line.netCents);
  const item = part(element, 'Item');
  text(item, 'Name', lineName(line));
  addCategory(item, 'ClassifiedTaxCategory', line.vat);
  const price = part(element, 'Price');
  amount(price, 'PriceAmount', bill, isNegative ? -line.netCents : line.netCents);
  text(price, 'BaseQuantity', quantity, { unitCode });
}
