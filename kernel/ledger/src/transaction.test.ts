import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecodeError } from './byte-stream.ts';
import { toHex } from './bytes.ts';
import { inclusionProof, verifyInclusion } from './merkle/tree.ts';
import {
  ACTION_BYTES_MAX,
  ACTIONS_MAX,
  type Action,
  actionLeafHashes,
  actionsRoot,
  type Envelope,
  encodeTransaction,
  possessionBytes,
  readTransaction,
  signedBytes,
  signTransaction,
  TRANSACTION_BYTES_MAX,
} from './transaction.ts';
import type { Crypto, Signer } from './world.ts';

const sha256 = (message: Uint8Array) =>
  Uint8Array.from(createHash('sha256').update(message).digest());
const crypto: Crypto = { sha256, verify: () => false };

/** RFC 8032's second test key: Ed25519 signatures are the same every time. */
const privateKey = createPrivateKey({
  key: Buffer.from(
    '302e020100300506032b6570042204204ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    'hex',
  ),
  format: 'der',
  type: 'pkcs8',
});
const signer: Signer = {
  publicKey: Uint8Array.from(
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32),
  ),
  sign: (message) => Uint8Array.from(sign(null, message, privateKey)),
};

const chain = sha256(Uint8Array.of(1));
const envelope: Omit<Envelope, 'sender'> = {
  chain,
  onBehalfOf: undefined,
  lane: 0,
  sequence: 4,
  validFromMs: 10,
  validUntilMs: 20,
  atomic: false,
};
const action = (body: readonly number[], type = 1): Action => ({
  type,
  body: Uint8Array.from(body),
});

const actions = fc.array(
  fc.record({
    type: fc.integer({ min: 0, max: 0xffff }),
    body: fc.uint8Array({ maxLength: 40 }).map((one) => Uint8Array.from(one)),
  }),
  { minLength: 1, maxLength: 12 },
);
const envelopes = fc.record({
  chain: fc.constant(chain),
  onBehalfOf: fc.option(fc.integer({ min: 0, max: 0xffff_ffff }), { nil: undefined }),
  lane: fc.integer({ min: 0, max: 0xffff }),
  sequence: fc.maxSafeNat(),
  validFromMs: fc.maxSafeNat(),
  validUntilMs: fc.maxSafeNat(),
  atomic: fc.boolean(),
});

describe('one transaction, one encoding', () => {
  test('what was signed is read back, with the id of what was signed', () => {
    fc.assert(
      fc.property(envelopes, actions, (head, list) => {
        const bytes = signTransaction(crypto, signer, head, list);
        const read = readTransaction(crypto, bytes);
        expect(read.envelope).toEqual({ ...head, sender: signer.publicKey });
        expect(read.actions.map(({ type, body }) => ({ type, body }))).toEqual(list);
        expect(read.bytes).toEqual(bytes);
        expect(read.signed).toEqual(
          signedBytes(read.envelope, list.length, actionsRoot(crypto, list)),
        );
        expect(read.id).toEqual(sha256(read.signed));
        expect(read.signature).toEqual(signer.sign(read.signed));
        expect(encodeTransaction(read)).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });

  test('bytes that differ anywhere are refused, or are another transaction or signature', () => {
    const bytes = signTransaction(crypto, signer, envelope, [action([1, 2]), action([])]);
    const { id, signature } = readTransaction(crypto, bytes);
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [1, 0x80, 0xff]) {
        const altered = bytes.slice();
        altered[at] = (altered[at] as number) ^ mask;
        try {
          const read = readTransaction(crypto, altered);
          expect(encodeTransaction(read)).toEqual(altered);
          const isSameId = toHex(read.id) === toHex(id);
          const isSameSignature = toHex(read.signature) === toHex(signature);
          // Only the signature lies outside of the id; everything else makes another id.
          expect(isSameId, `byte ${at}`).toBe(!isSameSignature);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }
    }
  });

  test('bytes cut short or with more behind them are refused', () => {
    const bytes = signTransaction(crypto, signer, envelope, [action([1, 2, 3])]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readTransaction(crypto, bytes.subarray(0, length))).toThrow(DecodeError);
    }
    expect(() => readTransaction(crypto, Uint8Array.of(...bytes, 0))).toThrow(
      'transaction: expected no more bytes, got 1',
    );
  });

  test('a long action has one length too', () => {
    for (const length of [0xfffe, 0xffff, 0x10000]) {
      const bytes = signTransaction(crypto, signer, envelope, [
        { type: 1, body: new Uint8Array(length) },
      ]);
      expect(readTransaction(crypto, bytes).actions[0]?.body).toHaveLength(length);
    }
    const bytes = signTransaction(crypto, signer, envelope, [action([7, 7])]);
    const at = bytes.length - 64 - 4; // the two bytes of the length
    const wide = Uint8Array.of(
      ...bytes.subarray(0, at),
      0xff,
      0xff,
      0,
      0,
      0,
      2,
      ...bytes.subarray(at + 2),
    );
    expect(() => readTransaction(crypto, wide)).toThrow('length: expected 65535 or more, got 2');
  });

  test('no actions, or too many, are refused by writer and reader', () => {
    expect(() => signTransaction(crypto, signer, envelope, [])).toThrow(
      'actions: expected 1 to 1000, got 0',
    );
    const many = Array.from({ length: ACTIONS_MAX + 1 }, () => action([]));
    expect(() => signTransaction(crypto, signer, envelope, many)).toThrow(RangeError);
    const whole = { ...envelope, sender: signer.publicKey };
    for (const list of [[], many]) {
      const bytes = encodeTransaction({
        envelope: whole,
        actions: list,
        signature: new Uint8Array(64),
      });
      expect(() => readTransaction(crypto, bytes)).toThrow(
        'transaction.actions: expected 1 to 1000',
      );
    }
    const most = signTransaction(crypto, signer, envelope, many.slice(1));
    expect(readTransaction(crypto, most).actions).toHaveLength(ACTIONS_MAX);
  });

  test('too long an action, or a transaction, is refused by writer and reader', () => {
    const long = { type: 1, body: new Uint8Array(ACTION_BYTES_MAX + 1) };
    expect(() => signTransaction(crypto, signer, envelope, [long])).toThrow(
      `action: expected at most ${ACTION_BYTES_MAX} bytes`,
    );
    const whole = { ...envelope, sender: signer.publicKey };
    const signature = new Uint8Array(64);
    const bytes = encodeTransaction({ envelope: whole, actions: [long], signature });
    expect(() => readTransaction(crypto, bytes)).toThrow(
      `length: expected at most ${ACTION_BYTES_MAX}`,
    );
    const two = Array.from({ length: 2 }, () => ({
      type: 1,
      body: new Uint8Array(ACTION_BYTES_MAX),
    }));
    expect(() => signTransaction(crypto, signer, envelope, two)).toThrow(
      `transaction: expected at most ${TRANSACTION_BYTES_MAX} bytes`,
    );
    expect(() => readTransaction(crypto, new Uint8Array(TRANSACTION_BYTES_MAX + 1))).toThrow(
      `transaction: expected at most ${TRANSACTION_BYTES_MAX} bytes`,
    );
  });

  test("a host's buffer may be used again after reading", () => {
    const bytes = signTransaction(crypto, signer, envelope, [action([1, 2, 3])]);
    const buffer = Buffer.from(bytes);
    const read = readTransaction(crypto, buffer);
    const [before, sender] = [toHex(read.signature), toHex(read.envelope.sender)];
    buffer.fill(0);
    expect([toHex(read.signature), toHex(read.envelope.sender)]).toEqual([before, sender]);
    expect(read.actions[0]?.body).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe('what is signed', () => {
  test('begins with its purpose and holds envelope, count and root', () => {
    const whole = { ...envelope, sender: signer.publicKey };
    const root = actionsRoot(crypto, [action([1])]);
    const signed = signedBytes(whole, 1, root);
    expect(Buffer.from(signed.subarray(0, 24)).toString('latin1')).toBe('commonwatt/transaction/1');
    expect(signed.subarray(-34)).toEqual(Uint8Array.of(0, 1, ...root));
  });

  test('is another for every field, every action and every order', () => {
    const base = { ...envelope, sender: signer.publicKey };
    const list = [action([1]), action([2])];
    const variants: [Envelope, Action[]][] = [
      [base, list],
      [base, [action([2]), action([1])]],
      [base, [action([1])]],
      [base, [...list, action([2])]],
      [base, [action([1], 2), action([2])]],
      [base, [action([1, 2])]],
      [{ ...base, chain: sha256(Uint8Array.of(2)) }, list],
      [{ ...base, sender: sha256(Uint8Array.of(3)) }, list],
      [{ ...base, onBehalfOf: 0 }, list],
      [{ ...base, onBehalfOf: 1 }, list],
      [{ ...base, lane: 1 }, list],
      [{ ...base, sequence: 5 }, list],
      [{ ...base, validFromMs: 11 }, list],
      [{ ...base, validUntilMs: 21 }, list],
      [{ ...base, atomic: true }, list],
    ];
    const signed = variants.map(([head, body]) =>
      toHex(signedBytes(head, body.length, actionsRoot(crypto, body))),
    );
    expect(new Set(signed).size).toBe(variants.length);
  });

  test('lets any one action be proved alone under the signed root', () => {
    fc.assert(
      fc.property(actions, fc.nat(), (list, place) => {
        const index = place % list.length;
        const leaves = actionLeafHashes(crypto, list);
        const proof = inclusionProof(sha256, leaves, index);
        const claim = {
          leafHash: leaves[index] as Uint8Array,
          index,
          size: list.length,
          proof,
          root: actionsRoot(crypto, list),
        };
        expect(verifyInclusion(sha256, claim)).toBe(true);
        const other = actionLeafHashes(crypto, [action([9, 9, 9], 77)])[0] as Uint8Array;
        expect(verifyInclusion(sha256, { ...claim, leafHash: other })).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  test('a proof of possession is bound to its purpose, chain and key', () => {
    const key = signer.publicKey;
    const texts = [
      possessionBytes(chain, 'join', key),
      possessionBytes(chain, 'rotate', key),
      possessionBytes(sha256(chain), 'join', key),
      possessionBytes(chain, 'join', sha256(key)),
    ];
    expect(new Set(texts.map(toHex)).size).toBe(4);
  });
});
