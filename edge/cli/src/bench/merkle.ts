/** The Merkle root of a large block: ours against a loop over `createHash`, with an equal root. */

import { createHash } from 'node:crypto';
import { OneThreadCrypto } from '@commonwatt/consensus';
import { leavesRoot, toHex } from '@commonwatt/ledger';
import type { Bench } from './figure.ts';
import { compare, cpuSeconds } from './figure.ts';

const LEAVES = 100_000;
const LEAF_BYTES = 200;

export const merkle: Bench = async () => {
  const leaves = Array.from({ length: LEAVES }, (_, at) => leafOf(at));
  const crypto = new OneThreadCrypto();
  const roots = new Set<string>();
  const rate = async (rootOf: () => Uint8Array): Promise<number> => {
    const seconds = await cpuSeconds(() => roots.add(toHex(rootOf())));
    if (roots.size !== 1) throw new Error(`bench: roots differ: ${[...roots].join(', ')}`);
    return LEAVES / seconds;
  };
  return [
    await compare({
      name: 'merkle',
      unit: 'leaves per CPU second',
      ours: () => rate(() => leavesRoot(crypto, leaves)),
      yardstick: () => rate(() => createHashRoot(leaves)),
    }),
  ];
};

/** Bytes that differ from leaf to leaf. */
function leafOf(at: number): Uint8Array {
  const leaf = new Uint8Array(LEAF_BYTES);
  for (let byte = 0; byte < LEAF_BYTES; byte++) leaf[byte] = (at >>> (8 * (byte % 4))) + byte;
  return leaf;
}

/** RFC 9162 section 2.1.1 as anyone would write it. */
function createHashRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const hash = (message: Uint8Array) => createHash('sha256').update(message).digest();
  const leafMessage = new Uint8Array(1 + LEAF_BYTES);
  let level: Uint8Array[] = leaves.map((leaf) => {
    leafMessage.set(leaf, 1);
    return hash(leafMessage);
  });
  const nodeMessage = new Uint8Array(65);
  nodeMessage[0] = 1;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at + 1 < level.length; at += 2) {
      nodeMessage.set(level[at] as Uint8Array, 1);
      nodeMessage.set(level[at + 1] as Uint8Array, 33);
      above.push(hash(nodeMessage));
    }
    if (level.length % 2 === 1) above.push(level[level.length - 1] as Uint8Array);
    level = above;
  }
  return level[0] as Uint8Array;
}
