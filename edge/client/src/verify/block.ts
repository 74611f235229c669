/**
 * A block verified on this device, step by step, from what a node answers: every hash, root and
 * price is computed again here, and the end of the chain of reasons is the signed checkpoint.
 */
import { cleared, eventTypes } from '@commonwatt/contracts';
import {
  decode,
  type EventType,
  equalBytes,
  eventCodec,
  fromHex,
  type Header,
  headerCodec,
  leafHash,
  toHex,
  treeRoot,
} from '@commonwatt/ledger';
import { formatPrice } from '@commonwatt/units';
import type { CheckpointOutcome } from '../checkpoint-memory.ts';
import type { RouteAnswer } from '../http/typed-client.ts';
import { checkCleared } from './clearing.ts';
import { demandInHistory, latestCheckpoint, readHeader, type Verifier } from './proven-block.ts';
import { demand, StepFault, StepRecord, type VerificationStep } from './steps.ts';

/** What a node says of a block. */
export interface BlockAnswers {
  readonly height: number;
  readonly detail: RouteAnswer<'blockDetail'>;
  /** The block before; nothing for the genesis block. */
  readonly before: Pick<RouteAnswer<'blockDetail'>, 'headerBytes'> | undefined;
  /** The node's checkpoint, held against the last one kept. */
  readonly checkpoint: CheckpointOutcome;
  /** The block's path in the checkpoint's history tree. */
  readonly historyProof: readonly string[];
}

/** A public event as it was read from its proven leaf, not from the node's words about it. */
export interface ProvenEvent {
  readonly name: string;
  readonly value: unknown;
}

export interface BlockVerdict {
  readonly ok: boolean;
  /** In their order; the last one is the one that failed where `ok` is false. */
  readonly steps: readonly VerificationStep[];
  readonly events: readonly ProvenEvent[];
}

/** Asks the node for all that is needed and verifies it. @throws ClientError when it cannot ask. */
export async function verifyBlock(verifier: Verifier, height: number): Promise<BlockVerdict> {
  const { client } = verifier;
  const detail = await client.blockDetail({ params: { height } });
  const before =
    height === 0 ? undefined : await client.blockDetail({ params: { height: height - 1 } });
  const checkpoint = await latestCheckpoint(verifier);
  const size = checkpoint.ok ? checkpoint.checkpoint.size : height + 1;
  const { proof } = await client.blockProof({ params: { height }, query: { size } });
  return verifyBlockAnswers(verifier, { height, detail, before, checkpoint, historyProof: proof });
}

type Ground = Pick<Verifier, 'crypto' | 'ledger'>;

/** Judges the answers alone: no question is asked. */
export function verifyBlockAnswers(ground: Ground, answers: BlockAnswers): BlockVerdict {
  const record = new StepRecord();
  try {
    const events = verifiedSteps(record, ground, answers);
    return { ok: true, steps: record.steps, events };
  } catch (fault) {
    if (!(fault instanceof StepFault)) throw fault;
    return { ok: false, steps: record.steps, events: [] };
  }
}

function verifiedSteps(
  record: StepRecord,
  ground: Ground,
  answers: BlockAnswers,
): readonly ProvenEvent[] {
  const { height, detail, before, checkpoint, historyProof } = answers;
  const { header, hash } = record.run(
    'header',
    () => checkHeader(ground, height, detail),
    (read) => `hashes to ${toHex(read.hash)}`,
  );
  record.run(
    'link',
    () => checkLink(ground, header, before),
    (parent) => (height === 0 ? 'the first block' : `follows ${parent}`),
  );
  record.run(
    'transactions',
    () => checkTransactions(ground, header, detail),
    (count) => `${count} leaves give the transactions root`,
  );
  record.run(
    'receipts',
    () => checkReceipts(ground, header, detail),
    (count) => `${count} leaves give the receipts root`,
  );
  const events = record.run(
    'events',
    () => readEvents(ground, header, detail),
    ({ length }) => `${length} public events stand under it`,
  );
  record.run(
    'clearings',
    () => checkClearings(header, events),
    (prices) => (prices.length === 0 ? 'no slot was cleared' : prices.join('; ')),
  );
  const signed = record.run(
    'checkpoint',
    () => {
      if (!checkpoint.ok) throw new StepFault(checkpoint.refusal.code);
      return checkpoint.checkpoint;
    },
    ({ size }) => `signed over ${size} blocks, and extends what this device has seen`,
  );
  record.run(
    'history',
    () => demandInHistory(ground, signed, { height, hash, proof: historyProof }),
    () => `block ${height} stands in it`,
  );
  return events;
}

function checkHeader(
  ground: Ground,
  height: number,
  { hash: told, header: shown, headerBytes }: RouteAnswer<'blockDetail'>,
): { readonly header: Header; readonly hash: Uint8Array } {
  const read = readHeader(ground, { height, headerBytes });
  const hash = toHex(read.hash);
  demand(hash === told, () => `hash: expected ${hash}, got ${told}`);
  const written = headerCodec.toJson(read.header) as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(shown)) {
    demand(
      written[name] === value,
      () => `${name}: expected ${String(written[name])}, got ${value}`,
    );
  }
  return read;
}

function checkLink(
  ground: Ground,
  { height, parent }: Header,
  before: BlockAnswers['before'],
): string {
  const named = toHex(parent);
  if (height === 0) {
    demand(/^0{64}$/.test(named), () => `parent: expected zeros, got ${named}`);
    return named;
  }
  if (before === undefined) throw new StepFault(`no block of height ${height - 1} is given`);
  const given = { height: height - 1, headerBytes: before.headerBytes };
  const hash = toHex(readHeader(ground, given).hash);
  demand(hash === named, () => `parent: expected ${hash}, got ${named}`);
  return hash;
}

function checkTransactions(
  { crypto }: Ground,
  header: Header,
  { transactionLeaves }: RouteAnswer<'blockDetail'>,
): number {
  const root = treeRoot(crypto.sha256, transactionLeaves.map(fromHex));
  demandRoot({ root, expected: header.transactionsRoot });
  demandCount(transactionLeaves.length, header.transactionCount);
  return header.transactionCount;
}

function checkReceipts(
  { crypto }: Ground,
  header: Header,
  { receiptLeaves }: RouteAnswer<'blockDetail'>,
): number {
  const root = treeRoot(crypto.sha256, receiptLeaves.map(fromHex));
  demandRoot({ root, expected: header.receiptsRoot });
  demandCount(receiptLeaves.length, header.receiptCount);
  return header.receiptCount;
}

function demandRoot(roots: { readonly root: Uint8Array; readonly expected: Uint8Array }): void {
  const { root, expected } = roots;
  demand(equalBytes(root, expected), () => `root: expected ${toHex(expected)}, got ${toHex(root)}`);
}

function demandCount(got: number, expected: number): void {
  demand(got === expected, () => `leaves: expected ${expected}, got ${got}`);
}

/** Each public event's bytes hash to the leaf at its place, and are what the node calls them. */
function readEvents(
  { crypto }: Ground,
  { transactionCount }: Header,
  { publicEvents, receiptLeaves }: RouteAnswer<'blockDetail'>,
): readonly ProvenEvent[] {
  return publicEvents.map(({ leafIndex, type, name, leaf, value: shown }, at) => {
    const place = `publicEvents[${at}]`;
    demand(leafIndex >= transactionCount, () => `${place}: leaf ${leafIndex} is no event`);
    const bytes = fromHex(leaf);
    const hash = toHex(leafHash(crypto.sha256, bytes));
    demand(hash === receiptLeaves[leafIndex], () => {
      return `${place}: expected ${receiptLeaves[leafIndex] ?? 'a leaf'}, got ${hash}`;
    });
    const event = decode(eventCodec, bytes, place);
    const known: EventType<unknown> | undefined = eventTypes.get(event.type);
    if (known === undefined) throw new StepFault(`${place}: event ${event.type} is not known here`);
    demand(event.type === type && known.name === name, () => {
      return `${place}: expected ${event.type} '${known.name}', got ${type} '${name}'`;
    });
    const value = decode(known.codec, event.body, place);
    demand(
      isSameJson(shown, known.codec.toJson(value)),
      () => `${place}: says other than its leaf`,
    );
    return { name, value };
  });
}

/** Both are data as JSON has it. */
function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [inA, inB] = [Object.entries(a), new Map(Object.entries(b))];
  return inA.length === inB.size && inA.every(([name, one]) => isSameJson(one, inB.get(name)));
}

function checkClearings(header: Header, events: readonly ProvenEvent[]): readonly string[] {
  return events
    .filter(({ name }) => name === cleared.name)
    .map(({ value }) => {
      const slot = value as Parameters<typeof checkCleared>[0];
      const check = checkCleared(slot, header.parent);
      if (!check.ok) throw new StepFault(`slot ${slot.slotMs}: ${check.reason}`);
      const { price = null, volume = 0n } = check.clearing ?? {};
      if (volume === 0n) return `slot ${slot.slotMs}: nothing could trade`;
      if (price === null) return `slot ${slot.slotMs}: ${volume} Wh, each trade at its own price`;
      return `slot ${slot.slotMs}: ${volume} Wh at ${formatPrice(price, 'ct/kWh')} ct/kWh`;
    });
}
