import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  acceptablePublicKey,
  consistencyProof,
  formatVerifierKey,
  inclusionProof,
  leafHash,
  NOTE_SIGNATURE,
  signCheckpoint,
  toBase64,
  toHex,
  treeRoot,
} from '@commonwatt/ledger';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { browserCrypto, browserSigner } from '../crypto/browser-crypto.ts';
import { testWithWycheproof } from '../testing/wycheproof.ts';
import { verifyRequest } from './requests.ts';

const crypto = browserCrypto;
const { sha256 } = crypto;

const ask = (request: unknown) => verifyRequest(JSON.stringify(request), { crypto });
const reasonOf = (request: unknown) => {
  const verdict = ask(request);
  return verdict.ok ? 'ok' : verdict.reason;
};

interface SignatureGroup {
  readonly publicKey: { readonly pk: string };
  readonly tests: readonly { tcId: number; msg: string; sig: string; result: string }[];
}

testWithWycheproof<SignatureGroup>('Wycheproof Ed25519', 'wycheproof-ed25519.json', (file) => {
  let count = 0;
  for (const { publicKey, tests } of file.testGroups) {
    const key = Buffer.from(publicKey.pk, 'hex');
    for (const { tcId, msg, sig, result } of tests) {
      count++;
      const asHex = { publicKey: publicKey.pk.toUpperCase(), message: msg, signature: sig };
      expect(ask({ type: 'signature', ...asHex }).ok, `${tcId}`).toBe(result === 'valid');
      const asBase64 = {
        publicKey: toBase64(key),
        message: toBase64(Buffer.from(msg, 'hex')),
        signature: toBase64(Buffer.from(sig, 'hex')),
      };
      const verdict = ask({ type: 'signature', encoding: 'base64', ...asBase64 });
      expect(verdict.ok, `${tcId}`).toBe(result === 'valid');
    }
  }
  expect(count).toBe(file.numberOfTests);
});

const jsonFolder = fileURLToPath(new URL('../../../../../shared/vectors/json/', import.meta.url));

/**
 * What JSONTestSuite accepts and the strict reading does not: duplicate keys, and numbers that a
 * double cannot hold.
 */
const STRICTER = new Set([
  'y_object_duplicated_key.json',
  'y_object_duplicated_key_and_value.json',
]);

test('JSONTestSuite', (context) => {
  if (!existsSync(jsonFolder) && process.env.CI !== 'true') {
    context.skip(`the JSON vectors are not at ${jsonFolder}`);
  }
  const names = readdirSync(jsonFolder);
  expect(names.length).toBeGreaterThan(200);
  for (const name of names) {
    const bytes = readFileSync(jsonFolder + name);
    const ok = name.startsWith('y_') && !STRICTER.has(name);
    expect(ask({ type: 'json', hex: bytes.toString('hex') }).ok, name).toBe(ok);
    const inBase64 = { type: 'json', hex: bytes.toString('base64'), encoding: 'base64' };
    expect(ask(inBase64).ok, name).toBe(ok);
    const text = bytes.toString('utf8');
    if (Buffer.from(text, 'utf8').equals(bytes)) {
      expect(ask({ type: 'json', text }).ok, name).toBe(ok);
    }
  }
});

test.each([
  ['{"a":1,"\\u0061":2}', false],
  ['{"__proto__":1}', false],
  ['{"a":{"\\u005f_proto__":1}}', false],
  ['\ufeff1', false],
  ['"\\ud800"', false],
  ['"\\udc00\\ud800"', false],
  ['"\\ud83d\\ude00"', true],
  ['[9007199254740991,-9007199254740991]', true],
  ['[9007199254740992]', false],
  ['[-9007199254740992]', false],
  ['[9007199254740993.0]', true],
  ['[1e400]', false],
  ['[-1e400]', false],
  ['[1e-400]', true],
  ['['.repeat(64) + ']'.repeat(64), true],
  ['['.repeat(65) + ']'.repeat(65), false],
])('json %s', (text, ok) => {
  expect(ask({ type: 'json', text }).ok).toBe(ok);
  expect(ask({ type: 'json', hex: Buffer.from(text, 'utf8').toString('hex') }).ok).toBe(ok);
});

const leaves = Array.from({ length: 11 }, (_, at) => Uint8Array.of(at, 7));
const hashes = leaves.map((leaf) => leafHash(sha256, leaf));
const root = treeRoot(sha256, hashes);

function inclusion(index: number) {
  return {
    type: 'merkle-inclusion',
    leafHash: toHex(hashes[index]!),
    index,
    size: hashes.length,
    proof: inclusionProof(sha256, hashes, index).map(toHex),
    root: toHex(root),
  };
}

function consistency(size1: number) {
  return {
    type: 'merkle-consistency',
    size1,
    size2: hashes.length,
    root1: toHex(treeRoot(sha256, hashes.slice(0, size1))),
    root2: toHex(root),
    proof: consistencyProof(sha256, hashes, size1).map(toHex),
  };
}

describe('Merkle proofs', () => {
  test('every leaf is included, by its hash or by its bytes', () => {
    for (const [index, leaf] of leaves.entries()) {
      const { leafHash: hash, ...rest } = inclusion(index);
      expect(ask({ leafHash: hash, ...rest })).toEqual({ ok: true });
      expect(ask({ leaf: toHex(leaf), ...rest })).toEqual({ ok: true });
      expect(ask({ leaf: toHex(Uint8Array.of(99)), ...rest }).ok).toBe(false);
    }
  });

  test('every earlier tree is a beginning of this one, but the empty one proves nothing', () => {
    for (let size1 = 1; size1 <= hashes.length; size1++) {
      expect(ask(consistency(size1))).toEqual({ ok: true });
    }
    expect(reasonOf(consistency(0))).toMatch(/^merkle-consistency: nothing follows/);
  });

  test('a proof of another leaf, size or root is refused', () => {
    expect(ask({ ...inclusion(3), index: 4 }).ok).toBe(false);
    expect(reasonOf({ ...inclusion(3), index: 11 })).toMatch(/expected an index below 11, got 11/);
    expect(ask({ ...inclusion(3), root: toHex(hashes[0]!) }).ok).toBe(false);
    expect(ask({ ...inclusion(3), proof: inclusion(3).proof.slice(1) }).ok).toBe(false);
    expect(ask({ ...consistency(4), size1: 5 }).ok).toBe(false);
    expect(reasonOf({ ...consistency(4), size1: 12 })).toMatch(/expected size1 <= 11, got 12/);
  });
});

describe('checkpoints', () => {
  const signer = browserSigner(new Uint8Array(32).fill(5));
  const name = 'commonwatt/street';
  const checkpoint = { origin: name, size: 11, root, extensions: [] };
  const note = signCheckpoint(sha256, { checkpoint, name, signer });
  const { publicKey } = signer;
  const key = formatVerifierKey(sha256, { name, type: NOTE_SIGNATURE, publicKey });
  const request = { type: 'checkpoint', note, keys: [key], threshold: 1 };

  test('one that enough of the keys have signed', () => {
    expect(ask(request)).toEqual({ ok: true });
  });

  test.each([
    [{ threshold: 2 }, 'checkpoint: threshold_not_met'],
    [{ threshold: 0 }, 'checkpoint: threshold_invalid'],
    [{ keys: [] }, 'checkpoint: threshold_not_met'],
    [{ keys: ['x'] }, 'checkpoint: key_malformed'],
    [{ note: note.replace('\n11\n', '\n12\n') }, 'checkpoint: signature_invalid'],
    [{ note: 'nothing' }, 'checkpoint: note_malformed'],
    [{ threshold: '1' }, "threshold: expected an integer from 0 to 2^53-1, got '1'"],
  ])('%o', (change, reason) => {
    expect(reasonOf({ ...request, ...change })).toBe(reason);
  });
});

describe('keys', () => {
  const good = toHex(browserSigner(new Uint8Array(32).fill(1)).publicKey);

  test('a key that may be registered, and those that may not', () => {
    expect(ask({ type: 'public-key', publicKey: good })).toEqual({ ok: true });
    expect(ask({ type: 'public-key', publicKey: good.toUpperCase() })).toEqual({ ok: true });
    const identity = `01${'00'.repeat(31)}`;
    expect(reasonOf({ type: 'public-key', publicKey: identity })).toBe(
      'public-key: key_small_order',
    );
    expect(reasonOf({ type: 'public-key', publicKey: good.slice(2) })).toBe(
      'public-key: key_length',
    );
  });

  test('a signature under a key that may not be registered is refused for its key', () => {
    const identity = `01${'00'.repeat(31)}`;
    const request = {
      type: 'signature',
      publicKey: identity,
      message: '',
      signature: '00'.repeat(64),
    };
    expect(reasonOf(request)).toBe('signature: key_small_order');
    expect(acceptablePublicKey(Buffer.from(identity, 'hex'))).toBe('key_small_order');
  });

  test('a second form of a signature is refused for its form', () => {
    const signer = browserSigner(new Uint8Array(32).fill(1));
    const signature = signer.sign(Uint8Array.of(1));
    const request = { type: 'signature', publicKey: good, message: '01' };
    expect(ask({ ...request, signature: toHex(signature) })).toEqual({ ok: true });
    expect(reasonOf({ ...request, message: '02', signature: toHex(signature) })).toBe(
      'signature: signature_wrong',
    );
    expect(reasonOf({ ...request, signature: 'ff'.repeat(64) })).toBe(
      'signature: signature_s_not_canonical',
    );
  });
});

describe('lines that are no request', () => {
  test.each([
    ['', 'line: blank_input at 0'],
    ['   \t', 'line: blank_input at 4'],
    ['{', 'line: unexpected_end at 1'],
    ['null', 'line: expected an object, got null'],
    ['[]', 'line: expected an object, got an array'],
    ['{}', 'type: expected text, got nothing'],
    ['{"type":7}', 'type: expected text, got 7'],
    ['{"type":"public-key"}', 'publicKey: expected bytes in hex, got nothing'],
    ['{"type":"public-key","publicKey":"0"}', "publicKey: expected bytes in hex, got '0'"],
    ['{"type":"public-key","publicKey":"0g"}', "publicKey: expected bytes in hex, got '0g'"],
    ['{"type":"public-key","publicKey":null}', 'publicKey: expected bytes in hex, got null'],
    [
      '{"type":"public-key","publicKey":"AA","encoding":"base64"}',
      "publicKey: expected bytes in base64, got 'AA'",
    ],
    [
      '{"type":"public-key","publicKey":"00","encoding":"base32"}',
      "encoding: expected hex or base64, got 'base32'",
    ],
    [
      '{"type":"public-key","publicKey":"00","note":""}',
      'note: expected a known field, got an unknown one',
    ],
    ['{"type":"json"}', "json: expected 'text' or 'hex', got none"],
    ['{"type":"json","text":"1","hex":"31"}', "json: expected 'text' or 'hex', got both"],
    ['{"type":"json","text":1}', 'text: expected text, got 1'],
    ['{"type":"json","type":"json","text":"1"}', 'line: duplicate_key at 15'],
    ['{"type":"bundle","bundle":{}}', 'chain: expected bytes in hex, got nothing'],
    [
      '{"type":"bundle","bundle":{},"chain":"00","keys":[]}',
      'threshold: expected an integer from 0 to 2^53-1, got nothing',
    ],
    [
      '{"type":"bundle","bundle":"{}","chain":"00","keys":[],"threshold":1}',
      "bundle: expected an object, got '{}'",
    ],
  ])('%s', (line, reason) => {
    expect(verifyRequest(line, { crypto })).toEqual({ ok: false, reason });
    expect(verifyRequest(Buffer.from(line, 'utf8'), { crypto })).toEqual({ ok: false, reason });
  });

  test('a type that is not known is told those that are', () => {
    expect(reasonOf({ type: 'signed' })).toMatch(
      /^type: expected signature, public-key, .*, got 'signed'$/,
    );
  });

  test('bytes that are no UTF-8, and a number where a size is asked for', () => {
    const bytes = Buffer.concat([Buffer.from('{"type":"'), Buffer.of(0xff), Buffer.from('"}')]);
    expect(verifyRequest(bytes, { crypto })).toEqual({ ok: false, reason: 'line: bad_utf8 at 9' });
    for (const size of [-1, 1.5, '11', null, 2 ** 53, [11]]) {
      expect(reasonOf({ ...inclusion(3), size })).toMatch(/^(size: expected an integer|line: )/);
    }
  });
});

test('thousands of lines, each with its own verdict', () => {
  const lines = Array.from({ length: 6000 }, (_, at) => {
    const index = at % hashes.length;
    return at % 3 === 0
      ? { ...inclusion(index), index: (index + 1) % hashes.length }
      : inclusion(index);
  });
  const verdicts = lines.map(ask);
  expect(verdicts.map(({ ok }) => ok)).toEqual(lines.map((_, at) => at % 3 !== 0));
});

describe('whatever a line holds, it gets a verdict', () => {
  const noMistakeOfOurs = (line: string | Uint8Array) => {
    const verdict = verifyRequest(line, { crypto });
    if (!verdict.ok) expect(verdict.reason).not.toMatch(/^internal/);
  };

  test('any text and any bytes', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), noMistakeOfOurs));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), noMistakeOfOurs));
  });

  test('any JSON, and requests with fields of any kind', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => noMistakeOfOurs(JSON.stringify(json))));
    const hexText = fc.uint8Array({ maxLength: 70 }).map(toHex);
    const value = fc.oneof(
      hexText,
      fc.integer(),
      fc.jsonValue(),
      fc.array(hexText),
      fc.constant({}),
    );
    const fields = [
      'publicKey',
      'message',
      'signature',
      'text',
      'hex',
      'leaf',
      'leafHash',
      'index',
      'size',
      'size1',
      'size2',
      'root',
      'root1',
      'root2',
      'proof',
      'note',
      'keys',
      'threshold',
      'bundle',
      'chain',
      'encoding',
    ];
    const types = [
      'signature',
      'public-key',
      'json',
      'merkle-inclusion',
      'merkle-consistency',
      'checkpoint',
      'bundle',
    ];
    const request = fc.tuple(
      fc.constantFrom(...types),
      fc.dictionary(fc.constantFrom(...fields), value),
    );
    fc.assert(
      fc.property(request, ([type, rest]) => noMistakeOfOurs(JSON.stringify({ type, ...rest }))),
      { numRuns: 500 },
    );
  });
});
