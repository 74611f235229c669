/**
 * The two parties of a negotiation talk through the node's mailbox, which sees sealed bytes alone.
 * Of each side the first message is its endorsement of its agreement key, the second the tag that
 * proves that it derived the same mutual key, and every further one is sealed. Nothing is sealed for
 * a peer who has not confirmed.
 */
import {
  DecodeError,
  equalBytes,
  fromHex,
  type Random,
  toHex,
  utf8Bytes,
} from '@commonwatt/ledger';
import type { RouteAnswer } from './http/typed-client.ts';
import { endorseAgreementKey } from './keys/agreement-key.ts';
import type { MemberKeys } from './keys/member-keys.ts';
import { deriveMutualKey, isMutualKey, type MutualKey } from './keys/mutual-key.ts';
import { type ChannelPosition, negotiationChannel } from './keys/negotiation-channel.ts';
import { type NegotiationParties, verifyNegotiation } from './verify/negotiation.ts';
import type { Verifier } from './verify/proven-block.ts';
import { StepFault } from './verify/steps.ts';

/** The mailbox takes 4,096 bytes; the seal adds 32. */
export const TALK_TEXT_BYTES_MAX = 4064;

/** Endorsement and confirmation tag stand before the sealed messages. */
const GREETINGS = 2;

/** Where the places of channels are kept between runs, by negotiation. */
export interface TalkStore {
  get(negotiation: string): Promise<ChannelPosition | undefined>;
  put(negotiation: string, position: ChannelPosition): Promise<void>;
}

export interface TalkOptions {
  readonly verifier: Verifier;
  readonly keys: MemberKeys;
  /** The member's own number. */
  readonly member: number;
  /** `HEX:INDEX`. */
  readonly negotiation: string;
  readonly random: Random;
  readonly store: TalkStore;
  /** The peer's key as the peer told it, where the ledger cannot prove it. */
  readonly peerKey?: Uint8Array;
}

export type TalkFaultCode =
  /** The keys that the node shows are not those of the negotiation. */
  | 'keys_not_proven'
  /** The peer's key does not vouch for the agreement key that the node shows. */
  | 'agreement_key_not_endorsed'
  | 'mutual_key_with_self'
  /** The peer derived another mutual key: a key was swapped between the two. */
  | 'mutual_key_not_confirmed'
  /** What the node says this side sent is not what it sends. */
  | 'own_messages_altered'
  /** Messages that were read or sent here before are not shown any more. */
  | 'messages_withheld'
  /** A message was changed, left out, repeated or moved. */
  | 'message_not_opened';

/** Somebody between the two parties does other than carry messages, or a key is not the peer's. */
export class TalkFault extends Error {
  override readonly name = 'TalkFault';
  readonly code: TalkFaultCode;

  constructor(code: TalkFaultCode, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

export interface TalkMessage {
  readonly text: string;
  readonly receivedMs: number;
}

export interface Talk {
  readonly peer: number;
  /** Whether the peer has shown that it holds the same mutual key. */
  readonly confirmed: boolean;
  /** What the peer wrote, oldest first. */
  readonly received: readonly TalkMessage[];
  /** How many sealed messages this side has left. */
  readonly sent: number;
}

/** Greets where that is still to do, and reads what the peer wrote. @throws TalkFault */
export async function readTalk(options: TalkOptions): Promise<Talk> {
  return (await greeted(options)).talk;
}

/**
 * Seals a text for the peer; it is not sent, and the talk says so, before the peer has confirmed.
 * @throws TalkFault; RangeError for a text that is empty or too long.
 */
export async function sendTalk(options: TalkOptions, text: string): Promise<Talk> {
  const bytes = utf8Bytes(text);
  if (bytes.length < 1 || bytes.length > TALK_TEXT_BYTES_MAX) {
    throw new RangeError(`text: expected 1 to ${TALK_TEXT_BYTES_MAX} bytes, got ${bytes.length}`);
  }
  const { talk, mutualKey } = await greeted(options);
  if (!talk.confirmed || mutualKey === undefined) return talk;
  const { random, store, negotiation } = options;
  const place = { nextSent: talk.sent, nextReceived: talk.received.length };
  const channel = negotiationChannel(random, mutualKey, place);
  await post(options, GREETINGS + talk.sent, channel.seal(bytes));
  await store.put(negotiation, channel.position);
  return { ...talk, sent: talk.sent + 1 };
}

interface Greeted {
  readonly talk: Talk;
  readonly mutualKey: MutualKey | undefined;
}

async function greeted(options: TalkOptions): Promise<Greeted> {
  const { verifier, keys, negotiation } = options;
  const answer = await verifier.client.negotiationMessages({ params: { id: negotiation } });
  const parties = await provenParties(options, answer);
  const own = sealedOf(answer, parties.own.member);
  const theirs = sealedOf(answer, parties.peer.member);
  await demandNothingWithheld(options, own.length, theirs.length);
  const chain = fromHex(verifier.ledger.chain);
  const endorsement = endorseAgreementKey(keys.signer, chain, keys.agreementKey.publicKey);
  await greet(options, own, 0, endorsement);
  const waiting = { peer: parties.peer.member, confirmed: false, received: [], sent: 0 };
  const [vouched, tag] = theirs;
  if (vouched === undefined) return { talk: waiting, mutualKey: undefined };
  const mutualKey = derived(options, parties, vouched.sealed);
  await greet(options, own, 1, mutualKey.confirmationTag());
  if (tag === undefined) return { talk: waiting, mutualKey };
  if (!mutualKey.isConfirmedBy(tag.sealed)) {
    const detail = `member ${parties.peer.member} derived another key: somebody stands between`;
    throw new TalkFault('mutual_key_not_confirmed', detail);
  }
  const received = opened(options, mutualKey, theirs.slice(GREETINGS));
  const sent = Math.max(0, own.length - GREETINGS);
  await options.store.put(negotiation, { nextSent: sent, nextReceived: received.length });
  return { talk: { ...waiting, confirmed: true, received, sent }, mutualKey };
}

async function provenParties(
  options: TalkOptions,
  answer: RouteAnswer<'negotiationMessages'>,
): Promise<NegotiationParties> {
  const { verifier, keys, member, negotiation, peerKey } = options;
  const { signer, agreementKey } = keys;
  const own = {
    member,
    publicKey: signer.publicKey,
    agreementPublicKey: agreementKey.publicKey,
  };
  try {
    return await verifyNegotiation(verifier, {
      negotiation,
      answer,
      own,
      ...(peerKey === undefined ? {} : { peerKey }),
    });
  } catch (fault) {
    if (!(fault instanceof StepFault) && !(fault instanceof DecodeError)) throw fault;
    throw new TalkFault('keys_not_proven', fault.message);
  }
}

interface Letter {
  readonly sealed: Uint8Array;
  readonly receivedMs: number;
}

/** One side's messages in the order in which that side sent them. */
function sealedOf({ messages }: RouteAnswer<'negotiationMessages'>, member: number): Letter[] {
  const letters = messages
    .filter(({ from }) => from === member)
    .toSorted((a, b) => a.sequence - b.sequence);
  const gap = letters.find(({ sequence }, at) => sequence !== at);
  if (gap !== undefined) {
    throw new TalkFault('messages_withheld', `of member ${member} before number ${gap.sequence}`);
  }
  return letters.map(({ sealed, receivedMs }) => ({ sealed: fromHex(sealed), receivedMs }));
}

async function demandNothingWithheld(
  { store, negotiation }: TalkOptions,
  own: number,
  theirs: number,
): Promise<void> {
  const kept = await store.get(negotiation);
  if (kept === undefined) return;
  const [sent, received] = [GREETINGS + kept.nextSent, GREETINGS + kept.nextReceived];
  if (own >= sent && theirs >= received) return;
  const detail = `expected ${sent} sent and ${received} received at least, got ${own} and ${theirs}`;
  throw new TalkFault('messages_withheld', detail);
}

/** Leaves one of the two greetings, or holds the one that was left against it. */
async function greet(
  options: TalkOptions,
  own: readonly Letter[],
  sequence: number,
  greeting: Uint8Array,
): Promise<void> {
  const left = own[sequence];
  if (left === undefined) return post(options, sequence, greeting);
  if (equalBytes(left.sealed, greeting)) return;
  const what = sequence === 0 ? 'endorsement' : 'confirmation';
  throw new TalkFault('own_messages_altered', `the own ${what} is another than was left`);
}

async function post(
  { verifier, negotiation }: TalkOptions,
  sequence: number,
  sealed: Uint8Array,
): Promise<void> {
  const body = { sequence, sealed: toHex(sealed) };
  await verifier.client.postNegotiationMessage({ params: { id: negotiation }, body });
}

function derived(
  { verifier, keys, negotiation }: TalkOptions,
  { own, peer }: NegotiationParties,
  endorsement: Uint8Array,
): MutualKey {
  const outcome = deriveMutualKey(verifier.crypto, {
    chain: fromHex(verifier.ledger.chain),
    negotiation: negotiationName(negotiation),
    own,
    ownKey: keys.agreementKey,
    peer: { ...peer, endorsement },
  });
  if (isMutualKey(outcome)) return outcome;
  const detail = `the agreement key shown for member ${peer.member} is not vouched for by its key`;
  throw new TalkFault(outcome.code, detail);
}

/** The hash that names the batch, and the position in it: 34 bytes. */
function negotiationName(negotiation: string): Uint8Array {
  const [hex = '', position = ''] = negotiation.split(':');
  const index = Number(position);
  return Uint8Array.of(...fromHex(hex), index >> 8, index & 255);
}

function opened(
  { random }: TalkOptions,
  mutualKey: MutualKey,
  letters: readonly Letter[],
): readonly TalkMessage[] {
  const channel = negotiationChannel(random, mutualKey);
  return letters.map(({ sealed, receivedMs }, at) => {
    const message = channel.open(sealed);
    if (message === undefined) {
      throw new TalkFault('message_not_opened', `number ${at} is not what the peer sealed there`);
    }
    return { text: new TextDecoder('utf-8').decode(message), receivedMs };
  });
}
