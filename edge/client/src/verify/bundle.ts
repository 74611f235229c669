/**
 * A member's proof file, verified offline: from the signed checkpoint down to every line of a
 * statement, with nothing believed but the chain and the keys that the asker gives. What does not
 * hold is named, all of it: a fault in one place does not hide those behind it. What the file leaves
 * out it cannot show: that nothing is missing is for the member to see, who knows its own trades.
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
  parseCheckpoint,
  parseNote,
  readGenesis,
  readTransaction,
  toHex,
  verifyInclusion,
  verifyNote,
} from '@commonwatt/ledger';
import { type BillComparison, checkBills } from './bundle-bills.ts';
import { checkCommitments } from './bundle-commitments.ts';
import {
  type BlockHeaders,
  checkReceipts,
  checkTransactions,
  type Happened,
} from './bundle-entries.ts';
import { type BundleFailure, failureOf } from './bundle-failures.ts';
import { type Bundle, type BundleBlock, readBundle } from './bundle-format.ts';
import { checkPeriod } from './bundle-period.ts';
import { checkReadings, MeteredTotals } from './bundle-readings.ts';
import { checkStatements } from './bundle-statements.ts';
import { checkTrades, type OwnTrades } from './bundle-trades.ts';
import { demand, type Findings, StepFault, StepRecord, type VerificationStep } from './steps.ts';

export type { BillComparison } from './bundle-bills.ts';
export type { BundleFailure } from './bundle-failures.ts';

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

interface Checked {
  readonly steps: readonly VerificationStep[];
  /** Each bill of the file beside what it is by everything else in the file. */
  readonly bills: readonly BillComparison[];
}

export interface HoldingBundle extends Checked {
  readonly ok: true;
  readonly summary: BundleSummary;
}

export interface FailingBundle extends Checked {
  readonly ok: false;
  /** The first fault: `step: what and where`. */
  readonly reason: string;
  /** Every fault, in the order of the steps; some follow from others before them. */
  readonly failures: readonly BundleFailure[];
  /** How many there were beyond those that are told. */
  readonly leftOut: number;
}

export type BundleVerdict = HoldingBundle | FailingBundle;

/** Verifies a proof file that was read as strict JSON. Whatever stands in it, it answers. */
export function verifyBundle(json: unknown, asker: BundleAsker): BundleVerdict {
  const record = new StepRecord();
  const { summary, bills } = checkedBundle(record, json, asker);
  const { steps, failures, leftOut } = record;
  const told = failures.map((failure) => failureOf(failure, json));
  const [first] = told;
  if (first === undefined && summary !== undefined) return { ok: true, summary, steps, bills };
  const reason = first?.reason ?? 'format: nothing was read';
  return { ok: false, reason, failures: told, leftOut, steps, bills };
}

interface Outcome {
  readonly summary: BundleSummary | undefined;
  readonly bills: readonly BillComparison[];
}

function checkedBundle(record: StepRecord, json: unknown, asker: BundleAsker): Outcome {
  const { crypto } = asker;
  const bundle = record.gather(
    'format',
    () => readBundle(json, 'bundle'),
    (read) => `${read.format} of member ${read.member}`,
  );
  if (bundle === undefined) return { summary: undefined, bills: [] };
  const origin =
    record.gather(
      'genesis',
      (findings) => checkGenesis(bundle, asker, findings),
      (name) => `hashes to the chain of '${name}'`,
    ) ?? '';
  const checkpoint = record.gather(
    'checkpoint',
    (findings) => checkCheckpoint(bundle, asker, { expected: origin, findings }),
    ({ size }) => `signed, over ${size} blocks`,
  );
  const headers: BlockHeaders =
    record.gather(
      'blocks',
      (findings) => checkBlocks(crypto, bundle, { checkpoint, findings }),
      ({ size }) => `${size} in the history of the checkpoint`,
    ) ?? new Map();
  const happened: Happened = record.gather(
    'receipts',
    (findings) => checkReceipts(crypto, bundle, { headers, findings }),
    ({ receipts, events }) =>
      `${receipts.size} receipts and ${events.length} events in their blocks`,
  ) ?? { receipts: new Map(), events: [], named: 0 };
  record.gather(
    'transactions',
    (findings) => checkTransactions(crypto, bundle, { headers, happened, findings }),
    (count) => `${count} signed and in their blocks`,
  );
  return checkedContent(record, { asker, bundle, origin, checkpoint, headers, happened });
}

/** What the proven leaves of the ledger are held against: the member's own lines, readings and bills. */
function checkedContent(
  record: StepRecord,
  given: {
    readonly asker: BundleAsker;
    readonly bundle: Bundle;
    readonly origin: string;
    readonly checkpoint: Checkpoint | undefined;
    readonly headers: BlockHeaders;
    readonly happened: Happened;
  },
): Outcome {
  const { asker, bundle, origin, checkpoint, headers, happened } = given;
  const { crypto } = asker;
  const roots =
    record.gather(
      'commitments',
      (findings) => checkCommitments(crypto, bundle, { happened, findings }),
      ({ length }) => `${length} roots of readings, signed and done`,
    ) ?? [];
  const trades: OwnTrades =
    record.gather(
      'trades',
      (findings) => checkTrades({ headers, happened, findings }),
      ({ size }) => `${size} at the price that their clearing gives`,
    ) ?? new Map();
  const metered =
    record.gather(
      'readings',
      (findings) => checkReadings(crypto, bundle, { roots, findings }),
      ({ count }) => `${count} under their committed roots`,
    ) ?? new MeteredTotals(bundle.readings);
  record.gather(
    'statements',
    (findings) => checkStatements(crypto, bundle, { happened, trades, metered, findings }),
    (count) => `${count}, line by line`,
  );
  const sealers = { keys: asker.keys, name: origin };
  const bills =
    record.gather(
      'bills',
      (findings) => checkBills(crypto, bundle, { trades, sealers, findings }),
      ({ length }) => `${length}, computed again and sealed`,
    ) ?? [];
  record.gather(
    'period',
    (findings) => checkPeriod(bundle, { trades, findings }),
    ({ fromMs, untilMs }) => `from ${fromMs} to ${untilMs}, as covered`,
  );
  record.gather(
    'member',
    () => checkMember(crypto, bundle, happened),
    () => `${bundle.member}`,
  );
  return { summary: checkpoint && summaryOf(bundle, checkpoint, trades), bills };
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

function checkGenesis({ chain, genesis }: Bundle, asker: BundleAsker, findings: Findings): string {
  findings.note(equalBytes(chain, asker.chain), () => {
    return `chain: expected ${toHex(asker.chain)}, got ${toHex(chain)}`;
  });
  const hash = chainOf(asker.crypto, genesis);
  findings.note(
    equalBytes(hash, chain),
    () => `genesis: expected ${toHex(chain)}, got ${toHex(hash)}`,
  );
  return readGenesis(genesis).name;
}

/** Where its signatures do not hold, the file is held against what it says all the same. */
function checkCheckpoint(
  { checkpoint: note }: Bundle,
  { crypto, keys, threshold }: BundleAsker,
  { expected, findings }: { readonly expected: string; readonly findings: Findings },
): Checkpoint {
  const verified = verifyNote(crypto, { note, keys, threshold });
  if (!verified.ok) findings.add(verified.reason);
  const checkpoint = verified.ok ? verified.checkpoint : unsignedCheckpoint(note);
  const { origin } = checkpoint;
  const isOurs = epochOfOrigin(expected, origin) !== undefined;
  findings.note(isOurs, () => `origin: expected '${expected}', got '${origin}'`);
  return checkpoint;
}

function unsignedCheckpoint(note: string): Checkpoint {
  const opened = parseNote(note);
  const parsed = opened.ok ? parseCheckpoint(opened.text) : opened;
  if (!parsed.ok) throw new StepFault(parsed.reason);
  return parsed.checkpoint;
}

interface AgainstHistory {
  /** Nothing where the file holds none that can be read. */
  readonly checkpoint: Checkpoint | undefined;
  readonly findings: Findings;
}

function checkBlocks(crypto: Crypto, bundle: Bundle, against: AgainstHistory): BlockHeaders {
  const headers = new Map<number, Header>();
  const { findings } = against;
  let last = -1;
  for (const [at, block] of bundle.blocks.entries()) {
    const place = `blocks[${at}]`;
    findings.note(
      block.height > last,
      () => `${place}.height: expected above ${last}, got ${block.height}`,
    );
    last = block.height;
    const header = findings.attempt(() => checkBlock(crypto, bundle, { block, place, against }));
    if (header !== undefined) headers.set(block.height, header);
  }
  return headers;
}

function checkBlock(
  { sha256 }: Crypto,
  { chain }: Bundle,
  part: { readonly block: BundleBlock; readonly place: string; readonly against: AgainstHistory },
): Header {
  const { block, place, against } = part;
  const { checkpoint, findings } = against;
  const header = decode(headerCodec, block.header, `${place}.header`);
  findings.note(header.height === block.height, () => {
    return `${place}.height: expected ${header.height} as in the header, got ${block.height}`;
  });
  findings.note(equalBytes(header.chain, chain), () => `${place}.header: of another chain`);
  if (checkpoint === undefined) return header;
  const proven = verifyInclusion(sha256, {
    leafHash: leafHash(sha256, block.header),
    index: block.height,
    size: checkpoint.size,
    proof: block.proof,
    root: checkpoint.root,
  });
  findings.note(
    proven,
    () => `${place}: height ${block.height} is not in the history of the checkpoint`,
  );
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
