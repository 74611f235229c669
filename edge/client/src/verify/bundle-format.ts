/** The proof file's form, read strictly: every field there, none besides, bytes in lower-case hex. */
import {
  type BillBasis,
  billBasisCodec,
  QUALITIES,
  SALT_LENGTH,
  type SettledLine,
  type SlotLine,
  SOURCES,
  type Standing,
  slotLineCodec,
} from '@commonwatt/contracts';
import {
  type Codec,
  DecodeError,
  energyWh,
  fromHex,
  moneyNano,
  priceNano,
  u16,
  u32,
} from '@commonwatt/ledger';
import type { Energy, Money } from '@commonwatt/units';
import { array, count, type JsonField, object, oneOf, shown, text } from './json-fields.ts';

export const BUNDLE_FORMAT = 'commonwatt/bundle/1';

const BLOCKS_MAX = 1_000_000;
const ENTRIES_MAX = 1_000_000;
const PROOF_HASHES_MAX = 64;
const BILLS_MAX = 1000;

/** A leaf of one of a block's two trees, with its path. */
interface PlacedLeaf {
  readonly height: number;
  readonly index: number;
  readonly proof: readonly Uint8Array[];
}

export interface BundleBlock {
  readonly height: number;
  /** Canonical bytes of the header. */
  readonly header: Uint8Array;
  /** In the history tree of the checkpoint. */
  readonly proof: readonly Uint8Array[];
}

export interface BundleTransaction extends PlacedLeaf {
  readonly bytes: Uint8Array;
}

export interface BundleReceipt extends PlacedLeaf {
  readonly leaf: Uint8Array;
}

export interface BundleReading extends Standing {
  readonly meter: number;
  readonly slotMs: number;
  readonly importedWh: Energy;
  readonly exportedWh: Energy;
  readonly salt: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/**
 * One commitReadings action, proved without the other actions of its batch: the hash of the signed
 * bytes is the transaction's id in the receipt at the same place, which is among the receipts.
 */
export interface BundleCommitment {
  readonly height: number;
  /** Of the transaction in its block, and so of its receipt. */
  readonly index: number;
  readonly envelope: Uint8Array;
  readonly signature: Uint8Array;
  readonly actionIndex: number;
  readonly actionCount: number;
  /** Two bytes of type, then the message. */
  readonly action: Uint8Array;
  /** To the root over the batch's actions, which the signature covers. */
  readonly actionProof: readonly Uint8Array[];
}

export interface BundleEnergy {
  readonly bought: Energy;
  readonly sold: Energy;
  readonly renewable: Energy;
  readonly salt: Uint8Array;
}

export interface BundleStatement {
  readonly periodFromMs: number;
  readonly periodUntilMs: number;
  readonly runHash: Uint8Array;
  readonly amount: Money;
  readonly linesRoot: Uint8Array;
  readonly energyCommitment: Uint8Array;
  readonly energy: BundleEnergy;
  readonly lines: readonly SettledLine[];
  /** 0 for the period's first run. */
  readonly sequence: number;
  /** What the run comes to beside the trades. */
  readonly charge: Money;
  readonly slotLinesRoot: Uint8Array;
  /** One for each metered slot; none before version 3 of the rules. */
  readonly slotLines: readonly SlotLine[];
}

/** A final document of the member. */
export interface BundleBill {
  /** Its canonical text. */
  readonly text: string;
  /** The prices and rules that it was computed with. */
  readonly basis: BillBasis;
  /** A signed note over number and hash of the text. */
  readonly seal: string;
}

export interface Bundle {
  readonly format: typeof BUNDLE_FORMAT;
  readonly chain: Uint8Array;
  readonly genesis: Uint8Array;
  readonly member: number;
  readonly period: { readonly fromMs: number; readonly untilMs: number };
  readonly checkpoint: string;
  readonly blocks: readonly BundleBlock[];
  readonly transactions: readonly BundleTransaction[];
  readonly receipts: readonly BundleReceipt[];
  readonly readings: readonly BundleReading[];
  readonly commitments: readonly BundleCommitment[];
  readonly statements: readonly BundleStatement[];
  /** Of periods that lie whole in the file's. */
  readonly bills: readonly BundleBill[];
}

/** Bytes of one length, or of any; one text for each. */
function bytes(length?: number): JsonField<Uint8Array> {
  return (json, field) => {
    if (typeof json !== 'string' || !/^([0-9a-f]{2})*$/.test(json)) {
      throw new DecodeError(field, 'bytes in lower-case hex', shown(json));
    }
    if (length !== undefined && json.length !== 2 * length) {
      throw new DecodeError(field, `${length} bytes`, `${json.length / 2}`);
    }
    return fromHex(json);
  };
}

function value<T>(codec: Codec<T>): JsonField<T> {
  return (json, field) => codec.fromJson(json, field);
}

const hash = bytes(32);
const salt = bytes(SALT_LENGTH);
const proof = array(hash, PROOF_HASHES_MAX);
const placed = { height: count, index: count, proof };

const block = object<BundleBlock>({ height: count, header: bytes(), proof });
const transaction = object<BundleTransaction>({ ...placed, bytes: bytes() });
const receipt = object<BundleReceipt>({ ...placed, leaf: bytes() });
const reading = object<BundleReading>({
  meter: value(u32),
  slotMs: count,
  importedWh: value(energyWh),
  exportedWh: value(energyWh),
  quality: oneOf(...QUALITIES),
  source: oneOf(...SOURCES),
  version: value(u16),
  salt,
  index: count,
  size: count,
  proof,
});
const commitment = object<BundleCommitment>({
  height: count,
  index: count,
  envelope: bytes(),
  signature: bytes(64),
  actionIndex: count,
  actionCount: count,
  action: bytes(),
  actionProof: proof,
});
const line = object<SettledLine>({
  trade: hash,
  slotMs: count,
  side: oneOf('buy', 'sell'),
  counterparty: value(u32),
  traded: value(energyWh),
  delivered: value(energyWh),
  price: value(priceNano),
  money: value(moneyNano),
  salt,
});
/** The codec's own fields, with the salt as the other leaves have it. */
const slotLine: JsonField<SlotLine> = value(slotLineCodec);
const statement = object<BundleStatement>({
  periodFromMs: count,
  periodUntilMs: count,
  runHash: hash,
  amount: value(moneyNano),
  linesRoot: hash,
  energyCommitment: hash,
  energy: object<BundleEnergy>({
    bought: value(energyWh),
    sold: value(energyWh),
    renewable: value(energyWh),
    salt,
  }),
  lines: array(line, ENTRIES_MAX),
  sequence: value(u16),
  charge: value(moneyNano),
  slotLinesRoot: hash,
  slotLines: array(slotLine, ENTRIES_MAX),
});

const bill = object<BundleBill>({ text, basis: value(billBasisCodec), seal: text });

/** @throws DecodeError naming the field that is not as the format has it. */
export const readBundle: JsonField<Bundle> = object<Bundle>({
  format: oneOf(BUNDLE_FORMAT),
  chain: hash,
  genesis: bytes(),
  member: value(u32),
  period: object<Bundle['period']>({ fromMs: count, untilMs: count }),
  checkpoint: text,
  blocks: array(block, BLOCKS_MAX),
  transactions: array(transaction, ENTRIES_MAX),
  receipts: array(receipt, ENTRIES_MAX),
  readings: array(reading, ENTRIES_MAX),
  commitments: array(commitment, ENTRIES_MAX),
  statements: array(statement, ENTRIES_MAX),
  bills: array(bill, BILLS_MAX),
});
