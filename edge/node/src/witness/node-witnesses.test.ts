import { NodeCrypto, NodeSigner } from '@commonwatt/consensus';
import { COSIGNATURE, formatVerifierKey, NOTE_SIGNATURE } from '@commonwatt/ledger';
import { expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { EXAMPLE_CONFIG } from '../example-config.ts';

const { sha256 } = new NodeCrypto();
const { publicKey } = new NodeSigner(new Uint8Array(32).fill(1));
const vkeyOf = (type: 1 | 4) => formatVerifierKey(sha256, { name: 'witness', type, publicKey });
const listed = (url: string, type: 1 | 4 = COSIGNATURE) =>
  `\nwitnesses:\n  - name: neighbour\n    url: ${url}\n    vkey: ${vkeyOf(type)}\n`;
const read = (more: string) => readConfig(`${EXAMPLE_CONFIG}${more}`, 'node.yaml', '/etc/node');

test('a node without witnesses has none, and needs one to call a checkpoint cosigned', () => {
  expect(read('')).toMatchObject({ witnesses: [], witnessThreshold: 1 });
});

test('witnesses are read with the address before /add-checkpoint', () => {
  expect(read(listed('https://witness.example.org/street/'))).toMatchObject({
    witnesses: [
      {
        name: 'neighbour',
        url: 'https://witness.example.org/street',
        vkey: vkeyOf(COSIGNATURE),
      },
    ],
  });
});

test.each([
  ['an address of a file', listed('file:///etc/passwd'), 'witnesses[0].url'],
  ['no address', listed('witness'), 'witnesses[0].url'],
  ['the key of a log', listed('http://localhost:8090', NOTE_SIGNATURE), 'witnesses[0].vkey'],
  [
    'more voices than witnesses',
    `${listed('http://localhost')}witnessThreshold: 2\n`,
    'at most the 1',
  ],
])('refuses %s', (_what, more, words) => {
  expect(() => read(more)).toThrow(words);
});
