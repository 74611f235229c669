/**
 * Personal records and readings under a key per person, with AES-256-GCM. What a record is and
 * whose it is are bound as associated data: a sealed record put in another's place, or under
 * another name, does not open. Who destroys the key has erased all that was sealed under it.
 */
import {
  asciiBytes,
  type Codec,
  concatBytes,
  encode,
  hash32,
  type Random,
  struct,
  textUpTo,
  u32,
} from '@commonwatt/ledger';
import {
  AES_GCM_NONCE_LENGTH,
  CIPHER_KEY_LENGTH,
  CIPHER_TAG_LENGTH,
  openAes256Gcm,
  sealAes256Gcm,
} from './authenticated-encryption.ts';

const PROTOCOL = asciiBytes('commonwatt/personal-record/1');

export const PERSONAL_RECORD_BYTES_MAX = 1_048_576;

/** What a sealed record is: the same must be said to open it. */
export interface RecordPlace {
  readonly chain: Uint8Array;
  readonly member: number;
  /** Such as 'reading' or 'record', up to 32 printable ASCII characters. */
  readonly kind: string;
  /** Which of that kind, such as a meter and a slot: up to 128 printable ASCII characters. */
  readonly name: string;
}

const recordPlaceCodec: Codec<RecordPlace> = struct<RecordPlace>({
  chain: hash32,
  member: u32,
  kind: textUpTo(32),
  name: textUpTo(128),
});

/** A key for one person. Its nonces are random, so it is good for 2^32 records. */
export function newPersonalKey(random: Random): Uint8Array {
  return random.bytes(CIPHER_KEY_LENGTH);
}

/** 12 bytes of nonce, the ciphertext and its tag. @throws RangeError on more than 1 MiB. */
export function sealPersonalRecord(
  random: Random,
  key: Uint8Array,
  place: RecordPlace,
  record: Uint8Array,
): Uint8Array {
  if (record.length > PERSONAL_RECORD_BYTES_MAX) {
    const expected = `at most ${PERSONAL_RECORD_BYTES_MAX} bytes`;
    throw new RangeError(`personal record: expected ${expected}, got ${record.length}`);
  }
  const nonce = random.bytes(AES_GCM_NONCE_LENGTH);
  const sealing = { key, nonce, associatedData: associatedDataOf(place) };
  return concatBytes(nonce, sealAes256Gcm(sealing, record));
}

/** The record, or nothing where these bytes were not sealed under this key for this place. */
export function openPersonalRecord(
  key: Uint8Array,
  place: RecordPlace,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const length = sealed.length - AES_GCM_NONCE_LENGTH - CIPHER_TAG_LENGTH;
  if (length < 0 || length > PERSONAL_RECORD_BYTES_MAX) return undefined;
  const nonce = sealed.subarray(0, AES_GCM_NONCE_LENGTH);
  const sealing = { key, nonce, associatedData: associatedDataOf(place) };
  return openAes256Gcm(sealing, sealed.subarray(AES_GCM_NONCE_LENGTH));
}

function associatedDataOf(place: RecordPlace): Uint8Array {
  return concatBytes(PROTOCOL, encode(recordPlaceCodec, place));
}
