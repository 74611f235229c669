/**
 * The audit: every block of a stored ledger is executed again, from the genesis document on, by a
 * ledger that begins empty and believes nothing. What it makes of each block must be what is
 * stored, byte for byte: header, receipts and write set. `Ledger.open` trusts the write sets that
 * hash to their headers; the audit trusts only the transactions' bytes, and judges those.
 */

import { type BlockRecord, decodeRecord, type Header } from './block.ts';
import { equalBytes } from './bytes.ts';
import { Ledger } from './ledger.ts';
import type { RuleBook } from './rules.ts';
import { blameLink, readStored } from './stored-link.ts';
import type { Crypto, Storage, StoredHead } from './world.ts';

/** The first height that is not proven, and why. Every block below it is as the rules make it. */
export interface AuditFinding {
  readonly clean: false;
  readonly height: number;
  readonly reason: string;
}

export interface CleanAudit {
  readonly clean: true;
  /** The ledger as it was executed again, for questions that go further. */
  readonly ledger: Ledger;
  readonly blocks: number;
  readonly transactions: number;
  /** Transactions that their block refused, as the rules want it. */
  readonly refused: number;
  readonly events: number;
}

export type AuditReport = CleanAudit | AuditFinding;

/** Called after each block, with the last height of the store. */
export type AuditProgress = (height: number, last: number) => void;

/** Executes a stored ledger again. Writes nothing; a fault of the store itself is thrown. */
export async function auditLedger(
  storage: Storage,
  rules: RuleBook,
  crypto: Crypto,
  progress?: AuditProgress,
): Promise<AuditReport> {
  const document = storage.genesis();
  if (document === undefined) return finding(0, 'the genesis document is missing');
  const kept = storage.head();
  const last = storage.lastHeight();
  const misplaced = misplacedHead(kept, last);
  if (misplaced !== undefined) return misplaced;
  const made = new LastRecord();
  const ledger = new Ledger({ crypto, storage: made, rules });
  const begun = await faultOf(() => ledger.initChain(document));
  if (begun !== undefined)
    return finding(0, `the genesis document cannot begin a ledger: ${begun}`);
  const counts = { transactions: 0, refused: 0, events: 0 };
  for (let height = 0; height <= (last ?? -1); height++) {
    const bytes = storage.record(height);
    if (bytes === undefined) return finding(height, 'the block is missing');
    const stored = readStored(bytes);
    if (typeof stored === 'string') return finding(height, stored);
    if (!linksTo(ledger, stored)) {
      const { height: altered, reason } = blameLink(storage, crypto, stored, height);
      return finding(altered, reason);
    }
    const fault = await faultOf(() => executeAgain(ledger, stored, height, counts));
    if (fault !== undefined) return finding(height, `it cannot be executed: ${fault}`);
    const difference = differenceBetween(stored, bytes, made.bytes);
    if (difference !== undefined) return finding(height, difference);
    if (height === kept?.height && !equalBytes(ledger.headHash, kept.hash)) {
      return finding(height, 'the block is not the one that the head names');
    }
    progress?.(height, last ?? 0);
  }
  return { clean: true, ledger, blocks: (last ?? -1) + 1, ...counts };
}

function finding(height: number, reason: string): AuditFinding {
  return { clean: false, height, reason };
}

/** The blocks may be ahead of the head by what was never acknowledged, and never behind it. */
function misplacedHead(
  kept: StoredHead | undefined,
  last: number | undefined,
): AuditFinding | undefined {
  if (kept === undefined) {
    // A crash between the first block and its head leaves that block alone without a name.
    return (last ?? 0) === 0
      ? undefined
      : finding(last ?? 0, 'the store holds blocks but no head names them');
  }
  if (last !== undefined && last >= kept.height) return undefined;
  const reason = `the store ends before the head at height ${kept.height}: it was shortened`;
  return finding((last ?? -1) + 1, reason);
}

/** Takes what the ledger would store and keeps the newest record alone. */
class LastRecord implements Storage {
  bytes: Uint8Array = new Uint8Array();
  genesis(): undefined {}
  async putGenesis(): Promise<void> {}
  head(): undefined {}
  lastHeight(): undefined {}
  record(): undefined {}
  async append(_height: number, _hash: Uint8Array, record: Uint8Array): Promise<void> {
    this.bytes = record;
  }
  async close(): Promise<void> {}
}

/** What an altered input makes the rules say; nothing when they have no complaint. */
async function faultOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

async function executeAgain(
  ledger: Ledger,
  { header, transactions }: BlockRecord,
  height: number,
  counts: { transactions: number; refused: number; events: number },
): Promise<void> {
  const outcome = await ledger.finalizeBlock({ height, timeMs: header.timeMs, transactions });
  await ledger.commit();
  counts.transactions += transactions.length;
  counts.refused += outcome.receipts.filter((one) => one.code !== 0).length;
  counts.events += outcome.header.receiptCount - outcome.header.transactionCount;
}

function linksTo(ledger: Ledger, { header }: BlockRecord): boolean {
  return equalBytes(header.parent, ledger.headHash);
}

/** The fields of a header in the order in which they are compared, and what a difference means. */
const HEADER_FIELDS: readonly (readonly [field: keyof Header, meaning: string])[] = [
  ['version', 'the version of the block is another'],
  ['chain', 'the block belongs to another chain'],
  ['height', 'the block says that it has another height'],
  ['transactionCount', 'the number of transactions is another'],
  ['transactionsRoot', 'the transactions do not hash to the header'],
  ['receiptCount', 'executed again it gives another number of receipts and events'],
  ['receiptsRoot', 'executed again it gives other receipts or events'],
  ['stateDigest', 'executed again it gives another state'],
  ['balanceRoot', 'executed again it gives another map of balances'],
  ['balanceHeight', 'the map of balances is as of another height'],
  ['historyRoot', 'the history root over all earlier blocks is another'],
  ['nonce', 'the nonce is not the one that seals it'],
];

/** The first way in which a stored block is not what execution makes; nothing when they are equal. */
function differenceBetween(
  stored: BlockRecord,
  storedBytes: Uint8Array,
  madeBytes: Uint8Array,
): string | undefined {
  if (equalBytes(storedBytes, madeBytes)) return undefined;
  const made = decodeRecord(madeBytes);
  const header = HEADER_FIELDS.find(([field]) => !equalField(stored.header, made.header, field));
  if (header !== undefined) return header[1];
  const receipt = made.receipts.findIndex(
    (one, at) => !equalBytes(one, stored.receipts[at] ?? one),
  );
  if (receipt >= 0) return `the stored receipt or event ${receipt} is not the one it gives`;
  return 'the stored write set is not the one it gives';
}

function equalField(a: Header, b: Header, field: keyof Header): boolean {
  const [one, other] = [a[field], b[field]];
  if (typeof one === 'number' || typeof other === 'number') return one === other;
  return equalBytes(one, other);
}
