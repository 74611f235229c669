import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64 } from './base64.ts';
import { concatBytes, fromHex, toHex, utf8Bytes } from './bytes.ts';
import {
  cosignText,
  formatNote,
  formatSignatureLine,
  type NoteRefusal,
  openNote,
  parseNote,
  signNoteText,
} from './note.ts';
import {
  COSIGNATURE,
  formatVerifierKey,
  NOTE_SIGNATURE,
  parseVerifierKey,
} from './verifier-key.ts';
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

const vkey = (name: string, signer: Signer, type = NOTE_SIGNATURE as 1 | 4): string =>
  formatVerifierKey(sha256, { name, type, publicKey: signer.publicKey });

/** The example of c2sp.org/signed-note, and that of golang.org/x/mod/sumdb/note. */
test.each([
  [
    'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    'This is an example message.\n',
    'example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=',
  ],
  [
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
    'PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
  ],
])('the published note of %s is opened', (key, text, line) => {
  const note = `${text}\n\u2014 ${line}\n`;
  const opened = openNote(crypto, { note, keys: [key], threshold: 1 });
  expect(opened).toMatchObject({ ok: true, text });
  const parsed = parseNote(note);
  expect(parsed.ok && formatNote(parsed)).toBe(note);
  const damaged = note.replace(text.slice(0, 4), 'Also');
  expect(openNote(crypto, { note: damaged, keys: [key], threshold: 1 })).toEqual({
    ok: false,
    reason: 'signature_invalid',
  });
  const known = parseVerifierKey(sha256, key);
  expect(known.ok && formatVerifierKey(sha256, known.key)).toBe(key);
});

const log = signerFrom(1);
const north = signerFrom(2);
const south = signerFrom(3);
const TEXT = 'market.example/log\n5\nroot of some kind\n';
const keys = [
  vkey('market.example/log', log),
  vkey('witness.example/north', north, COSIGNATURE),
  vkey('witness.example/south', south, COSIGNATURE),
];
const signatures = [
  signNoteText(sha256, { text: TEXT, name: 'market.example/log', signer: log }),
  cosignText(sha256, {
    text: TEXT,
    name: 'witness.example/north',
    signer: north,
    timestampSeconds: 1_679_315_147,
  }),
];
const note = formatNote({ text: TEXT, signatures });
const lines = signatures.map((signature) => `${formatSignatureLine(signature)}\n`);
const [logLine = '', northLine = ''] = lines;

function reasonOf(asked: {
  note?: string;
  keys?: readonly string[];
  threshold?: number;
}): NoteRefusal | undefined {
  const opened = openNote(crypto, { note, keys, threshold: 1, ...asked });
  return opened.ok ? undefined : opened.reason;
}

describe('opening', () => {
  test('tells the text and who signed, a witness with its time', () => {
    expect(openNote(crypto, { note, keys, threshold: 2 })).toEqual({
      ok: true,
      text: TEXT,
      signers: [
        { name: 'market.example/log', type: NOTE_SIGNATURE, publicKey: log.publicKey },
        {
          name: 'witness.example/north',
          type: COSIGNATURE,
          publicKey: north.publicKey,
          timestampSeconds: 1_679_315_147,
        },
      ],
    });
  });

  test('ignores signatures by unknown keys, whatever they hold', () => {
    expect(reasonOf({ keys: keys.slice(1) })).toBeUndefined();
    const odd = formatSignatureLine({
      name: 'post.quantum/key',
      keyHash: fromHex('01020304'),
      signature: new Uint8Array(2420),
    });
    expect(reasonOf({ note: `${note}${odd}\n` })).toBeUndefined();
    const sameName = { ...signatures[0], keyHash: fromHex('00000000') } as (typeof signatures)[0];
    expect(reasonOf({ note: `${note}${formatSignatureLine(sameName)}\n` })).toBeUndefined();
  });

  test('counts key material, not lines, names or types', () => {
    expect(reasonOf({ threshold: 3 })).toBe('threshold_not_met');
    expect(reasonOf({ note: note + logLine + northLine, threshold: 3 })).toBe('threshold_not_met');
    const names = ['a.example', 'b.example', 'c.example'];
    const thrice = formatNote({
      text: TEXT,
      signatures: names.map((name) => signNoteText(sha256, { text: TEXT, name, signer: log })),
    });
    const known = names.map((name) => vkey(name, log));
    expect(reasonOf({ note: thrice, keys: known, threshold: 1 })).toBeUndefined();
    expect(reasonOf({ note: thrice, keys: known, threshold: 2 })).toBe('threshold_not_met');
    const both = formatNote({
      text: TEXT,
      signatures: [
        signNoteText(sha256, { text: TEXT, name: 'a.example', signer: log }),
        cosignText(sha256, { text: TEXT, name: 'a.example', signer: log, timestampSeconds: 1 }),
      ],
    });
    const types = [vkey('a.example', log), vkey('a.example', log, COSIGNATURE)];
    expect(reasonOf({ note: both, keys: types, threshold: 2 })).toBe('threshold_not_met');
    const [first = ''] = keys;
    expect(reasonOf({ keys: [first, first, first], threshold: 2 })).toBe('threshold_not_met');
    expect(reasonOf({ keys: [first, first, first], threshold: 1 })).toBeUndefined();
  });

  test('one wrong signature by a known key refuses the note, beside a right one too', () => {
    const other = signNoteText(sha256, {
      text: 'another text\n',
      name: 'market.example/log',
      signer: log,
    });
    expect(reasonOf({ note: `${note}${formatSignatureLine(other)}\n` })).toBe('signature_invalid');
    const short = { ...other, signature: other.signature.slice(1) };
    expect(reasonOf({ note: `${note}${formatSignatureLine(short)}\n` })).toBe('signature_invalid');
  });

  test('a cosignature holds for its own time alone', () => {
    const moved = signatures[1] as (typeof signatures)[1];
    for (let at = 0; at < 8; at++) {
      const signature = moved.signature.slice();
      signature[at] = (signature[at] as number) ^ 1;
      const line = formatSignatureLine({ ...moved, signature });
      expect(reasonOf({ note: `${TEXT}\n${line}\n` })).toBe('signature_invalid');
    }
  });

  test('a cosignature is not a note signature, nor the other way round', () => {
    const bare = signNoteText(sha256, {
      text: TEXT,
      name: 'witness.example/north',
      signer: north,
    });
    const posing = { ...(signatures[1] as (typeof signatures)[1]), signature: bare.signature };
    const line = formatSignatureLine(posing);
    expect(reasonOf({ note: `${TEXT}\n${line}\n` })).toBe('signature_invalid');
  });

  test.each<[string, Parameters<typeof reasonOf>[0], NoteRefusal]>([
    ['a threshold of zero', { threshold: 0 }, 'threshold_invalid'],
    ['a threshold below zero', { threshold: -1 }, 'threshold_invalid'],
    ['half a threshold', { threshold: 0.5 }, 'threshold_invalid'],
    ['no threshold', { threshold: Number.NaN }, 'threshold_invalid'],
    ['no keys', { keys: [] }, 'threshold_not_met'],
    ['a key that is none', { keys: [...keys, 'market.example/log'] }, 'key_malformed'],
    ['too many keys', { keys: Array.from({ length: 1001 }, (_, at) => `${at}`) }, 'keys_too_many'],
    ['a note too long', { note: 'a'.repeat(1_000_001) }, 'note_too_long'],
    ['a carriage return', { note: note.replace('5\n', '5\r\n') }, 'note_not_text'],
    ['a zero character', { note: note.replace('5', '5\0') }, 'note_not_text'],
    ['a lone surrogate', { note: note.replace('5', '\ud800') }, 'note_not_text'],
    ['nothing', { note: '' }, 'note_malformed'],
    ['no blank line', { note: TEXT + logLine }, 'note_malformed'],
    ['no signature', { note: `${TEXT}\n` }, 'note_malformed'],
    ['no newline at the end', { note: note.slice(0, -1) }, 'note_malformed'],
    ['a blank line at the end', { note: `${note}\n` }, 'note_malformed'],
    ['101 signatures', { note: note + logLine.repeat(99) }, 'signatures_too_many'],
    ['a hyphen for the dash', { note: note.replace('\u2014', '-') }, 'signature_malformed'],
    ['two spaces', { note: note.replace('\u2014 ', '\u2014  ') }, 'signature_malformed'],
    ['a fourth word', { note: `${note.slice(0, -1)} x\n` }, 'signature_malformed'],
    ['no key hash', { note: `${note}\u2014 name AAAAAA==\n` }, 'signature_malformed'],
    ['loose base64', { note: `${note}\u2014 name AAAAAAB=\n` }, 'signature_malformed'],
    ['a plus in a name', { note: `${note}\u2014 na+me AAAAAAA=\n` }, 'signature_malformed'],
    ['text among signatures', { note: `${note}more text\n` }, 'signature_malformed'],
  ])('refuses %s', (_fault, asked, reason) => {
    expect(reasonOf(asked)).toBe(reason);
  });

  test('a hundred signatures are read', () => {
    expect(reasonOf({ note: note + logLine.repeat(98) })).toBeUndefined();
  });

  test('no changed character leaves the note standing as it was', () => {
    for (let at = 0; at < note.length; at++) {
      const changed = `${note.slice(0, at)}${note[at] === 'A' ? 'B' : 'A'}${note.slice(at + 1)}`;
      expect(openNote(crypto, { note: changed, keys, threshold: 2 }).ok).toBe(false);
    }
  }, 60_000);

  test('any text is answered', () => {
    const parts = fc.constantFrom(
      '\n',
      '\n\n',
      '\u2014 ',
      'name ',
      logLine,
      TEXT,
      'AAAA',
      '\ud800',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (chosen) => {
        const text = chosen.join('');
        const opened = openNote(crypto, { note: text, keys, threshold: 1 });
        if (opened.ok) expect(opened.text).toBe(TEXT);
      }),
    );
  }, 60_000);
});

describe('verifier keys', () => {
  const good = vkey('market.example/log', log);
  const written = (type: number, material: Uint8Array): string => {
    const typed = concatBytes(Uint8Array.of(type), material);
    const hash = sha256(concatBytes(utf8Bytes('name\n'), typed)).slice(0, 4);
    return `name+${toHex(hash)}+${toBase64(typed)}`;
  };

  test.each([
    ['no parts', 'name', 'key_malformed'],
    ['no material', 'name+01020304+', 'key_malformed'],
    ['no name', good.slice('market.example/log'.length), 'key_malformed'],
    ['a space in the name', good.replace('market', 'the market'), 'key_malformed'],
    ['an upper-case hash', good.replace(/\+[0-9a-f]{8}\+/, '+ABCDEF01+'), 'key_malformed'],
    ['a short hash', good.replace(/\+[0-9a-f]{8}\+/, '+abcdef0+'), 'key_malformed'],
    ['another hash', good.replace(/\+[0-9a-f]{8}\+/, '+01020304+'), 'key_hash_mismatch'],
    ['another name', good.replace('market', 'bazaar'), 'key_hash_mismatch'],
    ['padding that is not there', `${good}=`, 'key_malformed'],
    ['an unsupported type', written(2, log.publicKey), 'key_type_unsupported'],
    ['a short key', written(1, log.publicKey.slice(1)), 'key_length'],
    ['a key of small order', written(1, fromHex(`01${'00'.repeat(31)}`)), 'key_small_order'],
    ['a key beyond the prime', written(4, fromHex(`ee${'ff'.repeat(30)}7f`)), 'key_not_canonical'],
  ])('%s is refused', (_fault, text, reason) => {
    expect(parseVerifierKey(sha256, text)).toEqual({ ok: false, reason });
    expect(reasonOf({ keys: [text] })).toBe(reason);
  });

  test('two keys that a signature line cannot tell apart are refused', () => {
    // A hash of four bytes collides easily; here one that knows a single value stands for it.
    const colliding: Crypto = { ...crypto, sha256: () => new Uint8Array(32) };
    const vkeys = [log, north].map((signer) =>
      formatVerifierKey(colliding.sha256, {
        name: 'name',
        type: NOTE_SIGNATURE,
        publicKey: signer.publicKey,
      }),
    );
    expect(openNote(colliding, { note, keys: vkeys, threshold: 1 })).toEqual({
      ok: false,
      reason: 'key_ambiguous',
    });
  });

  test('base64 with a plus in it is read whole', () => {
    const seed = Array.from({ length: 200 }, (_, at) => at).find((at) =>
      toBase64(concatBytes(Uint8Array.of(1), signerFrom(at).publicKey)).includes('+'),
    ) as number;
    const signer = signerFrom(seed);
    const parsed = parseVerifierKey(sha256, vkey('name', signer));
    expect(parsed.ok && toHex(parsed.key.publicKey)).toBe(toHex(signer.publicKey));
  });

  test('a name that cannot stand is a mistake', () => {
    for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', '\ud800']) {
      expect(() => vkey(name, log)).toThrow(/expected no space and no plus/);
    }
  });
});

test('what would be read otherwise is not written', () => {
  const signature = signatures[0] as (typeof signatures)[0];
  expect(() => formatNote({ text: 'no newline', signatures })).toThrow(/note/);
  expect(() => formatNote({ text: TEXT, signatures: [] })).toThrow(/got note_malformed/);
  expect(() => formatNote({ text: `${TEXT}\r\n`, signatures })).toThrow(/got note_not_text/);
  const named = { ...signature, name: 'a b' };
  expect(() => formatNote({ text: TEXT, signatures: [named] })).toThrow(/signature_malformed/);
  const long = { ...signature, keyHash: new Uint8Array(5) };
  expect(() => formatNote({ text: TEXT, signatures: [long] })).toThrow(/reads as it was written/);
  for (const timestampSeconds of [-1, 0.5, 2 ** 53]) {
    const asked = { text: TEXT, name: 'w', signer: north, timestampSeconds };
    expect(() => cosignText(sha256, asked)).toThrow(/expected whole seconds >= 0/);
  }
});
