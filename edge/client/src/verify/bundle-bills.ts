/**
 * A proof file's bills: every line computed again from the proven readings and lines and from the prices
 * that the bill names, every sum by the rules of EN 16931-1, and the seal under the whole text.
 */
import { readStrictJsonText } from '@commonwatt/api';
import {
  arithmeticFaults,
  type Bill,
  type BillParty,
  billBasisHash,
  billsOf,
  billText,
  type IssuedBill,
  issuedBillCodec,
  memberStatement,
  type Party,
  sealsBill,
  settledRows,
} from '@commonwatt/contracts';
import { type Crypto, equalBytes, openNote, toHex } from '@commonwatt/ledger';
import { money } from '@commonwatt/units';
import type { Bundle, BundleBill } from './bundle-format.ts';
import type { OwnTrades } from './bundle-trades.ts';
import { demand, StepFault } from './steps.ts';

interface Sealers {
  /** Verifier keys that the asker trusts. */
  readonly keys: readonly string[];
  /** The ledger's name, under which its key seals. */
  readonly name: string;
}

export function checkBills(
  crypto: Crypto,
  bundle: Bundle,
  proven: { readonly trades: OwnTrades; readonly sealers: Sealers },
): number {
  const numbers = new Set<string>();
  for (const [at, entry] of bundle.bills.entries()) {
    const place = `bills[${at}]`;
    const bill = billIn(entry, place);
    demand(!numbers.has(bill.number), () => `${place}: ${bill.number} stands twice`);
    numbers.add(bill.number);
    demand(bill.member === bundle.member, () => `${place}: of member ${bill.member}`);
    demand(equalBytes(billBasisHash(crypto.sha256, entry.basis), bill.basis), () => {
      return `${place}.basis: not the prices and rules that ${bill.number} names`;
    });
    const [fault] = arithmeticFaults(bill);
    demand(fault === undefined, () => `${place}: ${bill.number}: ${fault}`);
    demandComputed(bundle, { bill, entry, place }, proven.trades);
    demandSeal(crypto, bundle, { bill, entry, place }, proven.sealers);
  }
  return bundle.bills.length;
}

interface Placed {
  readonly bill: IssuedBill;
  readonly entry: BundleBill;
  readonly place: string;
}

/** The canonical text has one form: any other is refused before anything is made of it. */
function billIn({ text }: BundleBill, place: string): IssuedBill {
  const reading = readStrictJsonText(text.trimEnd());
  if (!reading.ok) throw new StepFault(`${place}.text: expected strict JSON`);
  const bill = issuedBillCodec.fromJson(reading.value, `${place}.text`);
  demand(billText(bill) === text, () => `${place}.text: expected its canonical form`);
  return bill;
}

const ORIGINALS: Readonly<Record<IssuedBill['type'], Bill['type']>> = {
  invoice: 'invoice',
  'self-billed credit note': 'self-billed credit note',
  'invoice correction': 'invoice',
  'self-billed correction': 'self-billed credit note',
};

/** What the bill is by its own prices, from what this file proves. */
function demandComputed(bundle: Bundle, part: Placed, trades: OwnTrades): void {
  const { bill, entry, place } = part;
  const { mode, slotLengthMs, tariffs, rules } = entry.basis;
  const { member, fromMs, untilMs } = bill;
  const runs = bundle.statements.map(({ lines, slotLines }) =>
    settledRows({
      lines: lines.map((line) => ({ ...line, slotLengthMs: lengthOf(trades, line.trade) })),
      slotLines,
      slotLengthMs,
      fromMs,
      untilMs,
    }),
  );
  const statement = memberStatement({
    member,
    fromMs,
    untilMs,
    slotLengthMs,
    mode,
    meters: [],
    readings: bundle.readings
      .filter(({ slotMs }) => slotMs >= fromMs && slotMs < untilMs)
      .map(({ meter, slotMs, importedWh, exportedWh, quality, source }) => {
        return { meter, slotMs, imported: importedWh, exported: exportedWh, quality, source };
      }),
    lines: runs.flatMap(({ lines }) => lines),
    deviations: runs.flatMap(({ deviations }) => deviations),
    takingPart: runs.flatMap(({ takingPart }) => takingPart),
    posted: money(runs.reduce((sum, { posted }) => sum + posted, 0n)),
    tariffs,
  });
  const [issuer, recipient] =
    ORIGINALS[bill.type] === 'invoice' ? [bill.seller, bill.buyer] : [bill.buyer, bill.seller];
  const { bills } = billsOf({
    statement,
    rules,
    issuer: partyOf(issuer),
    recipient: partyOf(recipient),
  });
  const computed = bills.find(({ type }) => type === ORIGINALS[bill.type]);
  if (computed === undefined) {
    throw new StepFault(`${place}: ${bill.number}: nothing in the file is to be billed`);
  }
  const { number, dates, iban, basis, corrects, type } = bill;
  const format = 'commonwatt/bill/1' as const;
  const expected = { ...computed, format, number, dates, iban, basis, corrects, type };
  const difference = differenceOf(
    issuedBillCodec.toJson(expected),
    issuedBillCodec.toJson(bill),
    '',
  );
  demand(difference === undefined, () => `${place}: ${number}${difference}`);
}

function partyOf({ identifier: _identifier, ...party }: BillParty): Party {
  return party;
}

function lengthOf(trades: OwnTrades, trade: Uint8Array): number {
  const terms = trades.get(toHex(trade));
  if (terms === undefined) throw new StepFault(`trade ${toHex(trade)} is not an own trade`);
  return terms.slotLengthMs;
}

/** The first place at which two JSON values differ: `.lines[0].netCents: expected 10, got 11`. */
function differenceOf(expected: unknown, got: unknown, path: string): string | undefined {
  if (
    typeof expected !== 'object' ||
    expected === null ||
    typeof got !== 'object' ||
    got === null
  ) {
    return expected === got ? undefined : `${path}: expected ${expected}, got ${got}`;
  }
  const [a, b] = [expected as Record<string, unknown>, got as Record<string, unknown>];
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const place = Array.isArray(expected) ? `${path}[${name}]` : `${path}.${name}`;
    const difference = differenceOf(a[name], b[name], place);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function demandSeal(
  crypto: Crypto,
  { chain }: Bundle,
  { bill, entry, place }: Placed,
  { keys, name }: Sealers,
): void {
  const opened = openNote(crypto, { note: entry.seal, keys, threshold: 1 });
  if (!opened.ok) throw new StepFault(`${place}.seal: ${opened.reason}`);
  demand(
    opened.signers.some((signer) => signer.name === name),
    () => {
      return `${place}.seal: expected the ledger's own key`;
    },
  );
  const sealed = { chain, number: bill.number, text: entry.text };
  demand(sealsBill(crypto.sha256, opened.text, sealed), () => {
    return `${place}.text: ${bill.number} is not the text that was sealed`;
  });
}
