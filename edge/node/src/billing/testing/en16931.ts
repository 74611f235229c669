/**
 * The core rules of EN 16931-1 that documents of this project can break, read from the UBL text alone with
 * a reader of its own: names of business terms (BT) and rules are those of the standard.
 */

import { create } from 'xmlbuilder2';

interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Json = Record<string, unknown>;

function elementsOf(name: string, json: unknown): Element[] {
  if (Array.isArray(json)) return json.flatMap((one) => elementsOf(name, one));
  if (typeof json !== 'object' || json === null) {
    return [{ name, children: [], text: `${json}`, attributes: {} }];
  }
  const children: Element[] = [];
  const attributes: Record<string, string> = {};
  let text = '';
  for (const [key, value] of Object.entries(json as Json)) {
    if (key.startsWith('@')) attributes[key.slice(1)] = `${value}`;
    else if (key === '#') text = `${value}`;
    else children.push(...elementsOf(key.replace(/^c[ab]c:/, ''), value));
  }
  return [{ name, children, text, attributes }];
}

function all(element: Element | undefined, path: string): readonly Element[] {
  let found: readonly Element[] = element === undefined ? [] : [element];
  for (const name of path.split('/')) {
    found = found.flatMap(({ children }) => children.filter((child) => child.name === name));
  }
  return found;
}

const texts = (element: Element | undefined, path: string) =>
  all(element, path).map(({ text }) => text);

/** Money in whole cents; anything but two decimals is a fault (BR-DEC). */
function cents(element: Element | undefined, path: string): bigint {
  const [text = 'nothing'] = texts(element, path);
  const match = /^(-?)([0-9]+)\.([0-9]{2})$/.exec(text);
  if (match === null) throw new RangeError(`BR-DEC: ${path}: expected two decimals, got ${text}`);
  return BigInt(`${match[1]}${match[2]}${match[3]}`);
}

export function coreRuleFaults(xml: string): readonly string[] {
  const json = create(xml).end({ format: 'object' }) as unknown as Json;
  const [[root, content]] = Object.entries(json) as [[string, unknown]];
  const [document] = elementsOf(root, content) as [Element];
  const faults: string[] = [];
  const demand = (rule: string, isKept: boolean) => {
    if (!isKept) faults.push(rule);
  };
  try {
    headRules(document, root, demand);
    sumRules(document, root, demand);
    taxRules(document, root, demand);
    lineRules(document, root, demand);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    faults.push(error.message);
  }
  return faults;
}

type Demand = (rule: string, isKept: boolean) => void;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TYPES: Readonly<Record<string, readonly string[]>> = {
  Invoice: ['380', '389'],
  CreditNote: ['381', '261'],
};

function headRules(document: Element, root: string, demand: Demand): void {
  const one = (path: string) =>
    texts(document, path).length === 1 && texts(document, path)[0] !== '';
  demand(
    'BR-01: BT-24 specification',
    texts(document, 'CustomizationID')[0] === 'urn:cen.eu:en16931:2017',
  );
  demand('BR-02: BT-1 number', one('ID'));
  demand('BR-03: BT-2 issue date', DAY.test(texts(document, 'IssueDate')[0] ?? ''));
  demand(
    'BR-04: BT-3 type',
    (TYPES[root] ?? []).includes(texts(document, `${root}TypeCode`)[0] ?? ''),
  );
  demand(
    'BR-05: BT-5 currency',
    /^[A-Z]{3}$/.test(texts(document, 'DocumentCurrencyCode')[0] ?? ''),
  );
  const sides = { '06': 'AccountingSupplierParty', '07': 'AccountingCustomerParty' };
  for (const [rule, side] of Object.entries(sides)) {
    demand(`BR-${rule}: name`, one(`${side}/Party/PartyLegalEntity/RegistrationName`));
    const country = texts(document, `${side}/Party/PostalAddress/Country/IdentificationCode`)[0];
    demand(`BR-09/11: country of ${side}`, /^[A-Z]{2}$/.test(country ?? ''));
  }
  const seller = 'AccountingSupplierParty/Party';
  const named = [
    ...texts(document, `${seller}/PartyIdentification/ID`),
    ...texts(document, `${seller}/PartyLegalEntity/CompanyID`),
    ...texts(document, `${seller}/PartyTaxScheme/CompanyID`),
  ];
  demand('BR-CO-26: the seller can be identified', named.length > 0);
  for (const scheme of all(document, `${seller}/PartyTaxScheme`)) {
    const isVat = texts(scheme, 'TaxScheme/ID')[0] === 'VAT';
    const [number = ''] = texts(scheme, 'CompanyID');
    demand('BR-CO-09: a VAT number has its country', !isVat || /^[A-Z]{2}/.test(number));
  }
  const [start = '', end = ''] = [
    ...texts(document, 'InvoicePeriod/StartDate'),
    ...texts(document, 'InvoicePeriod/EndDate'),
  ];
  demand(
    'BR-29: the period ends after it begins',
    DAY.test(start) && DAY.test(end) && start <= end,
  );
  for (const reference of all(document, 'BillingReference/InvoiceDocumentReference')) {
    demand('BR-55: BT-25 preceding number', texts(reference, 'ID')[0] !== '');
  }
  const due = cents(document, 'LegalMonetaryTotal/PayableAmount');
  const terms = [...texts(document, 'DueDate'), ...texts(document, 'PaymentTerms/Note')];
  demand('BR-CO-25: due date or terms', due <= 0n || terms.length > 0);
  for (const means of all(document, 'PaymentMeans')) {
    demand('BR-49: BT-81 means', texts(means, 'PaymentMeansCode')[0] !== '');
    demand('BR-61: BT-84 account', texts(means, 'PayeeFinancialAccount/ID').length === 1);
  }
}

function sumRules(document: Element, root: string, demand: Demand): void {
  const total = (name: string) => cents(document, `LegalMonetaryTotal/${name}`);
  const lines = all(document, `${root}Line`);
  const net = lines.reduce((sum, line) => sum + cents(line, 'LineExtensionAmount'), 0n);
  const tax = cents(document, 'TaxTotal/TaxAmount');
  const groups = all(document, 'TaxTotal/TaxSubtotal');
  demand('BR-CO-10: sum of lines', total('LineExtensionAmount') === net);
  demand('BR-CO-13: total without VAT', total('TaxExclusiveAmount') === net);
  demand(
    'BR-CO-14: total VAT',
    tax === groups.reduce((sum, one) => sum + cents(one, 'TaxAmount'), 0n),
  );
  demand(
    'BR-CO-15: total with VAT',
    total('TaxInclusiveAmount') === total('TaxExclusiveAmount') + tax,
  );
  const due = total('TaxInclusiveAmount') - total('PrepaidAmount');
  demand('BR-CO-16: amount due', total('PayableAmount') === due);
  demand('BR-16: at least one line', lines.length > 0);
  demand('BR-CO-18: at least one VAT group', groups.length > 0);
}

/** The cent nearest to an exact quotient, as a difference of at most half a cent. */
function isNearest(hundredfold: bigint, cent: bigint): boolean {
  const twice = 2n * (hundredfold - cent * 10_000n);
  return twice <= 10_000n && twice >= -10_000n;
}

const rateOf = (category: Element): bigint | undefined => {
  const [text] = texts(category, 'Percent');
  if (text === undefined) return undefined;
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(2, '0'));
};

function taxRules(document: Element, root: string, demand: Demand): void {
  const seller = 'AccountingSupplierParty/Party/PartyTaxScheme';
  const buyer = 'AccountingCustomerParty/Party/PartyTaxScheme';
  const vatNumbers = (side: string) =>
    all(document, side).filter((one) => texts(one, 'TaxScheme/ID')[0] === 'VAT').length;
  const groups = all(document, 'TaxTotal/TaxSubtotal');
  for (const group of groups) {
    const [category] = all(group, 'TaxCategory') as [Element];
    const [code = ''] = texts(category, 'ID');
    const rate = rateOf(category);
    const taxable = cents(group, 'TaxableAmount');
    const tax = cents(group, 'TaxAmount');
    const reasons = [
      ...texts(category, 'TaxExemptionReason'),
      ...texts(category, 'TaxExemptionReasonCode'),
    ];
    demand(`BR-CO-17: tax of ${code}`, isNearest(taxable * (rate ?? 0n), tax));
    demand(`BR-${code}-10: reason`, ['E', 'AE', 'O'].includes(code) === reasons.length > 0);
    demand(`BR-${code}-05: rate`, code === 'S' ? (rate ?? 0n) > 0n : (rate ?? 0n) === 0n);
    demand('BR-O-05: no rate', (code === 'O') === (rate === undefined));
    const own = all(document, `${root}Line`).filter((line) => {
      const [item] = all(line, 'Item/ClassifiedTaxCategory') as [Element];
      return texts(item, 'ID')[0] === code && rateOf(item) === rate;
    });
    const sum = own.reduce((total, line) => total + cents(line, 'LineExtensionAmount'), 0n);
    demand(`BR-${code}-01: has lines`, own.length > 0);
    demand(`BR-${code}-08: taxable amount`, sum === taxable);
    const sellerNumbers = all(document, seller).length;
    if (['S', 'Z', 'E'].includes(code)) demand(`BR-${code}-02: seller's number`, sellerNumbers > 0);
    if (code === 'AE')
      demand('BR-AE-02: both numbers', vatNumbers(seller) > 0 && vatNumbers(buyer) > 0);
    if (code === 'O') {
      demand('BR-O-02: no VAT numbers', vatNumbers(seller) + vatNumbers(buyer) === 0);
      demand('BR-O-11: O alone', groups.length === 1);
    }
  }
}

function lineRules(document: Element, root: string, demand: Demand): void {
  const quantityName = root === 'Invoice' ? 'InvoicedQuantity' : 'CreditedQuantity';
  for (const line of all(document, `${root}Line`)) {
    const [quantity] = all(line, quantityName);
    const [base] = all(line, 'Price/BaseQuantity');
    const price = cents(line, 'Price/PriceAmount');
    demand('BR-21: BT-126 line id', texts(line, 'ID')[0] !== '');
    demand(
      'BR-22/23: quantity and unit',
      ['KWH', 'C62'].includes(quantity?.attributes.unitCode ?? ''),
    );
    demand('BR-25: BT-153 name', (texts(line, 'Item/Name')[0] ?? '') !== '');
    demand('BR-27: no negative price', price >= 0n);
    demand(
      'base quantity of one unit',
      base?.attributes.unitCode === quantity?.attributes.unitCode,
    );
    const isNegative = quantity?.text.startsWith('-') === true;
    demand('quantity over base quantity', quantity?.text.replace('-', '') === base?.text);
    const net = cents(line, 'LineExtensionAmount');
    demand('quantity times price is the line', net === (isNegative ? -price : price));
    demand('BR-CO-04: category', all(line, 'Item/ClassifiedTaxCategory').length === 1);
  }
}
