import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from './bytes.ts';
import {
  type Checkpoint,
  type CheckpointRefusal,
  cosignCheckpoint,
  formatCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  verifyNote,
} from './checkpoint.ts';
import { formatNote, signNoteText } from './note.ts';
import { COSIGNATURE, formatVerifierKey, NOTE_SIGNATURE } from './verifier-key.ts';
import type { Crypto, Signer } from './world.ts';

const SPKI_PREFIX = fromHex('302a300506032b6570032100');
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420');

const crypto: Crypto = {
  sha256: (message) => new Uint8Array(createHash('sha256').update(message).digest()),
  verify: (publicKey, message, signature) => {
    const key = Buffer.concat([SPKI_PREFIX, publicKey]);
    return verify(null, message, createPublicKey({ key, format: 'der', type: 'spki' }), signature);
  },
};
const { sha256 } = crypto;

function signerFrom(seed: number): Signer {
  const key = Buffer.concat([PKCS8_PREFIX, new Uint8Array(32).fill(seed)]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/** The text of the example in c2sp.org/tlog-checkpoint. */
const EXAMPLE =
  'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const ROOT64 = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const ROOT = fromHex('0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62');

test('the published example is read and written', () => {
  const checkpoint = {
    origin: 'example.com/behind-the-sofa',
    size: 20_852_163,
    root: ROOT,
    extensions: [],
  };
  expect(parseCheckpoint(EXAMPLE)).toEqual({ ok: true, checkpoint });
  expect(formatCheckpoint(checkpoint)).toBe(EXAMPLE);
});

test.each<[string, string, CheckpointRefusal | undefined]>([
  ['a size of zero', `log\n0\n${ROOT64}\n`, undefined],
  ['the largest size', `log\n9007199254740991\n${ROOT64}\n`, undefined],
  ['extension lines', `log\n1\n${ROOT64}\nfirst\nsecond\n`, undefined],
  ['nothing', '', 'checkpoint_malformed'],
  ['two lines', 'log\n1\n', 'checkpoint_malformed'],
  ['no newline at the end', `log\n1\n${ROOT64}`, 'checkpoint_malformed'],
  ['an empty origin', `\n1\n${ROOT64}\n`, 'checkpoint_malformed'],
  ['an empty extension line', `log\n1\n${ROOT64}\n\n`, 'checkpoint_malformed'],
  ['a line too long', `${'l'.repeat(10_001)}\n1\n${ROOT64}\n`, 'checkpoint_malformed'],
  ['too many lines', `log\n1\n${ROOT64}\n${'x\n'.repeat(98)}`, 'checkpoint_malformed'],
  [
    'an empty line behind too many',
    `log\n1\n${ROOT64}\n${'x\n'.repeat(97)}\nhidden\n`,
    'checkpoint_malformed',
  ],
  ['a leading zero', `log\n01\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['two zeros', `log\n00\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['a sign', `log\n+1\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['a size below zero', `log\n-1\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['a fraction', `log\n1.0\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['an exponent', `log\n1e3\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['a space', `log\n 1\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['hexadecimal', `log\n0x1\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['other digits', `log\n\u0661\n${ROOT64}\n`, 'checkpoint_size_malformed'],
  ['a size of 2^53', `log\n9007199254740992\n${ROOT64}\n`, 'checkpoint_size_too_large'],
  ['a size of 2^64', `log\n18446744073709551616\n${ROOT64}\n`, 'checkpoint_size_too_large'],
  ['a root of 31 bytes', `log\n1\n${'A'.repeat(41)}A==\n`, 'checkpoint_root_malformed'],
  ['a root of 33 bytes', `log\n1\n${'A'.repeat(44)}\n`, 'checkpoint_root_malformed'],
  ['loose base64', `log\n1\n${ROOT64.replace('I=', 'J=')}\n`, 'checkpoint_root_malformed'],
  ['no padding', `log\n1\n${ROOT64.slice(0, -1)}\n`, 'checkpoint_root_malformed'],
  ['a root in hexadecimal', `log\n1\n${toHex(ROOT)}\n`, 'checkpoint_root_malformed'],
])('%s', (_case, text, reason) => {
  const parsed = parseCheckpoint(text);
  expect(parsed.ok ? undefined : parsed.reason).toBe(reason);
  if (parsed.ok) expect(formatCheckpoint(parsed.checkpoint)).toBe(text);
});

test('any text is answered, and what is read is written as it was', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('0', '17', '007', ROOT64, ''),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const text = lines.map((each) => `${each}\n`).join('');
      const parsed = parseCheckpoint(text);
      if (parsed.ok) expect(formatCheckpoint(parsed.checkpoint)).toBe(text);
    }),
  );
});

test.each<[string, Partial<Checkpoint>]>([
  ['an origin of two lines', { origin: 'log\n1' }],
  ['no origin', { origin: '' }],
  ['a fraction of a size', { size: 1.5 }],
  ['a size beyond 2^53 - 1', { size: 2 ** 53 }],
  ['a short root', { root: new Uint8Array(31) }],
  ['an extension of two lines', { extensions: ['a\nb'] }],
  ['an empty extension', { extensions: [''] }],
])('%s is not written', (_fault, fault) => {
  const checkpoint = { origin: 'log', size: 1, root: ROOT, extensions: [] };
  expect(() => formatCheckpoint({ ...checkpoint, ...fault })).toThrow(RangeError);
});

describe('a checkpoint signed by its log and two witnesses', () => {
  const log = signerFrom(1);
  const [north, south] = [signerFrom(2), signerFrom(3)];
  const checkpoint = { origin: 'market.example/log', size: 42, root: ROOT, extensions: [] };
  const signed = signCheckpoint(sha256, { checkpoint, name: 'market.example/log', signer: log });
  const cosigned = cosignCheckpoint(sha256, {
    note: cosignCheckpoint(sha256, {
      note: signed,
      name: 'witness.example/north',
      signer: north,
      timestampSeconds: 1_700_000_000,
    }),
    name: 'witness.example/south',
    signer: south,
    timestampSeconds: 1_700_000_007,
  });
  const keyOf = (name: string, signer: Signer, type: 1 | 4): string =>
    formatVerifierKey(sha256, { name, type, publicKey: signer.publicKey });
  const keys = [
    keyOf('market.example/log', log, NOTE_SIGNATURE),
    keyOf('witness.example/north', north, COSIGNATURE),
    keyOf('witness.example/south', south, COSIGNATURE),
  ];

  test('is verified by all three', () => {
    const verified = verifyNote(crypto, { note: cosigned, keys, threshold: 3 });
    expect(verified).toMatchObject({ ok: true, checkpoint });
    expect(verified.ok && verified.signers.map(({ name }) => name)).toEqual([
      'market.example/log',
      'witness.example/north',
      'witness.example/south',
    ]);
    expect(verified.ok && verified.signers.map((signer) => signer.timestampSeconds)).toEqual([
      undefined,
      1_700_000_000,
      1_700_000_007,
    ]);
  });

  test('the log’s word alone is not enough where three are asked for', () => {
    expect(verifyNote(crypto, { note: signed, keys, threshold: 1 }).ok).toBe(true);
    expect(verifyNote(crypto, { note: signed, keys, threshold: 3 })).toEqual({
      ok: false,
      reason: 'threshold_not_met',
    });
  });

  test('another size or root under the same signatures is refused', () => {
    for (const [from, to] of [
      ['\n42\n', '\n43\n'],
      [ROOT64, ROOT64.replace('Cs', 'Ct')],
      ['market.example/log\n42', 'bazaar.example/log\n42'],
    ] as const) {
      const note = cosigned.replace(from, to);
      expect(note).not.toBe(cosigned);
      expect(verifyNote(crypto, { note, keys, threshold: 1 })).toEqual({
        ok: false,
        reason: 'signature_invalid',
      });
    }
  });

  test('the cosigned message is the one of the specification', () => {
    const line = cosigned.split('\n').find((each) => each.includes('north')) as string;
    const bytes = Buffer.from(line.split(' ')[2] as string, 'base64');
    const body = `market.example/log\n42\n${ROOT64}\n`;
    const message = Buffer.from(`cosignature/v1\ntime 1700000000\n${body}`);
    expect(bytes.readBigUInt64BE(4)).toBe(1_700_000_000n);
    expect(crypto.verify(north.publicKey, message, bytes.subarray(12))).toBe(true);
    const named = Buffer.concat([
      Buffer.from('witness.example/north\n'),
      Uint8Array.of(4),
      north.publicKey,
    ]);
    expect(toHex(bytes.subarray(0, 4))).toBe(toHex(sha256(named).slice(0, 4)));
  });

  test('a rightly signed note that is no checkpoint is refused', () => {
    const text = 'market.example/log\n042\nroot\n';
    const name = 'market.example/log';
    const note = formatNote({
      text,
      signatures: [signNoteText(sha256, { text, name, signer: log })],
    });
    expect(verifyNote(crypto, { note, keys, threshold: 1 })).toEqual({
      ok: false,
      reason: 'checkpoint_size_malformed',
    });
    const asked = { note, name: 'w', signer: north, timestampSeconds: 1 };
    expect(() => cosignCheckpoint(sha256, asked)).toThrow(/expected a checkpoint/);
    expect(() => cosignCheckpoint(sha256, { ...asked, note: text })).toThrow(/expected a note/);
  });
});
