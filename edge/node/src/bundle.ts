/**
 * A member's proof bundle, `commonwatt/bundle/1`: everything about its own trades that a stranger
 * needs to check them offline, and nothing about anyone else beyond the other party of each trade.
 * All bytes are lower-case hex, energies, prices and money decimal text.
 *
 * - `period`: exactly what the statements and the traded slots cover together.
 * - `blocks`: headers with their place in the history tree of the signed checkpoint.
 * - `transactions`: the member's own, under their block's transactions root.
 * - `receipts`: leaves under their block's receipts root: receipts of those transactions and of the
 *   commitments, and the events traded, cleared, posted and member settled.
 * - `commitments`: each commitReadings action of the member's meters proved alone: its path to the
 *   root in the signed bytes, whose SHA-256 is the transaction id in the receipt at the same place.
 * - `readings`: opened, with their paths to the committed roots.
 * - `statements`: the lines behind each posting and what opens its commitments.
 * - `bills`: documents of periods that lie whole in the file's: canonical text, the prices and rules that it
 *   was computed with, and the seal.
 */

import {
  meters,
  metersOfMember,
  posted,
  type Reading,
  readingProof,
  readingSalt,
} from '@commonwatt/contracts';
import {
  actionLeafBytes,
  actionLeafHashes,
  type Crypto,
  encode,
  encodeGenesis,
  envelopeCodec,
  headerCodec,
  inclusionProof,
  type Ledger,
  leafHash,
  toHex,
} from '@commonwatt/ledger';
import type { BillingDesk } from './billing/billing-desk.ts';
import { type Opened, Places, readingEntry, statementEntry } from './bundle-parts.ts';
import { BundleRefusedError } from './bundle-refused.ts';
import type { CheckpointDesk } from './checkpoint-desk.ts';
import type { ReadingsStore } from './personal/readings-store.ts';
import { eventValue, type ReadBlock } from './projections/block-reader.ts';
import type { Place, Projections, SettledEntry, TradeEntry } from './projections/projections.ts';
import type { SignedWord } from './readings-desk.ts';
import { readingsUnderRoot } from './settlement/counted-readings.ts';
import { isWithin, type OpenedReadings, type Period } from './settlement/opened-period.ts';
import type { StatementBook } from './settlement/statement-book.ts';

export const BUNDLE_FORMAT = 'commonwatt/bundle/1';
/** Statements of one bundle: beyond that ask for a shorter period. */
const STATEMENTS_MAX = 400;

export interface BundleOptions {
  readonly ledger: Ledger;
  readonly crypto: Crypto;
  readonly projections: Projections;
  readonly checkpoints: CheckpointDesk;
  readonly statements: StatementBook;
  readonly personal: Pick<OpenedReadings, 'secretOf'>;
  /** Every word on a member's slots, whether it counts or not. */
  readonly words: Pick<ReadingsStore, 'wordsOf'>;
  readonly isErased: (member: number) => boolean;
  readonly bills: Pick<BillingDesk, 'proofs' | 'documentsOf'>;
}

export class BundleMaker {
  readonly #options: BundleOptions;

  constructor(options: BundleOptions) {
    this.#options = options;
  }

  /** @throws BundleRefusedError where the file would not hold, or is more than one may be. */
  bundle(member: number, fromMs: number, untilMs: number): unknown {
    const { ledger, checkpoints, bills } = this.#options;
    const opened = this.#statements(member, fromMs, untilMs);
    const settled = opened.map((one) => one.settled);
    const asked = { periodFromMs: fromMs, periodUntilMs: untilMs };
    const period = hullOf([asked, ...settled]);
    const trades = this.#options.projections
      .tradesOf(member)
      .filter(({ terms }) => isWithin(period, terms.slotMs));
    const covered = hullOf([...settled, ...trades.map(slotOf)]);
    const transactions = new Places();
    const receipts = new Places();
    this.#placeOwn(member, period, transactions, receipts);
    this.#placeTrades(trades, receipts);
    this.#placeSettlements(member, opened, receipts);
    this.#demandBillsOpen(member, period, opened);
    const readings = this.#readings(member, opened);
    const commitments = this.#commitments(member, opened, receipts);
    const heights = new Set([...transactions.heights, ...receipts.heights]);
    const blocks = [...heights].sort((a, b) => a - b).map((height) => this.#block(height));
    return {
      format: BUNDLE_FORMAT,
      chain: toHex(ledger.chain),
      genesis: toHex(encodeGenesis(ledger.genesis)),
      member,
      period: { fromMs: covered.periodFromMs, untilMs: covered.periodUntilMs },
      checkpoint: checkpoints.note ?? '',
      blocks: blocks.map((block) => this.#blockEntry(block)),
      transactions: blocks.flatMap((block) =>
        this.#leaves(
          block.transactions.map((one) => one.bytes),
          transactions.of(block.header.height),
        ).map(({ leaf, ...rest }) => ({ height: block.header.height, ...rest, bytes: leaf })),
      ),
      receipts: blocks.flatMap((block) =>
        this.#leaves(block.leaves, receipts.of(block.header.height)).map((entry) => ({
          height: block.header.height,
          ...entry,
        })),
      ),
      readings,
      commitments,
      statements: opened.map(statementEntry),
      bills: bills.proofs(member, period.periodFromMs, period.periodUntilMs),
    };
  }

  #statements(member: number, fromMs: number, untilMs: number): readonly Opened[] {
    const { statements } = this.#options;
    const found = statements.settledOf(member, fromMs, untilMs).toReversed();
    if (found.length > STATEMENTS_MAX) {
      const limit = { runs: found.length, most: STATEMENTS_MAX };
      throw new BundleRefusedError('span_too_long', limit);
    }
    return found.flatMap((settled) => {
      const kept = statements.kept(settled, member);
      return kept === undefined ? [] : [{ settled, kept }];
    });
  }

  #block(height: number): ReadBlock {
    const block = this.#options.projections.block(height);
    if (block === undefined) throw new Error(`bundle: no block at height ${height}`);
    return block;
  }

  #blockEntry({ header }: ReadBlock) {
    const { history } = this.#options.ledger;
    return {
      height: header.height,
      header: toHex(encode(headerCodec, header)),
      proof: history.inclusionProof(header.height).map(toHex),
    };
  }

  #leaves(leaves: readonly Uint8Array[], wanted: readonly number[]) {
    if (wanted.length === 0) return [];
    const { sha256 } = this.#options.crypto;
    const hashes = leaves.map((leaf) => leafHash(sha256, leaf));
    return wanted.map((index) => ({
      index,
      leaf: toHex(leaves[index] as Uint8Array),
      proof: inclusionProof(sha256, hashes, index).map(toHex),
    }));
  }

  /** The member's place on the ledger, its own transactions of the period, and money posted. */
  #placeOwn(member: number, period: Period, transactions: Places, receipts: Places): void {
    const { projections } = this.#options;
    for (const place of projections.transactionsOf(member)) {
      if (!isWithin(period, place.timeMs)) continue;
      transactions.add(place);
      receipts.add(place);
    }
    // How the member came to be: without it nothing names the member before its first trade.
    for (const place of projections.changesOf(member)) receipts.add(place);
    for (const place of projections.postingsOf(member)) {
      if (isWithin(period, place.timeMs)) receipts.add(place);
    }
  }

  /** The member's trades, and the clearings they came from. */
  #placeTrades(trades: readonly TradeEntry[], receipts: Places): void {
    for (const trade of trades) {
      receipts.add(trade);
      const clearing = this.#clearingOf(trade);
      if (clearing !== undefined) receipts.add(clearing);
    }
  }

  #clearingOf({ terms, height }: TradeEntry): Place | undefined {
    const clearing = this.#options.projections.clearing(terms.market, terms.slotMs);
    return clearing?.height === height ? clearing : undefined;
  }

  #placeSettlements(member: number, opened: readonly Opened[], receipts: Places): void {
    const periods = new Set(opened.map(({ settled }) => settled.periodFromMs));
    // The runs before a period's last stand beside it: each posted what it differs by.
    for (const settled of this.#options.projections.settledOf(member)) {
      if (!periods.has(settled.periodFromMs)) continue;
      receipts.add(settled);
      const { height } = settled;
      for (const event of this.#block(height).events) {
        if (eventValue(event, posted)?.member !== member) continue;
        receipts.add({ height, index: event.leafIndex });
      }
    }
  }

  /**
   * A final document outlives what it was computed from. Where that is gone, nobody can compute it
   * again, and a file that held it would not hold.
   */
  #demandBillsOpen(
    member: number,
    { periodFromMs, periodUntilMs }: Period,
    opened: readonly Opened[],
  ) {
    const { bills, isErased, projections } = this.#options;
    const within = bills
      .documentsOf(member)
      .filter((one) => one.fromMs >= periodFromMs && one.untilMs <= periodUntilMs);
    const open = new Set(opened.map(({ settled }) => settled.periodFromMs));
    const closed = projections.settledOf(member).filter((one) => !open.has(one.periodFromMs));
    for (const { number, fromMs, untilMs } of within) {
      if (isErased(member)) throw new BundleRefusedError('member_erased', { member, bill: number });
      const lost = closed.find((one) => one.periodFromMs < untilMs && one.periodUntilMs > fromMs);
      if (lost === undefined) continue;
      const { periodFromMs: lostFromMs } = lost;
      const reason = 'this node does not hold the lines of a period that the bill is made from';
      throw new BundleRefusedError('proof_incomplete', { bill: number, lostFromMs, reason });
    }
  }

  /** Every reading of the member's meters that the settled runs were computed from, opened. */
  #readings(member: number, opened: readonly Opened[]) {
    const { sha256 } = this.#options.crypto;
    return opened.flatMap(({ settled }) => {
      const secret = this.#options.personal.secretOf(member);
      return this.#countedWords(member, settled, secret).flatMap((words) => {
        const ofMeter = words.map((word): Reading => {
          return { ...word, salt: readingSalt(sha256, secret, word) };
        });
        return ofMeter.map(({ slotMs }) => readingEntry(readingProof(sha256, ofMeter, slotMs)));
      });
    });
  }

  /** By meter, what counted when the run took effect: a correction since then waits for its own run. */
  #countedWords(
    member: number,
    settled: SettledEntry,
    secret: Uint8Array,
  ): readonly (readonly SignedWord[])[] {
    const { ledger, crypto, words } = this.#options;
    const { periodFromMs, periodUntilMs } = settled;
    const byMeter = new Map<number, SignedWord[]>();
    for (const word of words.wordsOf(member, periodFromMs, periodUntilMs)) {
      const ofMeter = byMeter.get(word.meter);
      if (ofMeter === undefined) byMeter.set(word.meter, [word]);
      else ofMeter.push(word);
    }
    return [...byMeter].flatMap(([number, ofMeter]) => {
      const root = this.#commitmentOf(settled, number)?.root;
      const meter = ledger.state.get(meters, number);
      if (root === undefined || meter === undefined) return [];
      const counted = readingsUnderRoot(crypto.sha256, ofMeter, { meter, root, secret });
      if (counted !== undefined) return [counted];
      const reason = 'the readings that this node holds are not those that were committed to';
      throw new BundleRefusedError('proof_incomplete', { meter: number, periodFromMs, reason });
    });
  }

  #commitmentOf({ periodFromMs, height }: SettledEntry, meter: number) {
    return this.#options.projections.commitment(periodFromMs, meter, height);
  }

  /** The actions that committed to those readings, each once, without the rest of their batches. */
  #commitments(member: number, opened: readonly Opened[], receipts: Places) {
    const { crypto, ledger } = this.#options;
    const own = ledger.state.group(metersOfMember, `${member}`).map(([meter]) => meter);
    const seen = new Set<string>();
    return opened.flatMap(({ settled }) =>
      own.flatMap((meter) => {
        const place = this.#commitmentOf(settled, meter);
        const name = `${place?.height}/${place?.index}/${place?.actionIndex}`;
        if (place === undefined || seen.has(name)) return [];
        seen.add(name);
        receipts.add(place);
        const { height, index, actionIndex } = place;
        const transaction = this.#block(height).transactions[index];
        const action = transaction?.actions[actionIndex];
        if (transaction === undefined || action === undefined) {
          throw new Error(`bundle: no action ${actionIndex} at ${height}/${index}`);
        }
        const hashes = actionLeafHashes(crypto, transaction.actions);
        return [
          {
            height,
            index,
            envelope: toHex(encode(envelopeCodec, transaction.envelope)),
            signature: toHex(transaction.signature),
            actionIndex,
            actionCount: transaction.actions.length,
            action: toHex(actionLeafBytes(action)),
            actionProof: inclusionProof(crypto.sha256, hashes, actionIndex).map(toHex),
          },
        ];
      }),
    );
  }
}

function slotOf({ terms: { slotMs, slotLengthMs } }: TradeEntry): Period {
  return { periodFromMs: slotMs, periodUntilMs: slotMs + slotLengthMs };
}

/** From the first beginning to the last end; zeros where there is nothing. */
function hullOf(periods: readonly Period[]): Period {
  if (periods.length === 0) return { periodFromMs: 0, periodUntilMs: 0 };
  let [periodFromMs, periodUntilMs] = [Number.MAX_SAFE_INTEGER, 0];
  for (const period of periods) {
    periodFromMs = Math.min(periodFromMs, period.periodFromMs);
    periodUntilMs = Math.max(periodUntilMs, period.periodUntilMs);
  }
  return { periodFromMs, periodUntilMs };
}
