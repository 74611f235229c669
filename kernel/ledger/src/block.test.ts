import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BlockRecord,
  decodeRecord,
  encodeRecord,
  eventCodec,
  type Header,
  headerCodec,
  headerHash,
  leadingZeroBits,
  receiptCodec,
  receiptLeafHashes,
} from './block.ts';
import { DecodeError } from './byte-stream.ts';
import { toHex } from './bytes.ts';
import { decode, encode } from './codec.ts';
import type { Crypto } from './world.ts';

const sha256 = (message: Uint8Array) =>
  Uint8Array.from(createHash('sha256').update(message).digest());
const crypto: Crypto = { sha256, verify: () => false };

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((one) => Uint8Array.from(one));
const blobs = fc.uint8Array({ maxLength: 50 }).map((one) => Uint8Array.from(one));
const u32s = fc.integer({ min: 0, max: 0xffff_ffff });
const headers: fc.Arbitrary<Header> = fc.record({
  version: fc.integer({ min: 0, max: 0xffff }),
  chain: hashes,
  height: fc.maxSafeNat(),
  timeMs: fc.maxSafeNat(),
  parent: hashes,
  transactionCount: u32s,
  transactionsRoot: hashes,
  receiptCount: u32s,
  receiptsRoot: hashes,
  stateDigest: hashes,
  balanceRoot: hashes,
  balanceHeight: fc.maxSafeNat(),
  historyRoot: hashes,
  nonce: fc.maxSafeNat(),
});
const records: fc.Arbitrary<BlockRecord> = fc.record({
  header: headers,
  transactions: fc.array(blobs, { maxLength: 4 }),
  receipts: fc.array(blobs, { maxLength: 4 }),
  writes: blobs,
});

test('a header has one length, and its hash is the leaf hash of its bytes', () => {
  fc.assert(
    fc.property(headers, (header) => {
      const bytes = encode(headerCodec, header);
      expect(bytes).toHaveLength(2 + 8 * 4 + 4 * 2 + 32 * 7);
      expect(decode(headerCodec, bytes, 'header')).toEqual(header);
      expect(headerHash(crypto, header)).toEqual(sha256(Uint8Array.of(0, ...bytes)));
    }),
  );
});

test('every byte of a header counts in its hash', () => {
  fc.assert(
    fc.property(headers, (header) => {
      const bytes = encode(headerCodec, header);
      const seen = new Set([toHex(headerHash(crypto, header))]);
      for (let at = 0; at < bytes.length; at++) {
        const altered = bytes.slice();
        altered[at] = (altered[at] as number) ^ 1;
        let read: Header;
        try {
          read = decode(headerCodec, altered, 'header');
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError); // a number beyond 2^53 - 1
          continue;
        }
        const hash = toHex(headerHash(crypto, read));
        expect(seen.has(hash), `byte ${at}`).toBe(false);
        seen.add(hash);
      }
      expect(seen.size).toBeGreaterThan(bytes.length - 8);
    }),
    { numRuns: 10 },
  );
});

test('a record is read back, and refused when it is cut, longer or not canonical', () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (record, place, mask) => {
      const bytes = encodeRecord(record);
      expect(decodeRecord(bytes)).toEqual(record);
      expect(() => decodeRecord(bytes.subarray(0, place % bytes.length))).toThrow(DecodeError);
      expect(() => decodeRecord(Uint8Array.of(...bytes, 0))).toThrow(DecodeError);
      const altered = bytes.slice();
      const at = place % bytes.length;
      altered[at] = (altered[at] as number) ^ mask;
      try {
        expect(encodeRecord(decodeRecord(altered))).toEqual(altered);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
  );
});

test('receipts and events are read back', () => {
  const receipt = { transactionId: sha256(new Uint8Array()), code: 3, actions: [0, 7, 0] };
  expect(decode(receiptCodec, encode(receiptCodec, receipt), 'receipt')).toEqual(receipt);
  for (const transactionIndex of [undefined, 0, 99_999]) {
    const event = { transactionIndex, type: 12, body: Uint8Array.of(1, 2) };
    expect(decode(eventCodec, encode(eventCodec, event), 'event')).toEqual(event);
  }
  expect(receiptLeafHashes(crypto, [Uint8Array.of(5)])).toEqual([sha256(Uint8Array.of(0, 5))]);
});

test.each([
  ['ff', 0],
  ['7f', 1],
  ['01', 7],
  ['00ff', 8],
  ['000080', 16],
  ['00001f', 19],
  ['0000', 16],
])('%s begins with %i zero bits', (hex, bits) => {
  expect(leadingZeroBits(Uint8Array.from(Buffer.from(hex, 'hex')))).toBe(bits);
});
