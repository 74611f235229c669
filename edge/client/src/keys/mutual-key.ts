/**
 * The mutual key of a trade (Ko and Praça 2021, section 3.3), which "verifies the reliability of
 * the other party". The paper's server hands it out and so knows it; here the two parties derive it
 * from each other's registered X25519 keys, and nobody else can.
 *
 * It is bound to the chain, to both members with both of their public keys, and to one negotiation:
 * if either side was shown another key, another member or another trade than the other side, the
 * two derive different keys, no tag confirms and no message opens.
 *
 * Both keys are long-term, so the mutual key can be derived again from a seed that leaks later; the
 * messages it seals should not need to stay secret for longer than the seed does.
 */
import {
  asciiBytes,
  bytesUpTo,
  type Codec,
  type Crypto,
  concatBytes,
  encode,
  equalBytes,
  fixedBytes,
  HASH_LENGTH,
  hash32,
  struct,
  u32,
} from '@commonwatt/ledger';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type AgreementKey, isAgreementKeyEndorsed } from './agreement-key.ts';
import { deriveBytes } from './key-derivation.ts';

const PROTOCOL = asciiBytes('commonwatt/mutual-key/1');
const KEY_LENGTH = 32;
export const CONFIRMATION_TAG_LENGTH = 32;
export const NEGOTIATION_ID_LENGTH_MAX = 64;

/** A member as the ledger knows it. */
export interface Party {
  readonly member: number;
  /** The registered Ed25519 key. */
  readonly publicKey: Uint8Array;
  /** The registered X25519 key. */
  readonly agreementPublicKey: Uint8Array;
}

/** The other side: what the ledger says of it, and its own word for its agreement key. */
export interface PeerParty extends Party {
  /** `endorseAgreementKey` by the peer's Ed25519 key. */
  readonly endorsement: Uint8Array;
}

export interface MutualKeyRequest {
  /** The ledger on which both are registered: the hash of its genesis document. */
  readonly chain: Uint8Array;
  /** The identifier of the trade or negotiation, 1 to 64 bytes. */
  readonly negotiation: Uint8Array;
  readonly own: Party;
  readonly ownKey: AgreementKey;
  readonly peer: PeerParty;
}

/** Why there is no mutual key with this peer. */
export type MutualKeyRefusal =
  /** Both sides are one member, or share a key. */
  | { readonly code: 'mutual_key_with_self' }
  /** The peer's own Ed25519 key does not vouch for the agreement key that was shown. */
  | { readonly code: 'agreement_key_not_endorsed'; readonly member: number };

/**
 * The side with the lower member number is the first. Each side and each direction has keys of its
 * own, so that no message or tag can be sent back to who made it.
 */
export type Side = 'first' | 'second';

/** What the two parties share; the key itself stays inside. */
export interface MutualKey {
  readonly side: Side;
  readonly negotiation: Uint8Array;
  /** Proves to the peer, and to nobody else, that this side derived the same key. */
  confirmationTag(): Uint8Array;
  /** Whether the peer derived the same key. */
  isConfirmedBy(peerTag: Uint8Array): boolean;
  /** The key under which the named side seals what it sends. */
  sealingKey(sender: Side): Uint8Array;
}

interface Binding {
  readonly chain: Uint8Array;
  readonly first: Party;
  readonly second: Party;
  readonly negotiation: Uint8Array;
}

const partyCodec: Codec<Party> = struct<Party>({
  member: u32,
  publicKey: fixedBytes(32),
  agreementPublicKey: fixedBytes(32),
});

const bindingCodec: Codec<Binding> = struct<Binding>({
  chain: hash32,
  first: partyCodec,
  second: partyCodec,
  negotiation: bytesUpTo(NEGOTIATION_ID_LENGTH_MAX),
});

/**
 * @throws RangeError when a field has a wrong length or `ownKey` is not the key of `own`: those are
 * mistakes of the caller, not of the peer.
 */
export function deriveMutualKey(
  crypto: Crypto,
  request: MutualKeyRequest,
): MutualKey | MutualKeyRefusal {
  const { chain, negotiation, own, ownKey, peer } = request;
  if (chain.length !== HASH_LENGTH)
    throw new RangeError(`chain: expected 32 bytes, got ${chain.length}`);
  if (negotiation.length === 0) throw new RangeError('negotiation: expected 1 to 64 bytes, got 0');
  if (!equalBytes(own.agreementPublicKey, ownKey.publicKey)) {
    throw new RangeError(`agreement key: expected the one registered for member ${own.member}`);
  }
  if (
    own.member === peer.member ||
    equalBytes(own.publicKey, peer.publicKey) ||
    equalBytes(own.agreementPublicKey, peer.agreementPublicKey)
  ) {
    return { code: 'mutual_key_with_self' };
  }
  const { publicKey, agreementPublicKey, endorsement: signature } = peer;
  if (!isAgreementKeyEndorsed(crypto, { chain, publicKey, agreementPublicKey, signature })) {
    return { code: 'agreement_key_not_endorsed', member: peer.member };
  }
  const side = own.member < peer.member ? 'first' : 'second';
  const [first, second] = side === 'first' ? [own, peer] : [peer, own];
  const binding = encode(bindingCodec, { chain, first, second, negotiation });
  return new DerivedMutualKey(ownKey.sharedSecret(agreementPublicKey), binding, {
    side,
    negotiation,
  });
}

export function isMutualKey(outcome: MutualKey | MutualKeyRefusal): outcome is MutualKey {
  return outcome instanceof DerivedMutualKey;
}

function other(side: Side): Side {
  return side === 'first' ? 'second' : 'first';
}

class DerivedMutualKey implements MutualKey {
  readonly #sharedSecret: Uint8Array;
  readonly #binding: Uint8Array;
  readonly side: Side;
  readonly negotiation: Uint8Array;

  constructor(
    sharedSecret: Uint8Array,
    binding: Uint8Array,
    { side, negotiation }: { readonly side: Side; readonly negotiation: Uint8Array },
  ) {
    this.#sharedSecret = sharedSecret;
    this.#binding = binding;
    this.side = side;
    this.negotiation = Uint8Array.from(negotiation);
  }

  confirmationTag(): Uint8Array {
    return this.#tagOf(this.side);
  }

  isConfirmedBy(peerTag: Uint8Array): boolean {
    return equalInConstantTime(this.#tagOf(other(this.side)), peerTag);
  }

  sealingKey(sender: Side): Uint8Array {
    return this.#derive(`seal by ${sender}`);
  }

  #tagOf(side: Side): Uint8Array {
    return hmac(sha256, this.#derive('confirm'), asciiBytes(`confirmed by ${side}`));
  }

  /** One key a purpose: HKDF-SHA-256 with the purpose and everything bound as its info. */
  #derive(purpose: string): Uint8Array {
    return deriveBytes({
      secret: this.#sharedSecret,
      salt: PROTOCOL,
      info: concatBytes(asciiBytes(purpose), Uint8Array.of(0), this.#binding),
      length: KEY_LENGTH,
    });
  }
}

/** A tag that is guessed must not be told how many of its bytes were right. */
function equalInConstantTime(expected: Uint8Array, got: Uint8Array): boolean {
  if (expected.length !== got.length) return false;
  let difference = 0;
  for (let at = 0; at < expected.length; at++) {
    difference |= (expected[at] as number) ^ (got[at] as number);
  }
  return difference === 0;
}
