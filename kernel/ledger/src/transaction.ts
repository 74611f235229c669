/**
 * A transaction is a signed batch of actions. The signature covers the Merkle root of the actions,
 * so a day of ninety-six quarter hours costs one signature and any single action can be proved
 * alone. The id is the hash of the signed bytes, not of the signature: a signature cannot be
 * changed into a second transaction.
 */

import { DecodeError, Reader, viewOf, Writer } from './byte-stream.ts';
import { asciiBytes, concatBytes, equalBytes } from './bytes.ts';
import { type Codec, fixedBytes, flag, hash32, u16, u32, u64 } from './codec.ts';
import { optional, struct } from './composite-codec.ts';
import { PackedLeaves } from './merkle/packed-leaves.ts';
import { HASH_LENGTH, leafHash } from './merkle/tree.ts';
import { type Piece, Slab } from './slab.ts';
import type { Crypto, Signer } from './world.ts';

/** What the bytes are for: a signature for one purpose is worth nothing for another. */
const DOMAIN = asciiBytes('commonwatt/transaction/1');

export const ACTIONS_MAX = 1000;
export const ACTION_BYTES_MAX = 262_144;
export const TRANSACTION_BYTES_MAX = 524_288;
/** A transaction may wait at most one day between the first and the last moment it is valid. */
export const VALIDITY_MS_MAX = 86_400_000;

/** Everything the sender signs besides the actions themselves. */
export interface Envelope {
  /** The ledger it is meant for: the hash of its genesis document. */
  readonly chain: Uint8Array;
  /** The Ed25519 key that signs. */
  readonly sender: Uint8Array;
  /** The member whose affairs a delegate conducts; nothing where the sender acts for itself. */
  readonly onBehalfOf: number | undefined;
  /** Sequences run per key and lane, so that a phone and a gateway do not block each other. */
  readonly lane: number;
  readonly sequence: number;
  /** Valid in blocks with validFromMs <= time < validUntilMs. */
  readonly validFromMs: number;
  readonly validUntilMs: number;
  /** Where true, one refused action refuses them all. */
  readonly atomic: boolean;
}

/** One action: its type and the canonical bytes of its message. */
export interface Action {
  readonly type: number;
  readonly body: Uint8Array;
}

export interface Transaction {
  readonly envelope: Envelope;
  readonly actions: readonly Action[];
  readonly signature: Uint8Array;
}

export const envelopeCodec: Codec<Envelope> = struct<Envelope>({
  chain: hash32,
  sender: fixedBytes(32),
  onBehalfOf: optional(u32),
  lane: u16,
  sequence: u64,
  validFromMs: u64,
  validUntilMs: u64,
  atomic: flag,
});

/** Two bytes of type, two of length, the body; a length of 65,535 or more follows in four. */
function writeAction(writer: Writer, action: Action): void {
  writer.u16(action.type);
  if (action.body.length < 0xffff) writer.u16(action.body.length);
  else {
    writer.u16(0xffff);
    writer.u32(action.body.length);
  }
  writer.raw(action.body);
}

/** The names of an action's parts as errors tell them, by its place. */
interface ActionPaths {
  readonly type: string;
  readonly length: string;
  readonly body: string;
}
const actionPaths: ActionPaths[] = [];
function pathsOfAction(at: number): ActionPaths {
  const known = actionPaths[at];
  if (known !== undefined) return known;
  const body = `transaction.actions[${at}]`;
  const made = { type: `${body}.type`, length: `${body}.length`, body };
  actionPaths[at] = made;
  return made;
}

/** An action in the bytes of its transaction: its body is cut out only when it is asked for. */
export class ReadAction implements Action {
  readonly type: number;
  readonly #bytes: Uint8Array;
  readonly #from: number;
  readonly #end: number;

  constructor(type: number, bytes: Uint8Array, from: number, end: number) {
    this.type = type;
    this.#bytes = bytes;
    this.#from = from;
    this.#end = end;
  }

  get body(): Uint8Array {
    return this.#bytes.subarray(this.#from, this.#end);
  }

  /** @throws DecodeError unless the body is exactly the one encoding of a message. */
  message<M>(codec: Codec<M>, field: string): M {
    messageReader.reset(this.#bytes, this.#from, this.#end);
    const message = codec.read(messageReader, field);
    messageReader.end(field);
    return message;
  }

  /** Appends the body without cutting it out. */
  writeBody(writer: Writer): void {
    const { buffer, byteOffset } = this.#bytes;
    writer.rawPart(viewOf(buffer), byteOffset + this.#from, this.#end - this.#from);
  }
}
const messageReader = new Reader(new Uint8Array(0));

function readAction(reader: Reader, bytes: Uint8Array, paths: ActionPaths): ReadAction {
  const type = reader.u16(paths.type);
  let length = reader.u16(paths.length);
  if (length === 0xffff) {
    length = reader.u32(paths.length);
    if (length < 0xffff) throw new DecodeError(paths.length, '65535 or more', `${length}`);
  }
  if (length > ACTION_BYTES_MAX) {
    throw new DecodeError(paths.length, `at most ${ACTION_BYTES_MAX}`, `${length}`);
  }
  const from = reader.skip(paths.body, length);
  return new ReadAction(type, bytes, from, from + length);
}

/** The bytes whose hash is the action's leaf under the signed root. */
export function actionLeafBytes(action: Action): Uint8Array {
  const writer = new Writer(64);
  writeLeaf(writer, action);
  return writer.take();
}

function writeLeaf(writer: Writer, action: Action): void {
  writer.u16(action.type);
  if (action instanceof ReadAction) action.writeBody(writer);
  else writer.raw(action.body);
}

export function actionLeafHashes(crypto: Crypto, actions: readonly Action[]): Uint8Array[] {
  return actions.map((action) => leafHash(crypto.sha256, actionLeafBytes(action)));
}

const packedActions = new PackedLeaves();

/** The root over the actions that the signature covers. */
export function actionsRoot(crypto: Crypto, actions: readonly Action[]): Uint8Array {
  packedActions.clear();
  for (const action of actions) {
    writeLeaf(packedActions.writer, action);
    packedActions.endLeaf();
  }
  return packedActions.root(crypto);
}

/** The bytes that are signed: purpose, envelope, number of actions, root of the actions. */
export function signedBytes(envelope: Envelope, count: number, root: Uint8Array): Uint8Array {
  const writer = new Writer(256);
  writer.raw(DOMAIN);
  envelopeCodec.write(writer, envelope);
  writer.u16(count);
  writer.raw(root);
  return writer.take();
}

/**
 * A transaction as it was read. A block holds thousands at a time, so its parts are cut out of two
 * pieces of memory when they are asked for, and nobody may write over them.
 */
export class ReadTransaction implements Transaction {
  readonly envelope: Envelope;
  readonly actions: readonly ReadAction[];
  /** The SHA-256 of the signed bytes. */
  readonly id: Uint8Array;
  readonly #bytes: Piece;
  readonly #signed: Piece;

  constructor(
    envelope: Envelope,
    actions: readonly ReadAction[],
    id: Uint8Array,
    { bytes, signed }: { readonly bytes: Piece; readonly signed: Piece },
  ) {
    this.envelope = envelope;
    this.actions = actions;
    this.id = id;
    this.#bytes = bytes;
    this.#signed = signed;
  }

  get bytes(): Uint8Array {
    return cut(this.#bytes);
  }

  get signed(): Uint8Array {
    return cut(this.#signed);
  }

  /** Appends the transaction as it was read. */
  writeTo(writer: Writer): void {
    const { memory, from, length } = this.#bytes;
    writer.rawPart(viewOf(memory.buffer), from, length);
  }

  get signature(): Uint8Array {
    const { memory, from, length } = this.#bytes;
    return memory.subarray(from + length - SIGNATURE_LENGTH, from + length);
  }
}

const SIGNATURE_LENGTH = 64;

function cut({ memory, from, length }: Piece): Uint8Array {
  return memory.subarray(from, from + length);
}

export function encodeTransaction(transaction: Transaction): Uint8Array {
  const writer = new Writer(512);
  envelopeCodec.write(writer, transaction.envelope);
  writer.u16(transaction.actions.length);
  for (const action of transaction.actions) writeAction(writer, action);
  writer.raw(transaction.signature);
  return writer.take();
}

/** @throws DecodeError unless `bytes` are the one encoding of a transaction within the limits. */
export function readTransaction(crypto: Crypto, bytes: Uint8Array): ReadTransaction {
  if (bytes.length > TRANSACTION_BYTES_MAX) {
    throw new DecodeError(
      'transaction',
      `at most ${TRANSACTION_BYTES_MAX} bytes`,
      `${bytes.length}`,
    );
  }
  // A copy, so that a host may use its buffer again; the parts are views of it.
  const piece = slab.piece(bytes.length);
  const { memory, from } = piece;
  memory.set(bytes, from);
  transactionReader.reset(memory, from, from + bytes.length);
  const reader = transactionReader;
  const envelope = readEnvelope(reader);
  const count = reader.u16('transaction.actions');
  const headLength = bytes.length - reader.remaining;
  if (count < 1 || count > ACTIONS_MAX) {
    throw new DecodeError('transaction.actions', `1 to ${ACTIONS_MAX} actions`, `${count}`);
  }
  const actions: ReadAction[] = [];
  for (let at = 0; at < count; at++) actions.push(readAction(reader, memory, pathsOfAction(at)));
  reader.skip('transaction.signature', SIGNATURE_LENGTH);
  reader.end('transaction');
  // What is signed stands in the transaction as it is: the envelope and the number of actions.
  const signed = slab.piece(DOMAIN.length + headLength + HASH_LENGTH);
  signed.memory.set(DOMAIN, signed.from);
  const headAt = signed.from + DOMAIN.length;
  if (signed.memory === memory) memory.copyWithin(headAt, from, from + headLength);
  else signed.memory.set(memory.subarray(from, from + headLength), headAt);
  signed.memory.set(actionsRoot(crypto, actions), headAt + headLength);
  const id = crypto.sha256(cut(signed));
  return new ReadTransaction(envelope, actions, id, { bytes: piece, signed });
}

const transactionReader = new Reader(new Uint8Array(0));
const slab = new Slab();

let lastChain: Uint8Array = new Uint8Array(32);
/** Transactions of one ledger name the same chain: one array serves them all. */
function sharedChain(chain: Uint8Array): Uint8Array {
  if (!equalBytes(chain, lastChain)) lastChain = chain.slice();
  return lastChain;
}

/** As `envelopeCodec` reads it, without the detour over a list of fields. */
function readEnvelope(reader: Reader): Envelope {
  return {
    chain: sharedChain(reader.raw('transaction.chain', 32)),
    sender: reader.raw('transaction.sender', 32),
    onBehalfOf: flag.read(reader, 'transaction.onBehalfOf')
      ? reader.u32('transaction.onBehalfOf')
      : undefined,
    lane: reader.u16('transaction.lane'),
    sequence: reader.u64('transaction.sequence'),
    validFromMs: reader.u64('transaction.validFromMs'),
    validUntilMs: reader.u64('transaction.validUntilMs'),
    atomic: flag.read(reader, 'transaction.atomic'),
  };
}

/** Signs a batch. @throws RangeError when the batch or its envelope is beyond the limits. */
export function signTransaction(
  crypto: Crypto,
  signer: Signer,
  envelope: Omit<Envelope, 'sender'>,
  actions: readonly Action[],
): Uint8Array {
  if (actions.length < 1 || actions.length > ACTIONS_MAX) {
    throw new RangeError(`actions: expected 1 to ${ACTIONS_MAX}, got ${actions.length}`);
  }
  for (const { body } of actions) {
    if (body.length > ACTION_BYTES_MAX) {
      throw new RangeError(
        `action: expected at most ${ACTION_BYTES_MAX} bytes, got ${body.length}`,
      );
    }
  }
  const whole: Envelope = { ...envelope, sender: signer.publicKey };
  const signed = signedBytes(whole, actions.length, actionsRoot(crypto, actions));
  const bytes = encodeTransaction({ envelope: whole, actions, signature: signer.sign(signed) });
  if (bytes.length > TRANSACTION_BYTES_MAX) {
    throw new RangeError(
      `transaction: expected at most ${TRANSACTION_BYTES_MAX} bytes, got ${bytes.length}`,
    );
  }
  return bytes;
}

/**
 * The bytes a key signs to prove that its holder asks for something: the purpose, the ledger, and
 * the keys in question, 32 bytes each. Whoever is registered with several keys signs all of them,
 * so that nobody on the way can put another in the place of one.
 */
export function possessionBytes(
  chain: Uint8Array,
  purpose: string,
  ...keys: readonly Uint8Array[]
): Uint8Array {
  return concatBytes(asciiBytes(`commonwatt/possession/1/${purpose}`), chain, ...keys);
}
