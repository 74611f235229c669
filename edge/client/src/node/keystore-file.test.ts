import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { browserRandom } from '../crypto/browser-crypto.ts';
import { createKeystore, openKeystore } from '../keys/keystore.ts';
import { readKeystoreFile, writeKeystoreFile } from './keystore-file.ts';
import { nodeScrypt } from './node-scrypt.ts';

const host = { random: browserRandom, scrypt: nodeScrypt };
const password = 'wind over the lagoon';
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keystore-file-'));
  path = join(folder, 'ana.keystore.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const made = (label: string): Promise<string> =>
  createKeystore(host, { seed: new Uint8Array(32).fill(1), password, label });

test('a file is its owner’s alone, and opens', async () => {
  const text = await made('Ana');
  writeKeystoreFile({ path, text });
  expect(readdirSync(folder)).toEqual(['ana.keystore.json']);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  const { header } = await openKeystore(host, readKeystoreFile(path), password);
  expect(header.label).toBe('Ana');
});

test('a key that is there stays, unless it is to be overwritten', async () => {
  const [first, second] = [await made('first'), await made('second')];
  writeKeystoreFile({ path, text: first });
  expect(() => writeKeystoreFile({ path, text: second })).toThrow('expected no file there');
  expect(readKeystoreFile(path)).toBe(first);
  writeKeystoreFile({ path, text: second, overwrite: true });
  expect(readKeystoreFile(path)).toBe(second);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['ana.keystore.json']);
});

test('what is not a keystore is neither written nor read', async () => {
  expect(() => writeKeystoreFile({ path, text: '{}' })).toThrow('expected the format');
  expect(readdirSync(folder)).toEqual([]);
  expect(() => readKeystoreFile(path)).toThrow('expected a file, got none');
  writeFileSync(path, '{}');
  expect(() => readKeystoreFile(path)).toThrow('expected the format');
  writeFileSync(path, 'x'.repeat(20_000));
  expect(() => readKeystoreFile(path)).toThrow('expected at most');
  writeFileSync(path, Uint8Array.of(0xff, 0xfe));
  expect(() => readKeystoreFile(path)).toThrow(TypeError);
});

test('a fault of the folder leaves nothing behind', async () => {
  const text = await made('Ana');
  const nowhere = join(folder, 'no', 'such', 'folder');
  expect(() => writeKeystoreFile({ path: nowhere, text })).toThrow('ENOENT');
  const taken = join(folder, 'taken');
  writeFileSync(taken, 'a file');
  expect(() => writeKeystoreFile({ path: join(taken, 'x'), text, overwrite: true })).toThrow(
    'ENOTDIR',
  );
  expect(readFileSync(taken, 'utf8')).toBe('a file');
  expect(readdirSync(folder)).toEqual(['taken']);
});
