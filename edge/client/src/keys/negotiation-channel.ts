/**
 * Negotiation messages between the two parties of a trade, sealed under their mutual key with
 * XChaCha20-Poly1305. Each direction has its own key and its own counter. The 24-byte nonce is 16
 * random bytes and the counter, so that a device which lost its place and counts again from zero
 * still never uses one nonce for two messages. Associated data: negotiation, direction, sequence.
 *
 * The relay between the two can delay or withhold messages, and no more: each opens only in its
 * place, so one that is changed, repeated, left out, reordered, sent back or moved to another
 * negotiation does not.
 */
import {
  asciiBytes,
  bytesUpTo,
  type Codec,
  choice,
  concatBytes,
  encode,
  type Random,
  struct,
  u64,
} from '@commonwatt/ledger';
import {
  CIPHER_TAG_LENGTH,
  openXchacha20,
  type Sealing,
  sealXchacha20,
  XCHACHA20_NONCE_LENGTH,
} from './authenticated-encryption.ts';
import { type MutualKey, NEGOTIATION_ID_LENGTH_MAX, type Side } from './mutual-key.ts';

const PROTOCOL = asciiBytes('commonwatt/negotiation-message/1');
const NONCE_RANDOM_LENGTH = 16;

export const NEGOTIATION_MESSAGE_BYTES_MAX = 16_384;
/** Messages in one direction; a negotiation that needs more has gone wrong. */
export const NEGOTIATION_MESSAGES_MAX = 65_536;

interface AssociatedData {
  readonly negotiation: Uint8Array;
  readonly sender: Side;
  readonly sequence: number;
}

const associatedDataCodec: Codec<AssociatedData> = struct<AssociatedData>({
  negotiation: bytesUpTo(NEGOTIATION_ID_LENGTH_MAX),
  sender: choice('first', 'second'),
  sequence: u64,
});

/** Where the two directions stand; a device that may stop in between stores it. */
export interface ChannelPosition {
  readonly nextSent: number;
  readonly nextReceived: number;
}

export interface NegotiationChannel {
  readonly position: ChannelPosition;
  /** 16 random bytes, the ciphertext and its tag. @throws RangeError beyond the limits. */
  seal(message: Uint8Array): Uint8Array;
  /** The message, or nothing where the bytes are not the next one that the peer sealed. */
  open(sealed: Uint8Array): Uint8Array | undefined;
}

export function negotiationChannel(
  random: Random,
  mutualKey: MutualKey,
  position: ChannelPosition = { nextSent: 0, nextReceived: 0 },
): NegotiationChannel {
  const own = mutualKey.side;
  const peer = own === 'first' ? 'second' : 'first';
  const sendingKey = mutualKey.sealingKey(own);
  const receivingKey = mutualKey.sealingKey(peer);
  const { negotiation } = mutualKey;
  let { nextSent, nextReceived } = position;
  for (const count of [nextSent, nextReceived]) {
    if (!Number.isInteger(count) || count < 0 || count > NEGOTIATION_MESSAGES_MAX) {
      throw new RangeError(`position: expected 0 to ${NEGOTIATION_MESSAGES_MAX}, got ${count}`);
    }
  }
  return {
    get position() {
      return { nextSent, nextReceived };
    },
    seal(message) {
      if (message.length > NEGOTIATION_MESSAGE_BYTES_MAX) {
        const expected = `at most ${NEGOTIATION_MESSAGE_BYTES_MAX} bytes`;
        throw new RangeError(`negotiation message: expected ${expected}, got ${message.length}`);
      }
      if (nextSent >= NEGOTIATION_MESSAGES_MAX) {
        throw new RangeError(`negotiation messages: expected at most ${NEGOTIATION_MESSAGES_MAX}`);
      }
      const drawn = random.bytes(NONCE_RANDOM_LENGTH);
      const place = { negotiation, sender: own, sequence: nextSent } as const;
      const sealed = sealXchacha20(sealingOf(sendingKey, drawn, place), message);
      nextSent += 1;
      return concatBytes(drawn, sealed);
    },
    open(sealed) {
      const length = sealed.length - NONCE_RANDOM_LENGTH - CIPHER_TAG_LENGTH;
      if (length < 0 || length > NEGOTIATION_MESSAGE_BYTES_MAX) return undefined;
      if (nextReceived >= NEGOTIATION_MESSAGES_MAX) return undefined;
      const drawn = sealed.subarray(0, NONCE_RANDOM_LENGTH);
      const place = { negotiation, sender: peer, sequence: nextReceived } as const;
      const sealing = sealingOf(receivingKey, drawn, place);
      const message = openXchacha20(sealing, sealed.subarray(NONCE_RANDOM_LENGTH));
      if (message !== undefined) nextReceived += 1;
      return message;
    },
  };
}

function sealingOf(key: Uint8Array, drawn: Uint8Array, place: AssociatedData): Sealing {
  const nonce = new Uint8Array(XCHACHA20_NONCE_LENGTH);
  nonce.set(drawn);
  new DataView(nonce.buffer).setUint32(20, place.sequence);
  return { key, nonce, associatedData: concatBytes(PROTOCOL, encode(associatedDataCodec, place)) };
}
