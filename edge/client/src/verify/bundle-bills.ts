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
import { demand, type Findings, StepFault } from './steps.ts';

interface Sealers {
  /** Verifier keys that the asker trusts. */
  readonly keys: readonly string[];
  /** The ledger's name, under which its key seals. */
  readonly name: string;
}

/** A bill as the file claims it, beside what it is by what the file proves; both as their JSON. */
export interface BillComparison {
  readonly number: string;
  readonly claimed: unknown;
  /** Nothing where the file does not hold what it takes. */
  readonly recomputed: unknown;
}

export function checkBills(
  crypto: Crypto,
  bundle: Bundle,
  proven: {
    readonly trades: OwnTrades;
    readonly sealers: Sealers;
    readonly findings: Findings;
  },
): readonly BillComparison[] {
  const numbers = new Set<string>();
  const { findings } = proven;
  return bundle.bills.flatMap((entry, at) => {
    const place = `bills[${at}]`;
    const bill = findings.attempt(() => billIn(entry, place));
    if (bill === undefined) return [];
    findings.note(!numbers.has(bill.number), () => `${place}: ${bill.number} stands twice`);
    numbers.add(bill.number);
    findings.note(bill.member === bundle.member, () => `${place}: of member ${bill.member}`);
    findings.note(equalBytes(billBasisHash(crypto.sha256, entry.basis), bill.basis), () => {
      return `${place}.basis: not the prices and rules that ${bill.number} names`;
    });
    for (const fault of arithmeticFaults(bill)) findings.add(`${place}: ${bill.number}: ${fault}`);
    const part = { bill, entry, place };
    const claimed = issuedBillCodec.toJson(bill);
    const recomputed = findings.attempt(() => recomputedBill(bundle, part, proven.trades));
    if (recomputed !== undefined) {
      for (const difference of differencesOf(recomputed, claimed, '')) {
        findings.add(`${place}: ${bill.number}${difference}`);
      }
    }
    findings.attempt(() => demandSeal(crypto, bundle, part, proven.sealers));
    return [{ number: bill.number, claimed, recomputed }];
  });
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
function recomputedBill(bundle: Bundle, part: Placed, trades: OwnTrades): unknown {
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
  return issuedBillCodec.toJson({
    ...computed,
    ...{ format, number, dates, iban, basis, corrects, type },
  });
}

function partyOf({ identifier: _identifier, ...party }: BillParty): Party {
  return party;
}

function lengthOf(trades: OwnTrades, trade: Uint8Array): number {
  const terms = trades.get(toHex(trade));
  if (terms === undefined) throw new StepFault(`trade ${toHex(trade)} is not an own trade`);
  return terms.slotLengthMs;
}

/** Each place at which two JSON values differ: `.lines[0].netCents: expected 10, got 11`. */
function* differencesOf(expected: unknown, got: unknown, path: string): Iterable<string> {
  if (
    typeof expected !== 'object' ||
    expected === null ||
    typeof got !== 'object' ||
    got === null
  ) {
    if (expected !== got) yield `${path}: expected ${worded(expected)}, got ${worded(got)}`;
    return;
  }
  const [a, b] = [expected as Record<string, unknown>, got as Record<string, unknown>];
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const place = Array.isArray(expected) ? `${path}[${name}]` : `${path}.${name}`;
    yield* differencesOf(a[name], b[name], place);
  }
}

function worded(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : `${value}`;
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
