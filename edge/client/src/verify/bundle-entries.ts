/** A proof file's leaves: every receipt, event and own transaction under its block. */
import { eventTypes } from '@commonwatt/contracts';
import {
  acceptablePublicKey,
  type Crypto,
  decode,
  type EventType,
  equalBytes,
  eventCodec,
  type Header,
  leafHash,
  readTransaction,
  receiptCodec,
  type TransactionReceipt,
  toHex,
  verifyInclusion,
  verifyRegistered,
} from '@commonwatt/ledger';
import type { Bundle, BundleReceipt, BundleTransaction } from './bundle-format.ts';
import { demand, type Findings, StepFault } from './steps.ts';

/** The file's proven headers by height. */
export type BlockHeaders = ReadonlyMap<number, Header>;

/** An event with where it stands. */
export interface PlacedEvent {
  /** In the file, for whoever is told of a fault. */
  readonly place: string;
  readonly height: number;
  /** The transaction that caused it; nothing where the block's time did. */
  readonly transactionIndex: number | undefined;
  readonly type: number;
  readonly value: unknown;
}

export interface Happened {
  /** By `height/index` of the transaction. */
  readonly receipts: ReadonlyMap<string, TransactionReceipt>;
  readonly events: readonly PlacedEvent[];
  /** How many of them concern the file's member by name. */
  readonly named: number;
}

/** The events of one type. */
export function eventsOf<T>(
  { events }: Happened,
  { type }: EventType<T>,
): readonly (PlacedEvent & { readonly value: T })[] {
  const ofType = events.filter((event) => event.type === type);
  return ofType as readonly (PlacedEvent & { readonly value: T })[];
}

export function placeName(place: { readonly height: number; readonly index: number }): string {
  return `${place.height}/${place.index}`;
}

/** Leaves stand by rising place, each once. */
function demandOrder(
  entries: readonly { readonly height: number; readonly index: number }[],
  list: string,
  findings: Findings,
): void {
  for (const [at, entry] of entries.entries()) {
    const before = entries[at - 1];
    const rises =
      before === undefined ||
      entry.height > before.height ||
      (entry.height === before.height && entry.index > before.index);
    findings.note(
      rises,
      () => `${list}[${at}]: expected a place after ${placeName(before ?? entry)}`,
    );
  }
}

function headerAt(headers: BlockHeaders, height: number, place: string): Header {
  const header = headers.get(height);
  if (header === undefined) throw new StepFault(`${place}: no block of height ${height} is given`);
  return header;
}

export function checkReceipts(
  crypto: Crypto,
  bundle: Bundle,
  { headers, findings }: { readonly headers: BlockHeaders; readonly findings: Findings },
): Happened {
  demandOrder(bundle.receipts, 'receipts', findings);
  const receipts = new Map<string, TransactionReceipt>();
  const events: PlacedEvent[] = [];
  let named = 0;
  for (const [at, entry] of bundle.receipts.entries()) {
    const place = `receipts[${at}]`;
    findings.attempt(() => {
      const header = headerAt(headers, entry.height, place);
      demandReceiptLeaf(crypto, entry, header, place);
      if (entry.index < header.transactionCount) {
        receipts.set(placeName(entry), decode(receiptCodec, entry.leaf, place));
        return;
      }
      const { event, audience } = readEvent(entry, place);
      if (audience !== 'public') {
        const concerns = audience.includes(bundle.member);
        demand(concerns, () => `${place}: does not concern member ${bundle.member}`);
        named++;
      }
      events.push(event);
    });
  }
  return { receipts, events, named };
}

function demandReceiptLeaf(
  { sha256 }: Crypto,
  entry: BundleReceipt,
  header: Header,
  place: string,
): void {
  const proven = verifyInclusion(sha256, {
    leafHash: leafHash(sha256, entry.leaf),
    index: entry.index,
    size: header.receiptCount,
    proof: entry.proof,
    root: header.receiptsRoot,
  });
  demand(proven, () => `${place}: not under the receipts root of block ${entry.height}`);
}

function readEvent(
  entry: BundleReceipt,
  place: string,
): { readonly event: PlacedEvent; readonly audience: 'public' | readonly number[] } {
  const { transactionIndex, type, body } = decode(eventCodec, entry.leaf, place);
  const known: EventType<unknown> | undefined = eventTypes.get(type);
  if (known === undefined) throw new StepFault(`${place}: event ${type} is not known here`);
  const value = decode(known.codec, body, `${place}.${known.name}`);
  const audience = known.audience === 'public' ? 'public' : known.audience(value);
  return { event: { place, height: entry.height, transactionIndex, type, value }, audience };
}

/** Judges a key once, however many signatures it made. */
export class SignatureJudge {
  readonly #crypto: Crypto;
  readonly #acceptable = new Map<string, boolean>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  isGood(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const name = toHex(publicKey);
    const known = this.#acceptable.get(name) ?? acceptablePublicKey(publicKey) === undefined;
    this.#acceptable.set(name, known);
    return known && verifyRegistered(this.#crypto, publicKey, message, signature);
  }
}

/** Every own transaction: in its block, signed by its sender, with its receipt beside it. */
export function checkTransactions(
  crypto: Crypto,
  bundle: Bundle,
  proven: {
    readonly headers: BlockHeaders;
    readonly happened: Happened;
    readonly findings: Findings;
  },
): number {
  demandOrder(bundle.transactions, 'transactions', proven.findings);
  const judge = new SignatureJudge(crypto);
  for (const [at, transaction] of bundle.transactions.entries()) {
    const place = `transactions[${at}]`;
    proven.findings.attempt(() => demandOwn(crypto, { transaction, place, judge }, proven));
  }
  return bundle.transactions.length;
}

function demandOwn(
  crypto: Crypto,
  part: {
    readonly transaction: BundleTransaction;
    readonly place: string;
    readonly judge: SignatureJudge;
  },
  proven: { readonly headers: BlockHeaders; readonly happened: Happened },
): void {
  const { transaction, place, judge } = part;
  const { height, index, bytes, proof } = transaction;
  const header = headerAt(proven.headers, height, place);
  const { sha256 } = crypto;
  const claim = { leafHash: leafHash(sha256, bytes), index, size: header.transactionCount, proof };
  demand(verifyInclusion(sha256, { ...claim, root: header.transactionsRoot }), () => {
    return `${place}: not under the transactions root of block ${height}`;
  });
  const { envelope, signed, signature, id } = readTransaction(crypto, bytes);
  demand(judge.isGood(envelope.sender, signed, signature), () => `${place}: signature wrong`);
  const receipt = proven.happened.receipts.get(placeName({ height, index }));
  demand(receipt !== undefined && equalBytes(receipt.transactionId, id), () => {
    return `${place}: no receipt of it at ${placeName({ height, index })}`;
  });
}
