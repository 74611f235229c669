import { createHmac } from 'node:crypto';
import { fromHex, toHex, utf8Bytes } from '@commonwatt/ledger';
import { describe, expect, test } from 'vitest';
import { browserCrypto, browserRandom } from '../crypto/browser-crypto.ts';
import { nodeScrypt } from '../node/node-scrypt.ts';
import { sealXchacha20 } from './authenticated-encryption.ts';
import {
  changeKeystorePassword,
  createKeystore,
  type KeystoreHost,
  openKeystore,
  portableScrypt,
  type Scrypt,
} from './keystore.ts';
import {
  headerText,
  KeystoreError,
  type KeystoreFault,
  keystoreText,
  readKeystoreHeader,
} from './keystore-text.ts';
import { memberKeysFromSeed } from './member-keys.ts';

const host: KeystoreHost = { random: browserRandom, scrypt: nodeScrypt };
const seed = Uint8Array.from({ length: 32 }, (_, at) => 3 * at + 1);
const password = 'wind over the lagoon';
const label = 'Zoë, telephone';

/** As dear as a hash, and bound to password, salt and cost as scrypt is: for thousands of tries. */
const cheapScrypt: Scrypt = async (secret, salt, { N, r, p }) =>
  new Uint8Array(createHmac('sha256', secret).update(salt).update(`${N} ${r} ${p}`).digest());
const cheapHost: KeystoreHost = { random: browserRandom, scrypt: cheapScrypt };

async function faultOf(opening: Promise<unknown>): Promise<KeystoreFault | undefined> {
  try {
    await opening;
  } catch (fault) {
    if (fault instanceof KeystoreError) return fault.code;
    throw fault;
  }
  return undefined;
}

describe('a keystore', () => {
  test('gives back keys that sign and agree as the seed does', async () => {
    const text = await createKeystore(host, { seed, password, label });
    const opened = await openKeystore(host, text, password);
    const keys = memberKeysFromSeed(seed);
    const message = fromHex('0102');
    expect(opened.signer.sign(message)).toEqual(keys.signer.sign(message));
    expect(opened.agreementKey.publicKey).toEqual(keys.agreementKey.publicKey);
    const signature = opened.signer.sign(message);
    expect(browserCrypto.verify(opened.signer.publicKey, message, signature)).toBe(true);
    expect(opened.header).toEqual(readKeystoreHeader(text));
    expect(opened.header).toMatchObject({
      version: 1,
      kdf: { name: 'scrypt', N: 32_768, r: 8, p: 1 },
      cipher: 'xchacha20-poly1305',
      publicKey: toHex(keys.signer.publicKey),
      agreementPublicKey: toHex(keys.agreementKey.publicKey),
      label,
    });
  });

  test('made with one scrypt opens with the other', async () => {
    const portable: KeystoreHost = { random: browserRandom };
    const inBrowser = await createKeystore(portable, { seed, password, label });
    expect((await openKeystore(host, inBrowser, password)).header.label).toBe(label);
    const inNode = await createKeystore(host, { seed, password, label });
    expect((await openKeystore(portable, inNode, password)).header.label).toBe(label);
  });

  test('holds the seed in no readable form', async () => {
    const text = await createKeystore(cheapHost, { seed, password, label });
    expect(text).not.toContain(toHex(seed).slice(0, 16));
    expect(text).not.toContain(password);
    const opened = await openKeystore(cheapHost, text, password);
    expect(JSON.stringify(opened)).not.toContain(toHex(seed).slice(0, 16));
  });

  test('never uses a salt or nonce twice', async () => {
    const made = { seed, password, label };
    const headers = [await createKeystore(cheapHost, made), await createKeystore(cheapHost, made)];
    const [one, two] = headers.map(readKeystoreHeader);
    expect(one!.salt).not.toBe(two!.salt);
    expect(one!.nonce).not.toBe(two!.nonce);
  });

  test('a password typed in another Unicode form is the same', async () => {
    const composed = 'caf\u00e9 solaire';
    const decomposed = 'cafe\u0301 solaire';
    expect(composed).not.toBe(decomposed);
    const text = await createKeystore(cheapHost, { seed, password: composed, label });
    expect(await faultOf(openKeystore(cheapHost, text, decomposed))).toBeUndefined();
  });
});

describe('a wrong password', () => {
  test.each([
    ['one letter more', `${password}s`],
    ['none', ''],
    ['a lone surrogate', `${password}\ud800`],
    ['longer than any', 'x'.repeat(5_000)],
  ])('%s: one clear fault', async (_name, wrong) => {
    const text = await createKeystore(cheapHost, { seed, password, label });
    const opening = openKeystore(cheapHost, text, wrong);
    await expect(opening).rejects.toThrow(
      'keystore: the password is wrong, or the file was altered after it was written',
    );
    expect(await faultOf(openKeystore(cheapHost, text, wrong))).toBe('keystore_not_opened');
  });
});

describe('an altered keystore', () => {
  test('with any one bit flipped does not open', async () => {
    const text = await createKeystore(cheapHost, { seed, password, label });
    const bytes = new TextEncoder().encode(text);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const faults: Record<string, number> = {};
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const fault = await faultOf(openKeystore(cheapHost, decoder.decode(bytes), password));
      expect(fault, `bit ${bit & 7} of byte ${bit >> 3}`).toBeDefined();
      faults[fault!] = (faults[fault!] ?? 0) + 1;
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(await faultOf(openKeystore(cheapHost, decoder.decode(bytes), password))).toBeUndefined();
    expect(Object.keys(faults).sort()).toEqual([
      'keystore_malformed',
      'keystore_not_opened',
      'keystore_unsupported',
    ]);
    expect(faults.keystore_not_opened).toBeGreaterThan(400);
  });

  test('with the real scrypt: another salt, nonce, key, label or ciphertext', async () => {
    const text = await createKeystore(host, { seed, password, label });
    const changed = (field: string): string =>
      text.replace(new RegExp(`("${field}": ".*?)([0-9a-z])"`), (_all, start, last) => {
        return `${start}${last === '0' ? '1' : '0'}"`;
      });
    for (const field of [
      'salt',
      'nonce',
      'publicKey',
      'agreementPublicKey',
      'label',
      'ciphertext',
    ]) {
      expect(changed(field)).not.toBe(text);
      expect(await faultOf(openKeystore(host, changed(field), password)), field).toBe(
        'keystore_not_opened',
      );
    }
    const dearer = text.replace('"p": 1', '"p": 2');
    expect(await faultOf(openKeystore(host, dearer, password))).toBe('keystore_not_opened');
  });

  test('shortened anywhere, or longer, does not open', async () => {
    const text = await createKeystore(cheapHost, { seed, password, label });
    for (let length = 0; length < text.length; length++) {
      const fault = await faultOf(openKeystore(cheapHost, text.slice(0, length), password));
      expect(fault).toBe('keystore_malformed');
    }
    for (const longer of [`${text} `, `${text}\n`, `\ufeff${text}`, text + ' '.repeat(9_999)]) {
      expect(await faultOf(openKeystore(cheapHost, longer, password))).toBe('keystore_malformed');
    }
  });

  test.each<[string, (text: string) => string, KeystoreFault]>([
    [
      'upper-case digits',
      (text) => text.replace(/"salt": ".*"/, (hex) => hex.replace(/[a-f]/, (d) => d.toUpperCase())),
      'keystore_malformed',
    ],
    [
      'a field twice',
      (text) => text.replace('  "label"', '  "label": "x",\n  "label"'),
      'keystore_malformed',
    ],
    [
      'a field more',
      (text) => text.replace('  "label"', '  "more": 1,\n  "label"'),
      'keystore_malformed',
    ],
    [
      'a prototype',
      (text) => text.replace('  "label"', '  "__proto__": {},\n  "label"'),
      'keystore_malformed',
    ],
    [
      'a label with a line break',
      (text) => text.replace('telephone', 'tele\\nphone'),
      'keystore_malformed',
    ],
    ['no object', () => '[]', 'keystore_malformed'],
    ['null', () => 'null', 'keystore_malformed'],
    ['no kdf', (text) => text.replace(/"kdf": \{[^}]*\}/, '"kdf": null'), 'keystore_malformed'],
    [
      'a later version',
      (text) => text.replace('"version": 1', '"version": 2'),
      'keystore_unsupported',
    ],
    [
      'another cipher',
      (text) => text.replace('xchacha20-poly1305', 'none'),
      'keystore_unsupported',
    ],
    ['another kdf', (text) => text.replace('"scrypt"', '"pbkdf2"'), 'keystore_unsupported'],
    ['a cost too low', (text) => text.replace('32768', '16384'), 'keystore_unsupported'],
    [
      'a cost that takes the memory',
      (text) => text.replace('32768', '1073741824'),
      'keystore_unsupported',
    ],
    [
      'a cost that takes the day',
      (text) => text.replace('"p": 1', '"p": 1000'),
      'keystore_unsupported',
    ],
    [
      'a cost that is no power of two',
      (text) => text.replace('32768', '40000'),
      'keystore_unsupported',
    ],
  ])('%s is refused before scrypt is asked', async (_name, alter, expected) => {
    const text = await createKeystore(cheapHost, { seed, password, label });
    const unreachable: Scrypt = () => Promise.reject(new Error('scrypt was reached'));
    expect(alter(text)).not.toBe(text);
    const opening = openKeystore({ scrypt: unreachable }, alter(text), password);
    expect(await faultOf(opening)).toBe(expected);
  });

  test('sealed by somebody who knows the password, under a name that is not its own', async () => {
    const own = readKeystoreHeader(await createKeystore(cheapHost, { seed, password, label }));
    const { signer, agreementKey } = memberKeysFromSeed(new Uint8Array(32).fill(9));
    for (const named of [
      { publicKey: toHex(signer.publicKey) },
      { agreementPublicKey: toHex(agreementKey.publicKey) },
    ]) {
      const header = { ...own, ...named };
      const key = await cheapScrypt(utf8Bytes(password), fromHex(header.salt), header.kdf);
      const associatedData = utf8Bytes(headerText(header));
      const sealed = sealXchacha20({ key, nonce: fromHex(header.nonce), associatedData }, seed);
      const forged = keystoreText({ ...header, ciphertext: toHex(sealed) });
      await expect(openKeystore(cheapHost, forged, password)).rejects.toThrow(
        'expected the public keys of the sealed seed',
      );
    }
  });
});

describe('a change of password', () => {
  test('keeps key, label and cost, and ends the old password', async () => {
    const cost = { N: 2 ** 15, r: 8, p: 2 };
    const text = await createKeystore(cheapHost, { seed, password, label, cost });
    const newPassword = 'rain on the roof';
    const changed = await changeKeystorePassword(cheapHost, text, { password, newPassword });
    expect(await faultOf(openKeystore(cheapHost, changed, password))).toBe('keystore_not_opened');
    const { header, signer } = await openKeystore(cheapHost, changed, newPassword);
    expect(signer.publicKey).toEqual(memberKeysFromSeed(seed).signer.publicKey);
    expect(header.kdf).toEqual({ name: 'scrypt', ...cost });
    expect(header.label).toBe(label);
    const before = readKeystoreHeader(text);
    expect(header.salt).not.toBe(before.salt);
    expect(header.nonce).not.toBe(before.nonce);
  });

  test('needs the old password', async () => {
    const text = await createKeystore(cheapHost, { seed, password, label });
    const change = { password: 'not the password', newPassword: 'rain on the roof' };
    const changing = changeKeystorePassword(cheapHost, text, change);
    expect(await faultOf(changing)).toBe('keystore_not_opened');
  });
});

test.each([
  ['a short password', { password: 'seven77' }, 'password: expected 8 to 1024 characters, got 7'],
  ['half a character', { password: 'password\ud800' }, 'password: expected whole characters'],
  ['a long label', { label: 'x'.repeat(65) }, 'label: expected up to 64'],
  ['a label with a control character', { label: 'a\u0007' }, 'label: expected up to 64'],
  ['a short seed', { seed: new Uint8Array(16) }, 'seed: expected 32 bytes, got 16'],
  ['a low cost', { cost: { N: 1024, r: 8, p: 1 } }, 'scrypt cost: expected N >= 32768'],
])('%s is not taken for a new keystore', async (_name, wrong, message) => {
  const made = { seed, password, label, ...wrong };
  await expect(createKeystore(cheapHost, made)).rejects.toThrow(message);
});

test('scrypt in Node and in JavaScript are one function (RFC 7914 section 12)', async () => {
  const secret = new TextEncoder().encode('pleaseletmein');
  const salt = new TextEncoder().encode('SodiumChloride');
  const cost = { N: 16_384, r: 8, p: 1 };
  const expected = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2';
  expect(toHex(await portableScrypt(secret, salt, cost))).toBe(expected);
  expect(toHex(await nodeScrypt(secret, salt, cost))).toBe(expected);
});
