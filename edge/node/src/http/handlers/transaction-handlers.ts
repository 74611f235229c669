/** The submit door, and a transaction shown to those it belongs to. */

import type { Committed } from '@commonwatt/consensus';
import { refusalCode } from '@commonwatt/contracts';
import {
  DecodeError,
  decode,
  equalBytes,
  fromHex,
  type Ledger,
  type ReadTransaction,
  type Refusal,
  readTransaction,
  receiptCodec,
  type TransactionReceipt,
  toHex,
  verifyRegistered,
} from '@commonwatt/ledger';
import type { Desks } from '../../desks.ts';
import type { NodeMetrics } from '../../metrics.ts';
import type { Gate } from '../gate.ts';
import type { Handlers } from '../handler.ts';
import { holderOf } from '../identity.ts';
import { jsonOf } from '../json-view.ts';
import { ReceiptProofs } from '../receipt-proofs.ts';
import { type Refused, refused } from '../refused.ts';
import { sendersOf } from '../transaction-parties.ts';

type TransactionHandlers = Pick<Handlers, 'submitTransaction' | 'transactionDetail'>;

export function transactionHandlers(
  desks: Desks,
  gate: Gate,
  metrics: NodeMetrics,
): TransactionHandlers {
  const door = new SubmitDoor(desks, gate, metrics);
  return {
    submitTransaction: ({ body, address }) => door.submit(fromHex(body.transaction), address),
    transactionDetail: ({ params }) => transactionDetail(desks, params.id) ?? refused('not_found'),
  };
}

/** Refusals that anyone who caught a message can bring about again: no offence of its sender. */
const NOT_THE_SENDERS: ReadonlySet<string> = new Set([
  'wrong_chain',
  'expired',
  'not_yet_valid',
  'sequence_wrong',
]);

/** Takes signed batches to the engine and answers with the receipt and its proof. */
class SubmitDoor {
  readonly #desks: Desks;
  readonly #gate: Gate;
  readonly #metrics: NodeMetrics;
  readonly #proofs: ReceiptProofs;

  constructor(desks: Desks, gate: Gate, metrics: NodeMetrics) {
    this.#desks = desks;
    this.#gate = gate;
    this.#metrics = metrics;
    this.#proofs = new ReceiptProofs(desks.ledger, desks.crypto);
  }

  async submit(bytes: Uint8Array, address: string) {
    let transaction: ReadTransaction;
    try {
      transaction = readTransaction(this.#desks.crypto, bytes);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#gate.failed(address);
      const { field, expected, got } = error;
      return this.#refuse({ code: 'malformed', field, expected, got });
    }
    const earlier = this.#earlier(transaction);
    if (earlier !== undefined) return earlier;
    const sender = toHex(transaction.envelope.sender);
    const limited = this.#gate.refuseKey(sender);
    if (limited !== undefined) return limited;
    const answer = await this.#desks.engine.submit(bytes);
    if (answer.status === 'refused')
      return this.#refusedAtDoor(transaction, answer.refusal, address);
    this.#gate.used(sender);
    return this.#submission(answer);
  }

  /** The same bytes again get the answer they got: a retry has one effect. */
  #earlier(transaction: ReadTransaction) {
    const { ledger, projections } = this.#desks;
    const place = projections.transaction(toHex(transaction.id));
    const record = place && ledger.record(place.height);
    const stored = record?.transactions[place?.index ?? -1];
    if (place === undefined || record === undefined || stored === undefined) return undefined;
    if (!equalBytes(stored, transaction.bytes)) return undefined;
    const { height, index } = place;
    const leaf = record.receipts[index] as Uint8Array;
    const block = { height, hash: ledger.history.leafHash(height), timeMs: record.header.timeMs };
    return this.#view(block, index, decode(receiptCodec, leaf, 'receipt'));
  }

  #submission({ height, hash, timeMs, transactionIndex, receipt }: Committed) {
    for (const code of [receipt.code, ...receipt.actions]) {
      if (code !== 0) this.#metrics.refused(codeName(code));
    }
    return this.#view({ height, hash, timeMs }, transactionIndex, receipt);
  }

  #view(
    block: { readonly height: number; readonly hash: Uint8Array; readonly timeMs: number },
    index: number,
    receipt: TransactionReceipt,
  ) {
    return {
      transactionId: toHex(receipt.transactionId),
      height: block.height,
      blockHash: toHex(block.hash),
      timeMs: block.timeMs,
      code: codeName(receipt.code),
      actions: receipt.actions.map(codeName),
      receipt: this.#proofs.proof(block.height, index),
    };
  }

  #refusedAtDoor(transaction: ReadTransaction, refusal: Refusal, address: string) {
    if (refusal.code === 'pool_full') return refused('pool_full');
    if (refusal.code === 'engine_stopping') return refused('node_halted');
    this.#blame(transaction, refusal, address);
    return this.#refuse(refusal);
  }

  /**
   * Whom a refusal counts against. The ledger asks for the signature last, so that a refusal does
   * not say whether it was valid: it is verified here, where anyone is to be blamed.
   */
  #blame(transaction: ReadTransaction, refusal: Refusal, address: string): void {
    const { ledger, crypto } = this.#desks;
    const { envelope, signed, signature } = transaction;
    const isKnown = holderOf(ledger, envelope.sender) !== undefined;
    if (!isKnown || !verifyRegistered(crypto, envelope.sender, signed, signature)) {
      this.#gate.failed(address);
      return;
    }
    if (NOT_THE_SENDERS.has(refusal.code)) return;
    const sender = toHex(envelope.sender);
    this.#gate.used(sender);
    this.#gate.offended(sender, toHex(transaction.id));
  }

  #refuse(refusal: Refusal): Refused<'refused'> {
    this.#metrics.refused(refusal.code);
    return refused('refused', refusal);
  }
}

function codeName(code: number): string {
  if (code === 0) return 'done';
  const name = refusalCode(code);
  if (name === undefined) throw new Error(`receipt: refusal number ${code} has no name`);
  return name;
}

function transactionDetail(desks: Desks, id: string) {
  const { ledger, projections } = desks;
  const place = projections.transaction(id);
  const block = place && projections.block(place.height);
  const transaction = block?.transactions[place?.index ?? -1];
  const receipt = block?.receipts[place?.index ?? -1];
  if (place === undefined || transaction === undefined || receipt === undefined) return undefined;
  const { member, onBehalfOf } = sendersOf(desks, transaction);
  return {
    id,
    height: place.height,
    index: place.index,
    bytes: toHex(transaction.bytes),
    sender: toHex(transaction.envelope.sender),
    member: member ?? null,
    onBehalfOf: onBehalfOf ?? null,
    actions: transaction.actions.map((action) => actionView(ledger, place.height, action)),
    receipt: { code: codeName(receipt.code), actions: receipt.actions.map(codeName) },
  };
}

/** An action under the rules of its height; one they do not know, or cannot read, shows its bytes. */
function actionView(
  ledger: Ledger,
  height: number,
  action: { readonly type: number; readonly body: Uint8Array },
) {
  const rule = ledger.execution(height).actions.get(action.type);
  if (rule === undefined) {
    return { type: action.type, name: 'unknown', message: toHex(action.body) };
  }
  try {
    const message = jsonOf(decode<unknown>(rule.codec, action.body, rule.name));
    return { type: action.type, name: rule.name, message };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { type: action.type, name: rule.name, message: toHex(action.body) };
  }
}
