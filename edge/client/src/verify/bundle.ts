/**
 * A member's proof file, verified offline: from the signed checkpoint down to every line of a
 * statement, with nothing believed but the chain and the keys that the asker gives. The first step
 * that does not hold is named. What the file leaves out it cannot show: that nothing is missing is
 * for the member to see, who knows its own trades.
 */
import { genesisParametersCodec } from '@commonwatt/contracts';
import {
  type Checkpoint,
  type Crypto,
  chainOf,
  decode,
  epochOfOrigin,
  equalBytes,
  type Header,
  headerCodec,
  leafHash,
  readGenesis,
  readTransaction,
  toHex,
  verifyInclusion,
  verifyNote,
} from '@commonwatt/ledger';
import { checkBills } from './bundle-bills.ts';
import { checkCommitments } from './bundle-commitments.ts';
import {
  type BlockHeaders,
  checkReceipts,
  checkTransactions,
  type Happened,
} from './bundle-entries.ts';
import { type Bundle, type BundleBlock, readBundle } from './bundle-format.ts';
import { checkPeriod } from './bundle-period.ts';
import { checkReadings } from './bundle-readings.ts';
import { checkStatements } from './bundle-statements.ts';
import { checkTrades, type OwnTrades } from './bundle-trades.ts';
import { demand, StepFault, StepRecord, type VerificationStep } from './steps.ts';

/** What is never taken from the file. */
export interface BundleAsker {
  readonly crypto: Crypto;
  /** Hash of the genesis document. */
  readonly chain: Uint8Array;
  /** Verifier keys of the ledger and of witnesses, and how many must have signed. */
  readonly keys: readonly string[];
  readonly threshold: number;
}

/** What a file that holds is about. */
export interface BundleSummary {
  readonly member: number;
  readonly period: Bundle['period'];
  readonly checkpoint: Checkpoint;
  readonly blocks: number;
  readonly transactions: number;
  readonly trades: number;
  readonly readings: number;
  readonly statements: number;
  readonly bills: number;
}

export type BundleVerdict =
  | {
      readonly ok: true;
      readonly summary: BundleSummary;
      readonly steps: readonly VerificationStep[];
    }
  | {
      readonly ok: false;
      /** `step: what and where`. */
      readonly reason: string;
      readonly steps: readonly VerificationStep[];
    };

/** Verifies a proof file that was read as strict JSON. Whatever stands in it, it answers. */
export function verifyBundle(json: unknown, asker: BundleAsker): BundleVerdict {
  const record = new StepRecord();
  try {
    const summary = verifiedSteps(record, json, asker);
    return { ok: true, summary, steps: record.steps };
  } catch (fault) {
    if (!(fault instanceof StepFault)) throw fault;
    return { ok: false, reason: fault.message, steps: record.steps };
  }
}

function verifiedSteps(record: StepRecord, json: unknown, asker: BundleAsker): BundleSummary {
  const { crypto } = asker;
  const bundle = record.run(
    'format',
    () => readBundle(json, 'bundle'),
    (read) => `${read.format} of member ${read.member}`,
  );
  const origin = record.run(
    'genesis',
    () => checkGenesis(bundle, asker),
    (name) => `hashes to the chain of '${name}'`,
  );
  const checkpoint = record.run(
    'checkpoint',
    () => checkCheckpoint(bundle, asker, origin),
    ({ size }) => `signed, over ${size} blocks`,
  );
  const headers = record.run(
    'blocks',
    () => checkBlocks(crypto, bundle, checkpoint),
    ({ size }) => `${size} in the history of the checkpoint`,
  );
  const happened: Happened = record.run(
    'receipts',
    () => checkReceipts(crypto, bundle, headers),
    ({ receipts, events }) =>
      `${receipts.size} receipts and ${events.length} events in their blocks`,
  );
  record.run(
    'transactions',
    () => checkTransactions(crypto, bundle, { headers, happened }),
    (count) => `${count} signed and in their blocks`,
  );
  const roots = record.run(
    'commitments',
    () => checkCommitments(crypto, bundle, { happened }),
    ({ length }) => `${length} roots of readings, signed and done`,
  );
  const trades = record.run(
    'trades',
    () => checkTrades({ headers, happened }),
    ({ size }) => `${size} at the price that their clearing gives`,
  );
  const metered = record.run(
    'readings',
    () => checkReadings(crypto, bundle, roots),
    ({ count }) => `${count} under their committed roots`,
  );
  record.run(
    'statements',
    () => checkStatements(crypto, bundle, { happened, trades, metered }),
    (count) => `${count}, line by line`,
  );
  record.run(
    'bills',
    () => checkBills(crypto, bundle, { trades, sealers: { keys: asker.keys, name: origin } }),
    (count) => `${count}, computed again and sealed`,
  );
  record.run(
    'period',
    () => checkPeriod(bundle, { trades }),
    ({ fromMs, untilMs }) => `from ${fromMs} to ${untilMs}, as covered`,
  );
  record.run(
    'member',
    () => checkMember(crypto, bundle, happened),
    () => `${bundle.member}`,
  );
  return summaryOf(bundle, checkpoint, trades);
}

function summaryOf(bundle: Bundle, checkpoint: Checkpoint, trades: OwnTrades): BundleSummary {
  const { member, period, blocks, transactions, readings, statements, bills } = bundle;
  return {
    member,
    period,
    checkpoint,
    blocks: blocks.length,
    transactions: transactions.length,
    trades: trades.size,
    readings: readings.length,
    statements: statements.length,
    bills: bills.length,
  };
}

function checkGenesis({ chain, genesis }: Bundle, asker: BundleAsker): string {
  demand(equalBytes(chain, asker.chain), () => {
    return `chain: expected ${toHex(asker.chain)}, got ${toHex(chain)}`;
  });
  const hash = chainOf(asker.crypto, genesis);
  demand(equalBytes(hash, chain), () => `genesis: expected ${toHex(chain)}, got ${toHex(hash)}`);
  return readGenesis(genesis).name;
}

function checkCheckpoint(bundle: Bundle, asker: BundleAsker, expected: string): Checkpoint {
  const { crypto, keys, threshold } = asker;
  const verified = verifyNote(crypto, { note: bundle.checkpoint, keys, threshold });
  if (!verified.ok) throw new StepFault(verified.reason);
  const { origin } = verified.checkpoint;
  const isOurs = epochOfOrigin(expected, origin) !== undefined;
  demand(isOurs, () => `origin: expected '${expected}', got '${origin}'`);
  return verified.checkpoint;
}

function checkBlocks(crypto: Crypto, bundle: Bundle, checkpoint: Checkpoint): BlockHeaders {
  const headers = new Map<number, Header>();
  let last = -1;
  for (const [at, block] of bundle.blocks.entries()) {
    const place = `blocks[${at}]`;
    demand(
      block.height > last,
      () => `${place}.height: expected above ${last}, got ${block.height}`,
    );
    last = block.height;
    headers.set(block.height, checkBlock(crypto, bundle, { block, place, checkpoint }));
  }
  return headers;
}

function checkBlock(
  { sha256 }: Crypto,
  { chain }: Bundle,
  part: { readonly block: BundleBlock; readonly place: string; readonly checkpoint: Checkpoint },
): Header {
  const { block, place, checkpoint } = part;
  const header = decode(headerCodec, block.header, `${place}.header`);
  demand(header.height === block.height, () => {
    return `${place}.height: expected ${header.height} as in the header, got ${block.height}`;
  });
  demand(equalBytes(header.chain, chain), () => `${place}.header: of another chain`);
  const proven = verifyInclusion(sha256, {
    leafHash: leafHash(sha256, block.header),
    index: block.height,
    size: checkpoint.size,
    proof: block.proof,
    root: checkpoint.root,
  });
  demand(proven, () => `${place}: height ${block.height} is not in the history of the checkpoint`);
  return header;
}

/**
 * The file says whose it is; what happened on the ledger must say the same. A founder stands in the
 * genesis document, numbered from 1, and may have done nothing yet that an event tells of.
 */
function checkMember(crypto: Crypto, bundle: Bundle, { named }: Happened): void {
  const { member, genesis, transactions } = bundle;
  if (named > 0) return;
  const { parameters } = readGenesis(genesis);
  const { founders } = decode(genesisParametersCodec, parameters, 'genesis.parameters');
  const founder = founders[member - 1];
  const isFounders =
    founder !== undefined &&
    transactions.length > 0 &&
    transactions.every(({ bytes }) => {
      return equalBytes(readTransaction(crypto, bytes).envelope.sender, founder.publicKey);
    });
  demand(isFounders, () => `nothing in the file names member ${member}`);
}
