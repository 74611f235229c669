/**
 * Whose key stands at the other end of a negotiation, found out without believing the node. The
 * negotiation's name is the hash of the signed batch that began it, and so of its sender's key; the
 * action in that batch names an order, and so the key that sent the order. That the batch took
 * effect stands in a receipt under a signed checkpoint. Own key is one of the two, the other the
 * peer's.
 */
import { ACTION, type OrderId, replyCodec, sendEnergyCodec } from '@commonwatt/contracts';
import {
  decode,
  type Envelope,
  envelopeCodec,
  equalBytes,
  fromHex,
  leafHash,
  receiptCodec,
  signedBytes,
  toHex,
  verifyInclusion,
} from '@commonwatt/ledger';
import type { RouteAnswer } from '../http/typed-client.ts';
import type { Party } from '../keys/mutual-key.ts';
import { rootOfPath } from './action-root.ts';
import { demandInHistory, latestCheckpoint, readHeader, type Verifier } from './proven-block.ts';
import { demand, StepFault } from './steps.ts';

type Answer = RouteAnswer<'negotiationMessages'>;
type Begun = Answer['evidence']['begun'];

/** The member's own half, known without the node. */
export interface OwnKeys {
  readonly member: number;
  readonly publicKey: Uint8Array;
  readonly agreementPublicKey: Uint8Array;
}

export interface NegotiationRequest {
  /** `HEX:INDEX`. */
  readonly negotiation: string;
  readonly answer: Answer;
  readonly own: OwnKeys;
  /**
   * The peer's key as the peer itself told it: needed where a delegate sent for one of the two,
   * where the peer has not acted yet, or has another key since.
   */
  readonly peerKey?: Uint8Array;
}

export interface NegotiationParties {
  readonly own: Party;
  readonly peer: Party;
}

/** @throws StepFault naming what does not hold: a swapped key among it. */
export async function verifyNegotiation(
  verifier: Verifier,
  request: NegotiationRequest,
): Promise<NegotiationParties> {
  const { answer, own } = request;
  const isSeller = answer.seller === own.member;
  demand(isSeller || answer.buyer === own.member, () => {
    return `parties: expected member ${own.member}, got ${answer.seller} and ${answer.buyer}`;
  });
  const [ownShown, peerShown] = isSeller
    ? [shownOf(answer, 'seller'), shownOf(answer, 'buyer')]
    : [shownOf(answer, 'buyer'), shownOf(answer, 'seller')];
  demandKey('own key', own.publicKey, ownShown.publicKey);
  demandKey('own agreement key', own.agreementPublicKey, ownShown.agreementPublicKey);
  const expected = request.peerKey ?? (await provenPeerKey(verifier, request));
  demandKey(`key of member ${peerShown.member}`, expected, peerShown.publicKey);
  return { own, peer: peerShown };
}

function shownOf(answer: Answer, side: 'seller' | 'buyer'): Party {
  return {
    member: answer[side],
    publicKey: fromHex(answer[`${side}Key`]),
    agreementPublicKey: fromHex(answer[`${side}AgreementKey`]),
  };
}

function demandKey(what: string, expected: Uint8Array, shown: Uint8Array): void {
  demand(equalBytes(expected, shown), () => {
    return `${what}: expected ${toHex(expected)}, the node shows ${toHex(shown)}`;
  });
}

async function provenPeerKey(
  verifier: Verifier,
  { negotiation, answer, own }: NegotiationRequest,
): Promise<Uint8Array> {
  const { begun, order } = answer.evidence;
  const [name = '', position = ''] = negotiation.split(':');
  const action = fromHex(begun.action);
  const root = rootOfPath(verifier.crypto.sha256, {
    leafHash: leafHash(verifier.crypto.sha256, action),
    index: Number(position),
    size: begun.actionCount,
    proof: begun.actionProof.map(fromHex),
  });
  if (root === undefined) throw new StepFault('evidence: the action is not in its batch');
  const beginner = envelopeOf(verifier, { ...begun, root, name, what: 'negotiation' });
  const { order: about, isReply } = orderOf(action);
  await demandDone(verifier, { begun, name, actionIndex: Number(position) });
  const owner = envelopeOf(verifier, {
    ...order,
    root: fromHex(order.actionsRoot),
    name: toHex(about.transaction),
    what: 'order',
  });
  const isBeginner = equalBytes(beginner.sender, own.publicKey);
  const peer = isBeginner ? owner : beginner;
  const ownEnvelope = isBeginner ? beginner : owner;
  // A SEND names a consumer who has not signed anything yet.
  const isKnown = (isBeginner ? isReply : true) && peer.onBehalfOf === undefined;
  const isOwn = !isReply || equalBytes(ownEnvelope.sender, own.publicKey);
  demand(isKnown && isOwn, () => {
    return 'key of the other party: nothing on the ledger proves it here; ask them, and give it';
  });
  return peer.sender;
}

/** The envelope, once it is shown to stand in the batch of that name. */
function envelopeOf(
  { crypto, ledger }: Verifier,
  batch: {
    readonly envelope: string;
    readonly actionCount: number;
    readonly root: Uint8Array;
    readonly name: string;
    readonly what: string;
  },
): Envelope {
  const envelope = decode(envelopeCodec, fromHex(batch.envelope), batch.what);
  const hash = toHex(crypto.sha256(signedBytes(envelope, batch.actionCount, batch.root)));
  demand(hash === batch.name, () => `${batch.what}: expected ${batch.name}, got ${hash}`);
  const chain = toHex(envelope.chain);
  demand(chain === ledger.chain, () => `${batch.what}: of the chain ${chain}`);
  return envelope;
}

function orderOf(action: Uint8Array): { readonly order: OrderId; readonly isReply: boolean } {
  const type = (action[0] ?? 0) * 256 + (action[1] ?? 0);
  const body = action.subarray(2);
  if (type === ACTION.reply)
    return { order: decode(replyCodec, body, 'reply').order, isReply: true };
  demand(type === ACTION.sendEnergy, () => `evidence: action ${type} begins no negotiation`);
  return { order: decode(sendEnergyCodec, body, 'send energy').share, isReply: false };
}

/** The batch stands in a block of the signed history, and the action was done. */
async function demandDone(
  verifier: Verifier,
  named: { readonly begun: Begun; readonly name: string; readonly actionIndex: number },
): Promise<void> {
  const { client, crypto } = verifier;
  const { height, receipt } = named.begun;
  const leaf = fromHex(receipt.leaf);
  const told = decode(receiptCodec, leaf, 'receipt');
  const id = toHex(told.transactionId);
  demand(id === named.name, () => `receipt: expected of ${named.name}, got of ${id}`);
  const isDone = told.code === 0 && told.actions[named.actionIndex] === 0;
  demand(isDone, () => 'receipt: the ledger refused what should have begun the negotiation');
  const { headerBytes } = await client.blockDetail({ params: { height } });
  const { header, hash } = readHeader(verifier, { height, headerBytes });
  const proven = verifyInclusion(crypto.sha256, {
    leafHash: leafHash(crypto.sha256, leaf),
    index: receipt.index,
    size: header.receiptCount,
    proof: receipt.proof.map(fromHex),
    root: header.receiptsRoot,
  });
  demand(proven, () => `receipt: not under the receipts root of block ${height}`);
  const outcome = await latestCheckpoint(verifier);
  if (!outcome.ok) throw new StepFault(`checkpoint: ${outcome.refusal.code}`);
  const { checkpoint } = outcome;
  const { proof } = await client.blockProof({
    params: { height },
    query: { size: checkpoint.size },
  });
  demandInHistory(verifier, checkpoint, { height, hash, proof });
}
