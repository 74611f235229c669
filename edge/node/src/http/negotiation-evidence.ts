/**
 * What lets the two parties of a negotiation find out each other's key without believing the node:
 * the negotiation's name is the hash of the batch that began it, sender included, and the action in
 * it names the order by the hash of the batch that sent it.
 */

import { ACTION, type OrderId, replyCodec, sendEnergyCodec } from '@commonwatt/contracts';
import {
  type Action,
  actionLeafBytes,
  actionLeafHashes,
  actionsRoot,
  decode,
  encode,
  envelopeCodec,
  inclusionProof,
  type ReadTransaction,
  toHex,
} from '@commonwatt/ledger';
import type { Desks } from '../desks.ts';
import type { ReceiptProofs } from './receipt-proofs.ts';

/** Nothing for a name that began no negotiation. */
export function negotiationEvidence(desks: Desks, id: string, receipts: ReceiptProofs) {
  const { crypto, projections } = desks;
  const [hex = '', position = ''] = id.split(':');
  const actionIndex = Number(position);
  const place = projections.transaction(hex);
  const begun = transactionOf(desks, hex);
  const action = begun?.actions[actionIndex];
  const about = action && orderNamedBy(action);
  const order = about && transactionOf(desks, toHex(about.transaction));
  if (place === undefined || begun === undefined || action === undefined || order === undefined) {
    return undefined;
  }
  const { leaf, index, proof } = receipts.proof(place.height, place.index);
  const hashes = actionLeafHashes(crypto, begun.actions);
  return {
    begun: {
      ...headOf(begun),
      action: toHex(actionLeafBytes(action)),
      actionProof: inclusionProof(crypto.sha256, hashes, actionIndex).map(toHex),
      height: place.height,
      receipt: { leaf, index, proof },
    },
    order: { ...headOf(order), actionsRoot: toHex(actionsRoot(crypto, order.actions)) },
  };
}

function transactionOf({ projections }: Desks, id: string): ReadTransaction | undefined {
  const place = projections.transaction(id);
  const block = place && projections.block(place.height);
  return block?.transactions[place?.index ?? -1];
}

function headOf({ envelope, actions }: ReadTransaction) {
  return { envelope: toHex(encode(envelopeCodec, envelope)), actionCount: actions.length };
}

function orderNamedBy({ type, body }: Action): OrderId | undefined {
  if (type === ACTION.reply) return decode(replyCodec, body, 'reply').order;
  return type === ACTION.sendEnergy
    ? decode(sendEnergyCodec, body, 'send energy').share
    : undefined;
}
