import { NodeCrypto, NodeSigner } from '@commonwatt/consensus';
import { COSIGNATURE, formatVerifierKey, NOTE_SIGNATURE } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { readWitnessConfig } from './witness-config.ts';

const { sha256 } = new NodeCrypto();
const { publicKey } = new NodeSigner(new Uint8Array(32).fill(1));
const vkeyOf = (type: 1 | 4) => formatVerifierKey(sha256, { name: 'street', type, publicKey });
const log = `  - origin: example.org/street\n    vkey: ${vkeyOf(NOTE_SIGNATURE)}\n`;
const good = `name: witness.example
dir: kept
key:
  keystore: witness.keystore.json
  passwordFile: /secret/password
logs:
${log}`;

const read = (text: string) =>
  readWitnessConfig(sha256, { text, place: 'witness.yaml', baseDir: '/etc/witness' });

test('reads names, paths beside the file, and logs', () => {
  expect(read(good)).toEqual({
    name: 'witness.example',
    dir: '/etc/witness/kept',
    listen: { host: '127.0.0.1', port: 8090 },
    key: {
      keystore: '/etc/witness/witness.keystore.json',
      password: { file: '/secret/password' },
    },
    logs: [{ origin: 'example.org/street', vkey: vkeyOf(NOTE_SIGNATURE) }],
  });
});

test.each([
  ['a name with a space', good.replace('witness.example', 'a witness'), 'name'],
  [
    'no logs',
    good.replace(log, '').replace('logs:\n', 'logs: []\n'),
    'logs: expected at least one',
  ],
  ['a log twice', `${good}${log}`, 'logs: expected each origin once'],
  ['no key of a log', good.replace('vkey: street', 'vkey: road'), 'key_hash_mismatch'],
  ['the key of a witness', good.replace(vkeyOf(NOTE_SIGNATURE), vkeyOf(COSIGNATURE)), 'of a log'],
  ['a field besides', `${good}interval: 5\n`, 'interval: expected no such field'],
  ['a port that is none', `${good}listen:\n  port: 70000\n`, 'listen.port'],
])('refuses %s', (_what, text, words) => {
  expect(() => read(text)).toThrow(words);
});
